"""The texts in both languages, and that panels and texts fit together."""

import re
from functools import cache
from pathlib import Path

import pytest

from components.i18n import TEXTS, error_message, language_of, texts_for
from core.settings import ROOT

COMPONENTS = ROOT / "components"
# The folder of each panel whose name differs from the prefix of its text keys.
FOLDERS = {"history": "history_panel", "page": "."}
PANELS = sorted({key.split(".")[0] for key in TEXTS["en"]} - {"error"})
SCRIPTED = [panel for panel in PANELS if panel != "page"]  # the others use their texts in Python
# Texts that a component adds to those of its panel.
ADDED = {"upload": {"too_large"}, "record": {"refused", "not_saved"}}
# Keys that scripts look up by a value of the data: `texts[item.source]`.
SOURCES = {"pad", "upload", "sample"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def source_of(panel: str) -> str:
    """Return the scripts and Python modules in a panel's folder as one text."""
    folder = COMPONENTS / FOLDERS.get(panel, panel)
    return "\n".join(file.read_text() for file in sorted(folder.glob("*.[jp][sy]")))


def key_patterns(source: str) -> list[str]:
    """Return regular expressions for the keys that are put together: texts[`do_${action}`]."""
    templates = re.findall(r"texts\[`([^`]+)`\]", source)
    templates += re.findall(r"texts\[f\"([^\"]+)\"\]", source)
    return [re.sub(r"\$?\{[^}]+\}", r"\\w+", template) for template in templates]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_both_languages_have_the_same_keys() -> None:
    assert TEXTS["en"].keys() == TEXTS["zh"].keys()


@pytest.mark.parametrize("key", TEXTS["en"])
def test_a_text_has_the_same_placeholders_in_both_languages(key: str) -> None:
    assert placeholders(TEXTS["en"][key]) == placeholders(TEXTS["zh"][key])
    assert TEXTS["zh"][key].strip()


@pytest.mark.parametrize("panel", SCRIPTED)
def test_every_text_that_a_panel_uses_exists(panel: str) -> None:
    used = set(re.findall(r"\btexts\??\.(\w+)\b(?!\()", source_of(panel)))
    used |= set(re.findall(r"\btexts\[[\"'](\w+)[\"']\]", source_of(panel)))
    assert used, "the pattern must match the panel's lookups"
    assert used <= texts_for("en", panel).keys() | ADDED.get(panel, set())


@pytest.mark.parametrize("panel", PANELS)
def test_every_text_is_used_by_its_panel(panel: str) -> None:
    source = source_of(panel) + source_of("draw" if panel == "page" else "shared")
    patterns = key_patterns(source)
    unused = {
        key
        for key in texts_for("en", panel)
        if key not in SOURCES
        and not re.search(rf"\b{key}\b", source)
        and not any(re.fullmatch(pattern, key) for pattern in patterns)
    }
    assert unused == set()


def test_chinese_text_is_only_in_the_i18n_package() -> None:
    files = [file for file in COMPONENTS.rglob("*.*") if file.suffix in {".js", ".py"}]
    with_chinese = {file.parent for file in files if CHINESE.search(file.read_text())}
    assert with_chinese == {Path(COMPONENTS / "i18n")}


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en")],
)
def test_the_locale_chooses_the_language(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_an_error_without_a_text_shows_its_own_message() -> None:
    assert error_message("zh", "brand_new", "Its own message.") == "Its own message."


def test_an_error_text_is_filled_in_with_values() -> None:
    assert "10 MB" in error_message("zh", "file_too_large", "", megabytes="10")
