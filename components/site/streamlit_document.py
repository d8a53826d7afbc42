"""Streamlit's HTML document with our own metadata and language.

Streamlit serves one file for all pages, with its own name as the title and always in English. Link
previews show that, and screen readers begin with it.
"""

import re
from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.assets import assets_version
from components.i18n import texts_for
from components.site.head import head_tags, request_language

# By the path of each page: the name of its texts in components/i18n/site.py.
STREAMLIT_PAGES = {
    "/": "draw",
    "/review": "review",
    "/accuracy": "accuracy",
    "/models": "models",
    "/present": "present",
}
_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_SCRIPT = "site/site.js"


def streamlit_page(request: Request) -> Response:
    """Return the document of a Streamlit page."""
    language = request_language(request)
    head = head_tags(request, language, STREAMLIT_PAGES[request.scope["path"]])
    noscript = escape(texts_for(language, "site")["noscript"])
    before, middle, after = _template()
    html = before.replace('lang="en"', f'lang="{language}"') + head + middle
    html += f'<p>{noscript} <a href="./api/docs">/api/docs</a></p>{after}'
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(html, headers=headers)


@lru_cache
def _template() -> tuple[str, str, str]:
    """Return Streamlit's document in three parts: our <head> and <noscript> go between them."""
    html = _INDEX.read_text(encoding="utf-8")
    script = f'<script type="module" src="./assets/{assets_version()}-0/{_SCRIPT}"></script>'
    for pattern, replacement in (
        (r"(?s)<title>.*?</title>\s*", ""),
        (r'<link rel="service-desc"[^>]*>', '<link rel="service-desc" href="./api/openapi.json">'),
        (r"(?s)<!--(?:(?!-->).)*agent API.*?-->\s*", ""),  # describes the link above
        (r"</head>", f"{script}\n</head>"),
        (r'<link rel="shortcut icon"[^>]*>', "\0"),
        (r"(?s)(<noscript>).*?(</noscript>)", "\\1\0\\2"),
    ):
        html, count = re.subn(pattern, replacement, html)
        if count != 1:
            raise RuntimeError(f"{_INDEX} has another form than expected: {pattern}")
    before, middle, after = html.split("\0")
    return before, middle, after
