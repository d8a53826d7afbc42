"""The participants' page: a small document that needs no Streamlit session for each phone."""

import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.assets import assets_version, module_graph, read_files
from components.i18n import LANGUAGE_NAMES, texts_for

_SCRIPT = "join/join.js"
_STYLES = ("shared/theme.css", "shared/document.css", "join/join.css")


def join_page(_request: Request) -> Response:
    """Return the page; it asks for the room's code where its URL has none."""
    return HTMLResponse(_document(), headers={"Cache-Control": "no-cache"})


@lru_cache
def _document() -> str:
    texts = json.dumps({language: texts_for(language, "join") for language in LANGUAGE_NAMES})
    texts = texts.replace("</", r"<\/")  # so that no text can close the <script> element
    style = read_files(*_STYLES).replace(":host", ":root")
    base = f"assets/{assets_version()}-0"
    preloads = "\n".join(
        f'<link rel="modulepreload" href="{base}/{path}">' for path in module_graph(_SCRIPT)
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Inkling</title>
<link rel="icon" href="data:,">
{preloads}
<style>{style}</style>
</head>
<body>
<main></main>
<script type="application/json" id="texts">{texts}</script>
<script type="module" src="{base}/{_SCRIPT}"></script>
</body>
</html>
"""
