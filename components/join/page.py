"""The phone's page: one small document of its own, so that fifty phones cost no session each."""

import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.i18n import LANGUAGE_NAMES, texts_for
from components.scripts import text_of

_SCRIPTS = ("shared/dom.js", "shared/room_link.js", "shared/drawing_surface.js", "join/join.js")
_STYLES = ("shared/theme.css", "join/join.css")


def join_page(_request: Request) -> Response:
    """The page; it asks for the code where its address has none."""
    return HTMLResponse(_document(), headers={"Cache-Control": "no-cache"})


@lru_cache
def _document() -> str:
    texts = json.dumps({language: texts_for(language, "join") for language in LANGUAGE_NAMES})
    texts = texts.replace("</", r"<\/")  # no text can end the script it stands in
    style = text_of(*_STYLES).replace(":host", ":root")
    script = text_of(*_SCRIPTS)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Inkling</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main></main>
<script type="module">
const TEXTS = {texts};
{script}</script>
</body>
</html>
"""
