"""Every text in both languages."""

import re
from pathlib import Path

import pytest

from components.i18n.draw import TEXTS, language_of, sentence_for, words
from core.settings import ROOT

_FOLDERS = {
    "bars": "prediction",
    "gallery": "samples",
    "history": "history_panel",
}  # named unlike the panel


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_both_languages_have_the_same_texts() -> None:
    assert TEXTS["en"].keys() == TEXTS["zh"].keys()


@pytest.mark.parametrize("key", TEXTS["en"])
def test_a_text_fills_in_the_same_values_in_both_languages(key: str) -> None:
    assert _placeholders(TEXTS["en"][key]) == _placeholders(TEXTS["zh"][key])
    assert TEXTS["zh"][key].strip()


@pytest.mark.parametrize("panel", ["pad", "bars", "upload", "gallery", "history"])
def test_no_component_asks_for_a_text_there_is_not(panel: str) -> None:
    folder = _FOLDERS.get(panel, panel)
    scripts = "".join(file.read_text() for file in (ROOT / "components" / folder).glob("*.js"))
    asked = set(re.findall(r"\btexts\.(\w+)", scripts))
    assert asked <= words("en", panel).keys() | {"too_large"}
    assert asked, "the pattern must find what the scripts ask for"


def test_no_words_outside_the_texts() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    files = [
        file for file in Path(ROOT / "components").rglob("*.*") if file.suffix in {".js", ".py"}
    ]
    speaking = [file for file in files if chinese.search(file.read_text())]
    assert [file for file in speaking if file.parent.name != "i18n"] == []


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en")],
)
def test_language_of_a_locale(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_an_unknown_error_speaks_for_itself() -> None:
    assert sentence_for("zh", "brand_new", "It said so.") == "It said so."
    assert "10 MB" in sentence_for("zh", "file_too_large", "", megabytes="10")
