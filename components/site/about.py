"""The pages /about and /privacy."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.i18n import Language, texts_for
from components.site.document import text_document
from components.site.head import relative_root, request_language
from core.settings import Settings, get_settings
from core.version import VERSION


def about_page(request: Request) -> Response:
    """Return the page that says what Inkling is."""
    language = request_language(request)
    texts = texts_for(language, "site")
    root = escape(relative_root(request.scope["path"]))
    content = f"""<h1>{escape(texts["about"])}</h1>
<p>{escape(texts["about_1"])}</p>
<h2>{escape(texts["about_how"])}</h2>
<p>{escape(texts["about_how_1"])}</p>
<h2>{escape(texts["about_limits"])}</h2>
<p>{escape(texts["about_limits_1"])}</p>
<h2>{escape(texts["about_more"])}</h2>
<ul>
<li><a href="{root}privacy?lang={language}">{escape(texts["about_privacy"])}</a></li>
<li><a href="{root}api/docs?lang={language}">{escape(texts["about_api"])}</a></li>
<li>{escape(texts["about_version"].format(version=VERSION))}</li>
</ul>"""
    return _respond(text_document(request, language, "about", content))


def privacy_page(request: Request) -> Response:
    """Return the page that says what is stored, for how long, and who sees it."""
    language = request_language(request)
    texts = texts_for(language, "site")
    parts = [f"<h1>{escape(texts['privacy'])}</h1>"]
    for heading, paragraphs in privacy_sections(language, get_settings()).items():
        parts.append(f"<h2>{escape(heading)}</h2>")
        parts += [f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs]
    return _respond(text_document(request, language, "privacy", "\n".join(parts)))


def privacy_sections(language: Language, settings: Settings) -> dict[str, list[str]]:
    """Return the headings and paragraphs that are true with these settings."""
    texts = texts_for(language, "site")
    days = settings.history_retention_days
    limit = texts["privacy_days"].format(days=days) if days else texts["privacy_forever"]
    readers = texts["privacy_protected"] if settings.is_protected else texts["privacy_open"]
    stored = [texts[f"privacy_stored_{number}"] for number in (1, 2, 3)]
    return {
        texts["privacy_stored"]: stored,
        texts["privacy_long"]: [limit, texts["privacy_delete"]],
        texts["privacy_who"]: [readers, texts["privacy_shared"], texts["privacy_rooms"]],
        texts["privacy_browser"]: [texts["privacy_cookie"], texts["privacy_storage"]],
        texts["privacy_not"]: [texts["privacy_not_1"], texts["privacy_operator"]],
    }


def _respond(document: str) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(document, headers=headers)
