"""Which labels count for training: those of reviewers, symbol by symbol."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

import db
from core.settings import Settings
from db import DigitPredictionRecord, PredictionRecord, Store, new_id
from services.labelled_glyphs import NOT_A_DIGIT, labelled_glyphs


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an open server with an empty history."""
    return Settings(
        history="sqlite",
        history_file=tmp_path / "history.sqlite3",
        secret_file=tmp_path / "secret",
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store."""
    store = db.open_store(settings)
    yield store
    store.close()


def save(store: Store, text: str, label: str, author: str | None = "Ada") -> PredictionRecord:
    """Save a prediction whose glyphs are filled with 1, 2, 3 and so on, and label it."""
    digits = tuple(
        DigitPredictionRecord(
            0, "digit", 0.9, (0.1,) * 10, (0, 0, 10, 10), bytes([index + 1]) * 784
        )
        for index in range(len(text))
    )
    record = PredictionRecord(new_id(), text, "pad", "a version", digits, b"image")
    store.save(record)
    store.label(record.id, label, author)
    return record


def test_each_digit_of_a_number_is_learnt(store: Store, settings: Settings) -> None:
    record = save(store, "127", "177")
    glyphs = list(labelled_glyphs(store, settings))
    assert [(item.id, item.index, item.value) for item in glyphs] == [
        (record.id, 0, 1),
        (record.id, 1, 7),
        (record.id, 2, 7),
    ]
    assert [item.glyph[0] for item in glyphs] == [1, 2, 3]


def test_a_label_of_another_length_does_not_count(store: Store, settings: Settings) -> None:
    save(store, "12", "127")
    save(store, "12", "")
    assert list(labelled_glyphs(store, settings, with_nondigits=True)) == []


def test_symbols_that_are_no_digits_count_on_request(store: Store, settings: Settings) -> None:
    save(store, "17", "1?")
    assert [item.value for item in labelled_glyphs(store, settings)] == [1]
    with_nondigits = labelled_glyphs(store, settings, with_nondigits=True)
    assert [item.value for item in with_nondigits] == [1, NOT_A_DIGIT]


@pytest.mark.parametrize(
    ("author", "counts_in_open_mode", "counts_with_access_rules"),
    [
        ("Ada", True, True),
        ("visitor", False, False),
        ("visitor, room K7Q2M", False, False),
        ("room K7Q2M", True, False),
    ],
)
def test_labels_of_visitors_never_count(
    store: Store,
    settings: Settings,
    author: str,
    counts_in_open_mode: bool,
    counts_with_access_rules: bool,
) -> None:
    save(store, "1", "7", author)
    protected = settings.model_copy(update={"api_token": SecretStr("the token of a program")})
    assert bool(list(labelled_glyphs(store, settings))) == counts_in_open_mode
    assert bool(list(labelled_glyphs(store, protected))) == counts_with_access_rules
