"""Predictions as rows of Cassandra's table: what is written, what is read back."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cassandra.query import UNSET_VALUE

from db.codec import from_microseconds, unpack_digits, unpack_strokes
from db.ids import first_position, id_from
from db.records import Correction, PredictionRecord, known_corrections
from db.store import Filters

# The newest readings are shown again and again.
_digits_on_pages = lru_cache(500)(unpack_digits)

NEWEST = id_from(b"\x0f" + b"\xff" * 15)
OLDEST = id_from(bytes(16))

_KEY = "bucket = ? AND shard = ? AND id = ?"
_COLUMNS = "id, text, source, model, owner, label, labelled_by, labelled_at, digits, image"
_WHOLE = ", strokes, embedding, corrections"

INSERT = (
    "INSERT INTO keyspace.predictions "
    "(bucket, shard, id, text, source, model, verdict, confidence, seen, owner, digits, image, "
    "strokes, embedding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "USING TIMESTAMP ? AND TTL ?"
)
LABEL = (
    "UPDATE keyspace.predictions USING TIMESTAMP ? AND TTL ? "
    f"SET label = ?, labelled_by = ?, labelled_at = ?, wrong = ? WHERE {_KEY}"
)
UNLABEL = (
    "DELETE label, labelled_by, labelled_at, wrong FROM keyspace.predictions "
    f"USING TIMESTAMP ? WHERE {_KEY}"
)
CORRECT = (
    "UPDATE keyspace.predictions USING TIMESTAMP ? AND TTL ? "
    f"SET corrections = corrections + ? WHERE {_KEY}"
)
WRONG = f"UPDATE keyspace.predictions USING TIMESTAMP ? AND TTL ? SET wrong = ? WHERE {_KEY}"
LABEL_OF = f"SELECT label FROM keyspace.predictions WHERE {_KEY}"
DELETE = f"DELETE FROM keyspace.predictions USING TIMESTAMP ? WHERE {_KEY}"
SIMILAR = (
    f"SELECT {_COLUMNS}, similarity_dot_product(embedding, ?) FROM keyspace.predictions "
    "ORDER BY embedding ANN OF ? LIMIT ?"
)
GET = f"SELECT {_COLUMNS}{_WHOLE} FROM keyspace.predictions WHERE {_KEY}"
COUNT = (
    "SELECT text, source, verdict, model, label FROM keyspace.predictions "
    "WHERE bucket = ? AND shard = ?"
)


def shard_of(id: UUID, shards: int) -> int:
    """Which of the bucket's shards holds the id: spread evenly, the same on every machine."""
    return zlib.crc32(id.bytes) % shards


def select(filters: Filters, *, with_drawing: bool) -> tuple[str, tuple[Any, ...]]:
    """A query for one partition and the values of its filters.

    It takes bucket, shard, the id to stay below, the id to reach at most, then those values, then
    the number of rows. Every filter is answered by an index; what an index cannot say, the caller
    checks on the rows.
    """
    comparisons = {
        "text = ?": filters.text,
        "seen CONTAINS ?": filters.digit,
        "source = ?": filters.source,
        "verdict = ?": filters.verdict,
        "confidence >= ?": filters.min_confidence,
        "confidence <= ?": filters.max_confidence,
        "model = ?": filters.model,
        "owner = ?": filters.owner,
        "wrong = ?": filters.wrong,
        "labelled_at > ?": datetime.fromtimestamp(0, UTC) if _labelled(filters) else None,
    }
    used = {condition: value for condition, value in comparisons.items() if value is not None}
    query = (
        f"SELECT {_COLUMNS}{_WHOLE if with_drawing else ''} FROM keyspace.predictions "
        f"WHERE bucket = ? AND shard = ? AND id < ? AND id >= ?"
        f"{''.join(f' AND {condition}' for condition in used)} LIMIT ?"
    )
    return query, tuple(used.values())


def bounds(before: bytes | None, filters: Filters) -> tuple[UUID, UUID]:
    """The id to stay below and the least id, for a cursor's position and the filters' times."""
    upper = [before] if before is not None else []
    if filters.until is not None:
        upper.append(first_position(filters.until))
    lower = OLDEST if filters.since is None else id_from(first_position(filters.since))
    return (id_from(min(upper)) if upper else NEWEST), lower


def insert_values(
    key: tuple[datetime, int, UUID], columns: Mapping[str, Any], timestamp: int, ttl: int
) -> tuple[Any, ...]:
    """The values of INSERT: a column that has nothing is left out, so that no tombstone is made."""
    embedding = columns["embedding"]
    return (
        *key,
        columns["text"],
        columns["source"],
        columns["model"],
        columns["verdict"],
        columns["confidence"],
        {int(character) for character in columns["text"] if character in "0123456789"}
        or UNSET_VALUE,
        columns["owner"] or UNSET_VALUE,
        columns["digits"],
        columns["image"],
        columns["strokes"],
        struct.unpack("<64f", embedding) if len(embedding) == 256 else UNSET_VALUE,
        timestamp,
        ttl,
    )


def _labelled(filters: Filters) -> bool:
    """Whether only labelled readings can fit."""
    return bool(filters.labelled) or filters.label is not None or filters.confused is not None


def prediction_of(row: Sequence[Any], *, with_drawing: bool) -> PredictionRecord | None:
    """The prediction in a row of `select` or GET, with all it has if `with_drawing`.

    Else as pages hold it. None for a husk: what a late label leaves of a deleted row.
    """
    id, text, source, model, owner, label, labelled_by, labelled_at, digits, image = row[:10]
    if text is None:
        return None
    marks = unpack_digits(digits) if with_drawing else _digits_on_pages(digits)
    strokes, embedding, kept = row[10:13] if with_drawing else (b"", None, None)
    said_by = labelled_by or None
    said_at = None if labelled_at is None else labelled_at.replace(tzinfo=UTC)
    said = (Correction(from_microseconds(at), *what) for at, what in (kept or {}).items())
    return PredictionRecord(
        id=id,
        text=text,
        source=source,
        model=model,
        digits=marks,
        image=image,
        strokes=unpack_strokes(strokes),
        embedding=tuple(embedding or ()) if marks else (),
        owner=owner,
        label=label,
        labelled_by=said_by,
        labelled_at=said_at,
        corrections=known_corrections(said, label, said_by, said_at) if with_drawing else (),
    )


def seconds_left(id_time: datetime, retention_days: int, now: datetime) -> int | None:
    """The TTL of what belongs to that time: 0 for ever, None where it has run out already."""
    if retention_days == 0:
        return 0
    left = int((id_time + timedelta(days=retention_days) - now).total_seconds())
    return left if left > 0 else None
