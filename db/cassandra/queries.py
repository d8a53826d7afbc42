"""CQL statements for predictions, their values, and the rows they return."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cassandra.query import UNSET_VALUE

from db.codec import from_microseconds, unpack_digits, unpack_strokes
from db.ids import first_position, id_at_position
from db.records import Columns, Correction, PredictionRecord, all_corrections
from db.store import Filters

# The newest predictions are read for every page.
_unpack_digits_cached = lru_cache(500)(unpack_digits)

NEWEST = id_at_position(b"\x0f" + b"\xff" * 15)
OLDEST = id_at_position(bytes(16))

_KEY = "bucket = ? AND shard = ? AND id = ?"
_COLUMNS = "id, text, source, model, owner, label, labelled_by, labelled_at, digits, image"
_SELECTED: dict[Columns, str] = {
    "page": _COLUMNS,
    "all": f"{_COLUMNS}, strokes, embedding, corrections",
    "embedding": _COLUMNS.replace("image", "embedding"),
}

INSERT = (
    "INSERT INTO keyspace.predictions "
    "(bucket, shard, id, text, source, model, verdict, confidence, seen, owner, digits, image, "
    "strokes, embedding) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "USING TIMESTAMP ? AND TTL ?"
)
SET_LABEL = (
    "UPDATE keyspace.predictions USING TIMESTAMP ? AND TTL ? "
    f"SET label = ?, labelled_by = ?, labelled_at = ?, wrong = ? WHERE {_KEY}"
)
REMOVE_LABEL = (
    "DELETE label, labelled_by, labelled_at, wrong FROM keyspace.predictions "
    f"USING TIMESTAMP ? WHERE {_KEY}"
)
ADD_CORRECTIONS = (
    "UPDATE keyspace.predictions USING TIMESTAMP ? AND TTL ? "
    f"SET corrections = corrections + ? WHERE {_KEY}"
)
SET_WRONG = f"UPDATE keyspace.predictions USING TIMESTAMP ? AND TTL ? SET wrong = ? WHERE {_KEY}"
GET_LABEL = f"SELECT label FROM keyspace.predictions WHERE {_KEY}"
DELETE = f"DELETE FROM keyspace.predictions USING TIMESTAMP ? WHERE {_KEY}"
DELETE_VERSIONS = "DELETE FROM keyspace.version_predictions USING TIMESTAMP ? WHERE id = ?"
FIND_SIMILAR = (
    f"SELECT {_COLUMNS}, similarity_dot_product(embedding, ?) FROM keyspace.predictions "
    "ORDER BY embedding ANN OF ? LIMIT ?"
)
FIND_SIMILAR_OF_OWNER = FIND_SIMILAR.replace("ORDER BY", "WHERE owner = ? ORDER BY")
GET = f"SELECT {_SELECTED['all']} FROM keyspace.predictions WHERE {_KEY}"
SELECT_COUNTED = (
    "SELECT text, source, verdict, model, label, labelled_by FROM keyspace.predictions "
    "WHERE bucket = ? AND shard = ?"
)


def shard_of(id: UUID, shards: int) -> int:
    """Return the shard that holds an id: a checksum, the same on every machine."""
    return zlib.crc32(id.bytes) % shards


def select(filters: Filters, columns: Columns) -> tuple[str, tuple[Any, ...]]:
    """Return a query for the newest rows of one partition, and the values of its filters.

    Its parameters are bucket, shard, upper id (exclusive), lower id (inclusive), those values, and
    the limit. Every condition has an index; filters without an index have to be checked
    on the rows by the caller.
    """
    query, values = _select(_SELECTED[columns], filters)
    return f"{query} LIMIT ?", values


def select_columns(filters: Filters) -> tuple[str, tuple[Any, ...]]:
    """Return a query as `select` does, without limit, for rows of PredictionColumns."""
    return _select("id, text, source, verdict, confidence, model, owner, label", filters)


def _select(columns: str, filters: Filters) -> tuple[str, tuple[Any, ...]]:
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
        f"SELECT {columns} FROM keyspace.predictions "
        f"WHERE bucket = ? AND shard = ? AND id < ? AND id >= ?"
        f"{''.join(f' AND {condition}' for condition in used)}"
    )
    return query, tuple(used.values())


def bounds(before: bytes | None, filters: Filters) -> tuple[UUID, UUID]:
    """Return upper (exclusive) and lower id for the position of a cursor and the filters' times."""
    upper = [before] if before is not None else []
    if filters.until is not None:
        upper.append(first_position(filters.until))
    lower = OLDEST if filters.since is None else id_at_position(first_position(filters.since))
    return (id_at_position(min(upper)) if upper else NEWEST), lower


def insert_values(
    key: tuple[datetime, int, UUID], columns: Mapping[str, Any], timestamp: int, ttl: int
) -> tuple[Any, ...]:
    """Return the values of INSERT; empty columns are unset, as a null would be a tombstone."""
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
    """Return whether only labelled predictions can match."""
    return bool(filters.labelled) or filters.label is not None or filters.confused is not None


def prediction_of(row: Sequence[Any], columns: Columns) -> PredictionRecord | None:
    """Return the prediction in a row of `select` or GET.

    None for a row without text: a label that arrived after the prediction was deleted.
    """
    id, text, source, model, owner, label, labelled_by, labelled_at, digits, image = row[:10]
    if text is None:
        return None
    digit_records = _unpack_digits_cached(digits) if columns == "page" else unpack_digits(digits)
    strokes, embedding, stored = row[10:13] if columns == "all" else (b"", None, None)
    if columns == "embedding":
        image, embedding = b"", image
    by = labelled_by or None
    label_time = None if labelled_at is None else labelled_at.replace(tzinfo=UTC)
    corrections = (
        Correction(from_microseconds(at), *text_and_by)
        for at, text_and_by in (stored or {}).items()
    )
    return PredictionRecord(
        id=id,
        text=text,
        source=source,
        model=model,
        digits=digit_records,
        image=image,
        strokes=unpack_strokes(strokes),
        embedding=tuple(embedding or ()) if digit_records else (),
        owner=owner,
        label=label,
        labelled_by=by,
        labelled_at=label_time,
        corrections=all_corrections(corrections, label, by, label_time) if columns == "all" else (),
    )


def seconds_left(id_time: datetime, retention_days: int, now: datetime) -> int | None:
    """Return the TTL of a row of that time: 0: never expires, None: has expired already."""
    if retention_days == 0:
        return 0
    left = int((id_time + timedelta(days=retention_days) - now).total_seconds())
    return left if left > 0 else None
