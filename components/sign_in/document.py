"""The HTML document of the sign-in page, which needs no script and no Streamlit session."""

from collections.abc import Collection
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

from components.i18n import Language, texts_for
from components.site.document import help_link, html_document, site_script
from components.site.head import relative_root
from core.settings import Settings
from services.access import NAME_LENGTH, Method, sign_in_methods


def provider_name(settings: Settings) -> str:
    """Return what people know the OpenID Connect provider by: its host name."""
    return urlsplit(settings.oidc_issuer or "").netloc


def sign_in_document(
    request: Request,
    settings: Settings,
    language: Language,
    next_path: str,
    name: str | None,
    problem: str = "",
) -> str:
    """Return the page; name: of the reviewer who has signed in, None without one."""
    texts = texts_for(language, "sign_in")
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    root = relative_root(request.scope["path"])
    hidden = _hidden_fields(language, next_path)
    oidc_url = f"{root}sign-in/oidc?{urlencode({'next': next_path, 'lang': language})}"
    if name is None:
        methods = sign_in_methods(settings)
        heading = texts["heading"] if methods else texts["none"]
        content = _sign_in_forms(
            methods, texts, provider_name(settings), f"{root}sign-in", hidden, oidc_url
        )
    else:
        heading = texts["signed_in"].format(name=name)
        content = (
            f'<form method="post" action="{root}sign-out">{hidden}'
            f'<button class="button">{escape(texts["sign_out"])}</button></form>'
        )
    back = escape(root + (next_path if name else "/").lstrip("/"))
    body = f"""<main class="card">
<h1>{escape(heading)}</h1>
{alert}
{content}
<p class="links"><a href="{back}">{escape(texts["back"])}</a>{help_link(language, root)}</p>
</main>
{site_script(root)}"""
    return html_document(request, language, "sign_in", body, styles=("sign_in/sign_in.css",))


def _sign_in_forms(
    methods: Collection[Method],
    texts: dict[str, str],
    provider: str,
    url: str,
    hidden: str,
    oidc_url: str,
) -> str:
    parts = []
    if "password" in methods:
        parts.append(
            f'<form method="post" action="{url}">{hidden}'
            f"<label>{escape(texts['name'])}"
            f'<input name="name" maxlength="{NAME_LENGTH}" autocomplete="name"></label>'
            f"<label>{escape(texts['password'])}"
            '<input name="password" type="password" autocomplete="current-password" required>'
            f'</label><button class="button">{escape(texts["submit"])}</button></form>'
        )
    if "oidc" in methods:
        # A link: the Content-Security-Policy forbids a form that redirects to another origin.
        parts.append(
            f'<a class="button" href="{escape(oidc_url)}">'
            f"{escape(texts['oidc'].format(provider=provider))}</a>"
        )
    return "\n".join(parts)


def _hidden_fields(language: Language, next_path: str) -> str:
    fields = {"next": next_path, "lang": language}
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def sign_in_url(next_path: str, language: Language | None = None) -> str:
    """Return the URL of the sign-in page relative to a page; it leads on to `next_path`."""
    query = {"next": next_path} | ({"lang": language} if language else {})
    return f"sign-in?{urlencode(query)}"
