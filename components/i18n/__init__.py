"""Texts of the page in English and Chinese.

Each module holds the texts of one page as two dictionaries, `ENGLISH` and `CHINESE`. A key is the
panel's name, a dot, and the name by which the panel's scripts look the text up.
"""

from functools import cache
from typing import Literal

from components.i18n import (
    accuracy,
    common,
    draw,
    help,
    history,
    how_it_works,
    join,
    look_inside,
    models,
    present,
    review,
    share,
    sign_in,
    site,
)

Language = Literal["en", "zh"]
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}

TEXTS: dict[Language, dict[str, str]] = {
    "en": common.ENGLISH
    | draw.ENGLISH
    | history.ENGLISH
    | how_it_works.ENGLISH
    | review.ENGLISH
    | accuracy.ENGLISH
    | present.ENGLISH
    | join.ENGLISH
    | look_inside.ENGLISH
    | models.ENGLISH
    | sign_in.ENGLISH
    | site.ENGLISH
    | help.ENGLISH
    | share.ENGLISH,
    "zh": common.CHINESE
    | draw.CHINESE
    | history.CHINESE
    | how_it_works.CHINESE
    | review.CHINESE
    | accuracy.CHINESE
    | present.CHINESE
    | join.CHINESE
    | look_inside.CHINESE
    | models.CHINESE
    | sign_in.CHINESE
    | site.CHINESE
    | help.CHINESE
    | share.CHINESE,
}


def language_of(locale: str | None) -> Language:
    """Return the page's language for a browser locale such as "zh-CN"; English is the default."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


@cache
def texts_for(language: Language, panel: str) -> dict[str, str]:
    """Return the texts of one panel, keyed by the part after the panel's name."""
    prefix = f"{panel}."
    return {
        key.removeprefix(prefix): text
        for key, text in TEXTS[language].items()
        if key.startswith(prefix)
    }


def error_message(language: Language, code: str, fallback: str, **values: object) -> str:
    """Return the text for an error code, filled in with `values`; `fallback` for unknown codes."""
    text = TEXTS[language].get(f"error.{code}")
    return text.format(**values) if text else fallback
