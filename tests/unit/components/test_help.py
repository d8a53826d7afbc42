"""The list of keyboard shortcuts has a text for each row, and no text that no row uses."""

import pytest

from components.help.page import shortcut_rows, shortcuts
from components.i18n import LANGUAGE_NAMES, texts_for

SHOWN = {"title", "close", "digits"}  # besides the rows and the names of sections


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_every_row_has_keys_and_a_meaning(language: str) -> None:
    for section in shortcut_rows():
        rows = shortcuts(language, section)  # type: ignore[arg-type]
        assert rows
        assert all(keys and "{" not in keys and meaning for keys, meaning in rows)


def test_every_text_is_used() -> None:
    rows = shortcut_rows()
    names = {text for section, pairs in rows.items() for _, text in pairs if section != "present"}
    keys = {f"key_{name}" for name in ("space", "arrows", "shift_arrows")}
    assert texts_for("en", "help").keys() == names | keys | rows.keys() | SHOWN


def test_keys_with_the_same_meaning_share_a_row() -> None:
    assert ("U · Ctrl + Z", "Undo the last stroke") in shortcuts("en", "draw")
