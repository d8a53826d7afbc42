"""All keyboard shortcuts, from `shortcuts.json`, and the page /help that lists them.

A row is [keys, text]: the name of a text of "help", on the big screen of "present", as `do_{text}`.
`{name}` in keys is a key with a translated name. JavaScript tests check that the keys do something.
"""

import json
from functools import lru_cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.i18n import Language, texts_for
from components.site.document import text_document
from components.site.head import request_language

_FILE = Path(__file__).with_name("shortcuts.json")
_KEY_NAME = "key_"


def help_page(request: Request) -> Response:
    """Return the page; site.js shows its <main> as a dialog."""
    language = request_language(request)
    texts = texts_for(language, "help")
    parts = [f'<h1 data-close="{escape(texts["close"])}">{escape(texts["title"])}</h1>']
    for name in shortcut_rows():
        items = [
            f"<dt><kbd>{escape(keys)}</kbd></dt><dd>{escape(text)}</dd>"
            for keys, text in shortcuts(language, name)
        ]
        parts.append(f'<section data-page="{name}"><h2>{escape(texts[name])}</h2>')
        parts.append(f'<dl class="shortcuts">{"".join(items)}</dl></section>')
    parts.append(f"<p>{escape(texts['digits'])}</p>")
    document = text_document(request, language, "help", "\n".join(parts))
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    return HTMLResponse(document, headers=headers)


def shortcuts(language: Language, section: str) -> list[tuple[str, str]]:
    """Return keys and their meanings in one part of the site."""
    prefix = "do_" if section == "present" else ""
    texts = texts_for(language, "present" if section == "present" else "help")
    keys_by_meaning: dict[str, list[str]] = {}
    for keys, text in shortcut_rows()[section]:
        meaning = texts[f"{prefix}{text}"]
        keys_by_meaning.setdefault(meaning, []).append(name_keys(keys, language))
    return [(" · ".join(keys), meaning) for meaning, keys in keys_by_meaning.items()]


def name_keys(keys: str, language: Language) -> str:
    """Return keys with their names in this language."""
    names = {
        name.removeprefix(_KEY_NAME): text
        for name, text in texts_for(language, "help").items()
        if name.startswith(_KEY_NAME)
    }
    return keys.format(**names)


@lru_cache
def shortcut_rows() -> dict[str, list[tuple[str, str]]]:
    """Return the rows of each section."""
    rows: dict[str, list[tuple[str, str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return rows
