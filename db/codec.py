"""The parts of a prediction that are only ever read whole, as compact bytes, little-endian.

Bytes and not typed columns: a page of fifty readings holds some ten thousand numbers, and unpacking
them here takes a tenth of the time a database driver needs for lists of typed values.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain

from db.records import Correction, DigitPredictionRecord, Stroke, Verdict

# The place in this tuple is what is kept: add at the end only.
_VERDICTS: tuple[Verdict, ...] = ("digit", "unsure", "not_a_digit")
_HEAD = struct.Struct("<BBHHd4d")  # value, verdict, probabilities, glyph bytes, confidence, box


def pack_digits(digits: Sequence[DigitPredictionRecord]) -> bytes:
    """Digits one after the other, each a head, its probabilities as doubles, its glyph."""
    return b"".join(
        _HEAD.pack(
            digit.value,
            _VERDICTS.index(digit.verdict),
            len(digit.probabilities),
            len(digit.glyph),
            digit.confidence,
            *digit.box,
        )
        + struct.pack(f"<{len(digit.probabilities)}d", *digit.probabilities)
        + digit.glyph
        for digit in digits
    )


def unpack_digits(content: bytes) -> tuple[DigitPredictionRecord, ...]:
    """The inverse of `pack_digits`."""
    digits = []
    start = 0
    while start < len(content):
        value, verdict, chances, glyph, confidence, x, y, width, height = _HEAD.unpack_from(
            content, start
        )
        start += _HEAD.size
        probabilities = struct.unpack_from(f"<{chances}d", content, start)
        start += 8 * chances
        digits.append(
            DigitPredictionRecord(
                value,
                _VERDICTS[verdict],
                confidence,
                probabilities,
                (x, y, width, height),
                content[start : start + glyph],
            )
        )
        start += glyph
    return tuple(digits)


def pack_strokes(strokes: Sequence[Stroke]) -> bytes:
    """The number of strokes, the points of each, and all coordinates: 4 bytes each where that is
    exact, else 8 (the total length tells which).
    """
    if not strokes:
        return b""
    lengths = struct.pack(f"<{len(strokes) + 1}I", len(strokes), *map(len, strokes))
    exact = tuple(chain.from_iterable(chain.from_iterable(strokes)))
    with suppress(OverflowError):
        short = struct.pack(f"<{len(exact)}f", *exact)
        if struct.unpack(f"<{len(exact)}f", short) == exact:
            return lengths + short
    return lengths + struct.pack(f"<{len(exact)}d", *exact)


def unpack_strokes(content: bytes) -> tuple[Stroke, ...]:
    """The inverse of `pack_strokes`."""
    if not content:
        return ()
    (count,) = struct.unpack_from("<I", content)
    lengths = struct.unpack_from(f"<{count}I", content, 4)
    start = 4 + 4 * count
    is_short = len(content) - start == 8 * sum(lengths)
    numbers = struct.unpack_from(f"<{2 * sum(lengths)}{'f' if is_short else 'd'}", content, start)
    points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    strokes = []
    done = 0
    for length in lengths:
        strokes.append(points[done : done + length])
        done += length
    return tuple(strokes)


def pack_embedding(embedding: Sequence[float]) -> bytes:
    """Single precision floats, as the network gave them."""
    return struct.pack(f"<{len(embedding)}f", *embedding)


def unpack_embedding(content: bytes) -> tuple[float, ...]:
    """The inverse of `pack_embedding`."""
    return struct.unpack(f"<{len(content) // 4}f", content)


def pack_corrections(corrections: Iterable[Correction]) -> str:
    """A JSON list of [microseconds since 1970, text, by]."""
    return json.dumps([[to_microseconds(one.at), one.text, one.by] for one in corrections])


def unpack_corrections(content: str) -> tuple[Correction, ...]:
    """The inverse of `pack_corrections`."""
    return tuple(Correction(from_microseconds(at), *said) for at, *said in json.loads(content))


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return round(moment.timestamp() * 1_000_000)


def from_microseconds(microseconds: int) -> datetime:
    """The inverse of `to_microseconds`, UTC."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
