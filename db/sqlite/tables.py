"""The tables that hold predictions, in the SQLite store and in the outbox.

Columns for filters and counts are in `readings`, a hundred bytes per row; what is only read with
the whole prediction is in `inks`, some kilobytes per row. A scan of the first does not read the
second. (`reading` and `ink` are older words for prediction and drawing; existing files have them.)
"""

import json
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from db.codec import (
    from_microseconds,
    pack_digits,
    pack_embedding,
    pack_strokes,
    to_microseconds,
    unpack_corrections,
    unpack_digits,
    unpack_embedding,
    unpack_strokes,
)
from db.ids import first_position, id_at_position, position_of
from db.records import Columns, PredictionRecord, all_corrections
from db.sqlite.connection import execute_in_batches, fetch_one
from db.sqlite.errors import CorruptRowError
from db.store import Filters

TABLES = """
CREATE TABLE readings (
    reading INTEGER PRIMARY KEY,
    position BLOB NOT NULL UNIQUE,  -- the id as bytes that sort by time
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    verdict TEXT NOT NULL,
    confidence REAL NOT NULL,
    model TEXT NOT NULL,
    owner TEXT,
    label TEXT,
    labelled_by TEXT,
    labelled_at INTEGER  -- microseconds since 1970
);
CREATE TABLE inks (
    reading INTEGER PRIMARY KEY,
    digits BLOB NOT NULL,
    image BLOB NOT NULL,
    strokes BLOB NOT NULL
);
CREATE TABLE embeddings (
    change INTEGER PRIMARY KEY AUTOINCREMENT,  -- grows with every save: new rows can be selected
    reading INTEGER NOT NULL UNIQUE,
    embedding BLOB NOT NULL
)
"""

CORRECTIONS = """
CREATE TABLE corrections (
    reading INTEGER NOT NULL,
    at INTEGER NOT NULL,  -- microseconds since 1970
    text TEXT,  -- NULL removed the label
    said_by TEXT,
    PRIMARY KEY (reading, at)
) WITHOUT ROWID
"""
# JSON for db.codec.unpack_corrections.
CORRECTIONS_AS_JSON_SQL = """(
    SELECT json_group_array(json_array(at, text, said_by)) FROM corrections
    WHERE corrections.reading = {reading}
)"""

INDEXES = """
CREATE INDEX readings_by_text ON readings (text, position);
CREATE INDEX readings_by_source ON readings (source, position);
CREATE INDEX readings_by_verdict ON readings (verdict, position);
CREATE INDEX readings_by_model ON readings (model, position);
CREATE INDEX readings_by_owner ON readings (owner, position) WHERE owner IS NOT NULL;
CREATE INDEX readings_labelled ON readings (position) WHERE label IS NOT NULL;
CREATE INDEX readings_wrong ON readings (position) WHERE label IS NOT NULL AND label <> text
"""

# An index at which the label and the text, line feeds left out and equally long, have this pair.
_CONFUSED = """
label IS NOT NULL
AND length(replace(label, char(10), '')) = length(replace(text, char(10), ''))
AND EXISTS (
    WITH RECURSIVE indices(i) AS (
        SELECT 1 UNION ALL SELECT i + 1 FROM indices WHERE i < length(text)
    )
    SELECT 1 FROM indices
    WHERE substr(replace(label, char(10), ''), i, 1) = ?
    AND substr(replace(text, char(10), ''), i, 1) = ?
)
"""

# The text may have changed since the version predicted it.
_DIFFERS = """
position IN (SELECT position FROM version_predictions WHERE version = ? AND differs)
AND text <> (
    SELECT other.text FROM version_predictions AS other
    WHERE other.position = readings.position AND other.version = ?
)
"""

_UPSERT_READINGS = """
INSERT INTO readings (position, text, source, verdict, confidence, model, owner) VALUES {rows}
ON CONFLICT (position) DO UPDATE SET text = excluded.text, source = excluded.source,
    verdict = excluded.verdict, confidence = excluded.confidence, model = excluded.model,
    owner = excluded.owner
"""
_ROW_OF_POSITION = "(SELECT reading FROM readings WHERE position = ?)"
_REPLACE_INKS = "INSERT OR REPLACE INTO inks (reading, digits, image, strokes) VALUES {rows}"
_REPLACE_EMBEDDINGS = "INSERT OR REPLACE INTO embeddings (reading, embedding) VALUES {rows}"
_DELETE_EMBEDDINGS = "DELETE FROM embeddings WHERE reading IN (VALUES {rows})"

_COLUMNS = """
position, text, source, model, owner, label, labelled_by, labelled_at, digits, image
"""
_SELECT_WITH_DRAWING = f"""
SELECT {_COLUMNS}, strokes, coalesce(embedding, x''),
    {CORRECTIONS_AS_JSON_SQL.format(reading="readings.reading")}
FROM readings JOIN inks USING (reading) LEFT JOIN embeddings USING (reading)
"""
# What is not read is empty or NULL in its place: all rows are decoded in the same way.
_SELECTS: dict[Columns, str] = {
    "all": _SELECT_WITH_DRAWING,
    "page": f"SELECT {_COLUMNS}, x'', x'', NULL FROM readings JOIN inks USING (reading)",
    "embedding": f"""
        SELECT {_COLUMNS.replace("image", "x''")}, x'', coalesce(embedding, x''), NULL
        FROM readings JOIN inks USING (reading) LEFT JOIN embeddings USING (reading)
    """,
}


def upsert(connection: sqlite3.Connection, predictions: Iterable[PredictionRecord]) -> None:
    """Insert predictions; existing ones keep only their label and corrections.

    Of several with the same id the last counts.
    """
    by_position = {position_of(prediction.id): prediction for prediction in predictions}
    execute_in_batches(
        connection,
        _UPSERT_READINGS,
        [
            (position, p.text, p.source, p.verdict, p.confidence, p.model, p.owner)
            for position, p in by_position.items()
        ],
    )
    execute_in_batches(
        connection,
        _REPLACE_INKS,
        [
            (position, pack_digits(p.digits), p.image, pack_strokes(p.strokes))
            for position, p in by_position.items()
        ],
        first=_ROW_OF_POSITION,
    )
    embedded = [
        (position, pack_embedding(p.embedding))
        for position, p in by_position.items()
        if p.embedding
    ]
    execute_in_batches(connection, _REPLACE_EMBEDDINGS, embedded, first=_ROW_OF_POSITION)
    without = [(position,) for position, p in by_position.items() if not p.embedding]
    execute_in_batches(connection, _DELETE_EMBEDDINGS, without, first=_ROW_OF_POSITION)


def update_label(connection: sqlite3.Connection, prediction: PredictionRecord) -> None:
    """Set the stored prediction's label to this one's, and add its corrections."""
    position = position_of(prediction.id)
    at = prediction.labelled_at
    connection.execute(
        "UPDATE readings SET label = ?, labelled_by = ?, labelled_at = ? WHERE position = ?",
        (
            prediction.label,
            prediction.labelled_by,
            None if at is None else to_microseconds(at),
            position,
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO corrections "
        "SELECT reading, ?, ?, ? FROM readings WHERE position = ?",
        [
            (to_microseconds(correction.at), correction.text, correction.by, position)
            for correction in prediction.corrections
        ],
    )


def delete(connection: sqlite3.Connection, id: UUID) -> bool:
    """Delete a prediction; return whether it existed."""
    rows = connection.execute(
        "DELETE FROM readings WHERE position = ? RETURNING reading", (position_of(id),)
    ).fetchall()
    for table in ("inks", "embeddings", "corrections"):
        connection.executemany(f"DELETE FROM {table} WHERE reading = ?", rows)
    return bool(rows)


def reading_keys_of_owner(connection: sqlite3.Connection, owner: str) -> list[int]:
    """Return the rows in `readings` of an owner's predictions."""
    rows = connection.execute("SELECT reading FROM readings WHERE owner = ?", (owner,))
    return [reading for (reading,) in rows]


def delete_of_owner(connection: sqlite3.Connection, owner: str, limit: int) -> list[UUID]:
    """Delete up to `limit` predictions of an owner; return their ids."""
    rows = connection.execute(
        "SELECT reading, position FROM readings WHERE owner = ? LIMIT ?", (owner, limit)
    ).fetchall()
    readings = json.dumps([reading for reading, _ in rows])
    for table in ("corrections", "embeddings", "inks", "readings"):
        connection.execute(
            f"DELETE FROM {table} WHERE reading IN (SELECT value FROM json_each(?))", (readings,)
        )
    return [id_at_position(position) for _, position in rows]


def delete_all(connection: sqlite3.Connection, positions: str, value: object) -> None:
    """Delete the predictions at the positions that `positions` selects, a query with one value."""
    rows = f"SELECT reading FROM readings WHERE position IN ({positions})"
    for table in ("corrections", "embeddings", "inks", "readings"):
        connection.execute(f"DELETE FROM {table} WHERE reading IN ({rows})", (value,))


def find(connection: sqlite3.Connection, id: UUID) -> PredictionRecord | None:
    """Return the prediction with that id, or None."""
    rows = connection.execute(
        f"{_SELECT_WITH_DRAWING} WHERE position = ?", (position_of(id),)
    ).fetchall()
    return _prediction_of(rows[0]) if rows else None


def newest(
    connection: sqlite3.Connection,
    limit: int,
    before: bytes | None,
    filters: Filters,
    only: str = "TRUE",
    *,
    columns: Columns = "all",
) -> list[PredictionRecord]:
    """Return up to `limit` matching predictions, newest first, at positions below `before`.

    only: another SQL condition on `readings`. columns: what to read of each.
    """
    where, values = _conditions(filters, before)
    # The inner query reads only `readings` and its indexes; `inks` is read for the result alone.
    query = f"""
        {_SELECTS[columns]} WHERE reading IN (
            SELECT reading FROM readings WHERE {where} AND {only} ORDER BY position DESC LIMIT ?
        ) ORDER BY position DESC
    """
    rows = connection.execute(query, (*values, limit)).fetchall()
    return [_prediction_of(row) for row in rows]


def count(connection: sqlite3.Connection, filters: Filters, only: str = "TRUE") -> int:
    """Return how many predictions match. only: another SQL condition on `readings`."""
    where, values = _conditions(filters, None)
    query = f"SELECT count(*) FROM readings WHERE {where} AND {only}"
    return int(fetch_one(connection, query, *values)[0])


def count_next(
    connection: sqlite3.Connection, filters: Filters, before: bytes | None, limit: int
) -> tuple[int, bytes | None]:
    """Count up to `limit` matching predictions below a position, newest first.

    Returns their number and the position of the last one, None if there are none.
    """
    where, values = _conditions(filters, before)
    query = f"""
        SELECT count(*), min(position) FROM (
            SELECT position FROM readings WHERE {where} ORDER BY position DESC LIMIT ?
        )
    """
    number, last = fetch_one(connection, query, *values, limit)
    return number, last


def find_row(connection: sqlite3.Connection, reading: int) -> PredictionRecord | None:
    """Return the prediction in that row of `readings`, or None."""
    rows = connection.execute(f"{_SELECT_WITH_DRAWING} WHERE reading = ?", (reading,)).fetchall()
    return _prediction_of(rows[0]) if rows else None


def _prediction_of(row: Sequence[Any]) -> PredictionRecord:
    """Return the prediction in a row of any select. Raises CorruptRowError if it is damaged."""
    try:
        return _decode(row)
    except (struct.error, IndexError, ValueError, TypeError, OverflowError) as error:
        raise CorruptRowError(str(error)) from error


def _decode(row: Sequence[Any]) -> PredictionRecord:
    position, text, source, model, owner, label, labelled_by, labelled_at, digits, image = row[:10]
    strokes, embedding, packed = row[10:]
    at = None if labelled_at is None else from_microseconds(labelled_at)
    corrections = (
        ()
        if packed is None
        else all_corrections(unpack_corrections(packed), label, labelled_by, at)
    )
    return PredictionRecord(
        id=id_at_position(position),
        text=text,
        source=source,
        model=model,
        digits=unpack_digits(digits),
        image=image,
        strokes=unpack_strokes(strokes),
        embedding=unpack_embedding(embedding),
        owner=owner,
        label=label,
        labelled_by=labelled_by,
        labelled_at=at,
        corrections=corrections,
    )


def _conditions(filters: Filters, before: bytes | None) -> tuple[str, list[object]]:
    """Return an SQL condition on `readings` and its values."""
    comparisons: list[tuple[str, object]] = [
        ("position < ?", before),
        ("text = ?", filters.text),
        ("instr(text, ?) > 0", None if filters.digit is None else str(filters.digit)),
        ("source = ?", filters.source),
        ("verdict = ?", filters.verdict),
        ("confidence >= ?", filters.min_confidence),
        ("confidence <= ?", filters.max_confidence),
        ("label IS NOT NULL AND label = ?", filters.label),
        ("model = ?", filters.model),
        ("owner = ?", filters.owner),
        ("position >= ?", None if filters.since is None else first_position(filters.since)),
        ("position < ?", None if filters.until is None else first_position(filters.until)),
    ]
    conditions = [condition for condition, value in comparisons if value is not None]
    values = [value for _, value in comparisons if value is not None]
    if filters.labelled is not None:
        conditions.append("label IS NOT NULL" if filters.labelled else "label IS NULL")
    if filters.wrong is not None:
        comparison = "<>" if filters.wrong else "="
        conditions.append(f"label IS NOT NULL AND label {comparison} text")
    if filters.confused is not None:
        conditions.append(_CONFUSED)
        values.extend(filters.confused)
    if filters.differs is not None:
        conditions.append(_DIFFERS)
        values.extend((filters.differs, filters.differs))
    return " AND ".join(conditions) or "TRUE", values
