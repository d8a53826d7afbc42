"""The participants' page: a small document that needs no Streamlit session for each phone."""

import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.assets import assets_version, module_graph
from components.i18n import LANGUAGE_NAMES, texts_for
from components.site.document import help_link, html_document, site_script
from components.site.head import relative_root, request_language

_SCRIPT = "join/join.js"


def join_page(request: Request) -> Response:
    """Return the page; it asks for the room's code where its URL has none."""
    language = request_language(request)
    root = relative_root(request.scope["path"])
    body = f"{_body()}\n<footer>{help_link(language, root)}</footer>\n{site_script(root)}"
    document = html_document(request, language, "join", body, styles=("join/join.css",))
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(document, headers=headers)


@lru_cache
def _body() -> str:
    texts = json.dumps({language: texts_for(language, "join") for language in LANGUAGE_NAMES})
    texts = texts.replace("</", r"<\/")  # so that no text can close the <script> element
    base = f"assets/{assets_version()}-0"
    preloads = "\n".join(
        f'<link rel="modulepreload" href="{base}/{path}">' for path in module_graph(_SCRIPT)
    )
    return f"""{preloads}
<main></main>
<script type="application/json" id="texts">{texts}</script>
<script type="module" src="{base}/{_SCRIPT}"></script>"""
