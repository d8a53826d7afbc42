"""Predictions to store in tests."""

import math
import random
import struct
from datetime import datetime
from typing import Any
from uuid import UUID

from db import DigitPredictionRecord, PredictionRecord, Store, Verdict, new_id
from db.ids import id_at

DIMENSIONS = 64
DRAWING = {"strokes": [[[10 + n, 12 + 2 * n] for n in range(30)]]}
# Environment variables of an app whose Cassandra is away.
AWAY = {"CASSANDRA_CONTACT_POINTS": "127.0.0.1", "CASSANDRA_PORT": "1"}


def make_digit(
    value: int, confidence: float = 0.97, verdict: Verdict = "digit"
) -> DigitPredictionRecord:
    """Return a digit with this confidence; the other digits share the remaining probability."""
    rest = (1 - confidence) / 9
    return DigitPredictionRecord(
        value=value,
        verdict=verdict,
        confidence=confidence,
        probabilities=tuple(confidence if other == value else rest for other in range(10)),
        box=(12.5, 8.0, 40.25, 61.0),
        glyph=bytes(range(28)) * 28,
    )


def make_record(text: str = "7", *, id: UUID | None = None, **more: Any) -> PredictionRecord:
    """Return a prediction of that text; "?" is a symbol that is not a digit."""
    digits = tuple(
        make_digit(3, 0.4, "not_a_digit") if character == "?" else make_digit(int(character))
        for character in text
        if character != "\n"
    )
    values: dict[str, Any] = {
        "id": id or new_id(),
        "text": text,
        "source": "pad",
        "model": "cnn-1",
        "digits": digits,
        "image": b"\x89PNG\r\n\x1a\n (not decoded)",
        "strokes": (((1.0, 2.0), (3.5, 4.25)), ((0.1, 99.9),)),
        "embedding": unit_vector(sum(map(ord, text)) % 360),
        **more,
    }
    return PredictionRecord(**values)


def unit_vector(degrees: float) -> tuple[float, ...]:
    """Return an embedding of unit length; the cosine of two is that of the angle between them."""
    angle = math.radians(degrees)
    return to_single_precision(math.cos(angle), math.sin(angle), *[0.0] * (DIMENSIONS - 2))


def random_unit_vector(source: random.Random) -> tuple[float, ...]:
    """Return a random embedding of unit length."""
    numbers = [source.gauss(0, 1) for _ in range(DIMENSIONS)]
    length = math.hypot(*numbers)
    return to_single_precision(*(number / length for number in numbers))


def to_single_precision(*numbers: float) -> tuple[float, ...]:
    """Return the numbers in single precision, as the network computes them."""
    return struct.unpack(f"<{len(numbers)}f", struct.pack(f"<{len(numbers)}f", *numbers))


def make_id(moment: datetime, number: int = 0) -> UUID:
    """Return an id of that moment; a higher number sorts later within the moment."""
    return id_at(moment, number)


def all_ids(store: Store) -> list[UUID]:
    """Return every id, newest first, read page by page."""
    ids: list[UUID] = []
    cursor = None
    while True:
        page = store.page(500, cursor)
        assert page.complete
        ids += [item.id for item in page.items]
        cursor = page.next
        if cursor is None:
            return ids
