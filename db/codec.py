"""Pack the parts of a prediction that are always read as a whole into bytes, little-endian.

Bytes instead of typed columns: a page of fifty predictions holds some ten thousand numbers, and
unpacking them here takes a tenth of the time a database driver needs for lists of typed values.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain

from db.records import Correction, DigitPredictionRecord, Stroke, Verdict

# The index in this tuple is stored: add new verdicts at the end only.
_VERDICTS: tuple[Verdict, ...] = ("digit", "unsure", "not_a_digit")
# value, verdict, number of probabilities, bytes of the glyph, confidence, box
_HEADER = struct.Struct("<BBHHd4d")


def pack_digits(digits: Sequence[DigitPredictionRecord]) -> bytes:
    """Return the digits one after the other: header, probabilities as doubles, glyph."""
    return b"".join(
        _HEADER.pack(
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
    """Return the digits that `pack_digits` packed."""
    digits = []
    start = 0
    while start < len(content):
        value, verdict, count, glyph_bytes, confidence, *box = _HEADER.unpack_from(content, start)
        start += _HEADER.size
        probabilities = struct.unpack_from(f"<{count}d", content, start)
        start += 8 * count
        digits.append(
            DigitPredictionRecord(
                value,
                _VERDICTS[verdict],
                confidence,
                probabilities,
                (box[0], box[1], box[2], box[3]),
                content[start : start + glyph_bytes],
            )
        )
        start += glyph_bytes
    return tuple(digits)


def pack_strokes(strokes: Sequence[Stroke]) -> bytes:
    """Return the number of strokes, the number of points of each, and all coordinates.

    Coordinates are single precision if that is exact for all of them, else double; the total length
    says which.
    """
    if not strokes:
        return b""
    lengths = struct.pack(f"<{len(strokes) + 1}I", len(strokes), *map(len, strokes))
    coordinates = tuple(chain.from_iterable(chain.from_iterable(strokes)))
    with suppress(OverflowError):
        single = struct.pack(f"<{len(coordinates)}f", *coordinates)
        if struct.unpack(f"<{len(coordinates)}f", single) == coordinates:
            return lengths + single
    return lengths + struct.pack(f"<{len(coordinates)}d", *coordinates)


def unpack_strokes(content: bytes) -> tuple[Stroke, ...]:
    """Return the strokes that `pack_strokes` packed."""
    if not content:
        return ()
    (count,) = struct.unpack_from("<I", content)
    lengths = struct.unpack_from(f"<{count}I", content, 4)
    start = 4 + 4 * count
    is_single = len(content) - start == 8 * sum(lengths)
    numbers = struct.unpack_from(f"<{2 * sum(lengths)}{'f' if is_single else 'd'}", content, start)
    points = tuple(zip(numbers[::2], numbers[1::2], strict=True))
    strokes = []
    first = 0
    for length in lengths:
        strokes.append(points[first : first + length])
        first += length
    return tuple(strokes)


def pack_embedding(embedding: Sequence[float]) -> bytes:
    """Return the numbers in single precision, which is what the network computes."""
    return struct.pack(f"<{len(embedding)}f", *embedding)


def unpack_embedding(content: bytes) -> tuple[float, ...]:
    """Return the embedding that `pack_embedding` packed."""
    return struct.unpack(f"<{len(content) // 4}f", content)


def pack_corrections(corrections: Iterable[Correction]) -> str:
    """Return a JSON list of [microseconds since 1970, text, by]."""
    return json.dumps(
        [
            [to_microseconds(correction.at), correction.text, correction.by]
            for correction in corrections
        ]
    )


def unpack_corrections(content: str) -> tuple[Correction, ...]:
    """Return the corrections that `pack_corrections` packed."""
    return tuple(
        Correction(from_microseconds(at), text, by) for at, text, by in json.loads(content)
    )


def to_microseconds(moment: datetime) -> int:
    """Return the moment in microseconds since 1970."""
    return round(moment.timestamp() * 1_000_000)


def from_microseconds(microseconds: int) -> datetime:
    """Return the UTC moment of microseconds since 1970."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
