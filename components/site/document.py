"""HTML documents that need no Streamlit session: their shell, navigation and footer."""

from collections.abc import Sequence
from html import escape

from starlette.requests import Request

from components.assets import assets_version, read_files
from components.i18n import LANGUAGE_NAMES, Language, texts_for
from components.site.head import PageMetadata, head_tags, relative_root
from core.version import VERSION

_PAGES = {"draw": "", "review": "review", "accuracy": "accuracy", "present": "present"}
_COMMON_STYLES = ("shared/theme.css", "shared/document.css")


def html_document(
    request: Request,
    language: Language,
    page: str,
    body: str,
    *,
    styles: Sequence[str],
    metadata: PageMetadata | None = None,
) -> str:
    """Return a whole document; styles: stylesheets below components/, after the common ones."""
    style = read_files(*_COMMON_STYLES, *styles).replace(":host", ":root")
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{head_tags(request, language, page, metadata)}
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def text_document(
    request: Request,
    language: Language,
    page: str,
    content: str,
    *,
    styles: Sequence[str] = (),
    metadata: PageMetadata | None = None,
) -> str:
    """Return a document to read, with the site's header and footer and the keyboard help.

    styles: stylesheets below components/ that only this page has.
    """
    root = escape(relative_root(request.scope["path"]))
    body = f"""{_header(request, language)}
<main>
{content}
</main>
<footer>{footer_html(language, root)}</footer>
{site_script(root)}"""
    sheets = ("site/document.css", *styles)
    return html_document(request, language, page, body, styles=sheets, metadata=metadata)


def footer_html(language: Language, root: str) -> str:
    """Return the footer's links and the version; root: the relative URL of the site's root."""
    texts = texts_for(language, "site")
    links = {"about": "about", "privacy": "privacy", "api": "api/docs"}
    items = [
        f'<a href="{root}{path}?lang={language}" target="_self">{escape(texts[name])}</a>'
        for name, path in links.items()
    ]
    return "\n".join([f"<span>Inkling {escape(VERSION)}</span>", *items])


def help_link(language: Language, root: str) -> str:
    """Return the "?" that opens the keyboard shortcuts: as a dialog where site.js runs."""
    text = escape(texts_for(language, "site")["help"])
    return (
        f'<a class="help-link" href="{root}help?lang={language}" target="_self" title="{text} (?)"'
        f' aria-label="{text}" aria-keyshortcuts="?">?</a>'
    )


def site_script(root: str) -> str:
    """Return the element that loads site.js, which opens the keyboard shortcuts with "?"."""
    url = f"{root}assets/{assets_version()}-0/site/site.js"
    return f'<script type="module" src="{url}"></script>'


def _header(request: Request, language: Language) -> str:
    root = escape(relative_root(request.scope["path"]))
    texts, names = texts_for(language, "site"), texts_for(language, "page")
    pages = "\n".join(
        f'<a href="{root}{path}?lang={language}">{escape(names[name])}</a>'
        for name, path in _PAGES.items()
    )
    current = {language: ' aria-current="true"'}
    languages = "\n".join(
        f'<a href="?lang={code}" lang="{code}"{current.get(code, "")}>{escape(name)}</a>'
        for code, name in LANGUAGE_NAMES.items()
    )
    return f"""<header>
<a class="name" href="{root}?lang={language}">Inkling</a>
<nav aria-label="{escape(texts["pages"])}">{pages}</nav>
<nav aria-label="{escape(names["language"])}">{languages}</nav>
{help_link(language, root)}
</header>"""
