"""Friendly readings to fill a history with."""

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
AWAY = {"CASSANDRA_CONTACT_POINTS": "127.0.0.1", "CASSANDRA_PORT": "1"}  # of an app


def a_digit(
    value: int, confidence: float = 0.97, verdict: Verdict = "digit"
) -> DigitPredictionRecord:
    """One digit as the network gives it, the rest of the chance spread over the others."""
    rest = (1 - confidence) / 9
    return DigitPredictionRecord(
        value=value,
        verdict=verdict,
        confidence=confidence,
        probabilities=tuple(confidence if other == value else rest for other in range(10)),
        box=(12.5, 8.0, 40.25, 61.0),
        glyph=bytes(range(28)) * 28,
    )


def a_reading(text: str = "7", *, id: UUID | None = None, **more: Any) -> PredictionRecord:
    """A reading of that text; every character a digit, "?" for a mark that is none."""
    digits = tuple(
        a_digit(3, 0.4, "not_a_digit") if character == "?" else a_digit(int(character))
        for character in text
        if character != "\n"
    )
    values: dict[str, Any] = {
        "id": id or new_id(),
        "text": text,
        "source": "pad",
        "model": "cnn-1",
        "digits": digits,
        "image": b"\x89PNG\r\n\x1a\n and so on",
        "strokes": (((1.0, 2.0), (3.5, 4.25)), ((0.1, 99.9),)),
        "embedding": direction(sum(map(ord, text)) % 360),
        **more,
    }
    return PredictionRecord(**values)


def direction(degrees: float) -> tuple[float, ...]:
    """An embedding of unit length; the cosine of two is that of the angle between them."""
    angle = math.radians(degrees)
    return as_single(math.cos(angle), math.sin(angle), *[0.0] * (DIMENSIONS - 2))


def random_direction(source: random.Random) -> tuple[float, ...]:
    """An embedding of unit length that points anywhere."""
    numbers = [source.gauss(0, 1) for _ in range(DIMENSIONS)]
    length = math.hypot(*numbers)
    return as_single(*(number / length for number in numbers))


def as_single(*numbers: float) -> tuple[float, ...]:
    """The numbers in single precision, as the network gives them."""
    return struct.unpack(f"<{len(numbers)}f", struct.pack(f"<{len(numbers)}f", *numbers))


def id_of(moment: datetime, number: int = 0) -> UUID:
    """An id of that moment; greater numbers give later ids of the same moment."""
    return id_at(moment, number)


def ids_of(history: Store) -> list[UUID]:
    """Every id, newest first, page by page."""
    ids: list[UUID] = []
    cursor = None
    while True:
        page = history.page(500, cursor)
        assert page.complete
        ids += [item.id for item in page.items]
        cursor = page.next
        if cursor is None:
            return ids
