"""Predictions in SQLite tables: the embedded history and the outbox keep them alike.

What is filtered and counted stands in `readings`, a hundred bytes a row; what is only ever read
whole stands in `inks`, some kilobytes a row: looking through the one never drags the other along.
"""

import sqlite3
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
from db.ids import first_position, id_from, position_of
from db.records import PredictionRecord, known_corrections
from db.sqlite.connection import execute_rows
from db.store import Filters

TABLES = """
CREATE TABLE readings (
    reading INTEGER PRIMARY KEY,
    position BLOB NOT NULL UNIQUE,  -- the id, in bytes that sort by time
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
    change INTEGER PRIMARY KEY AUTOINCREMENT,  -- greater at every save: news can be asked for
    reading INTEGER NOT NULL UNIQUE,
    embedding BLOB NOT NULL
)
"""

CORRECTIONS = """
CREATE TABLE corrections (
    reading INTEGER NOT NULL,
    at INTEGER NOT NULL,  -- microseconds since 1970
    text TEXT,  -- NULL took the label back
    said_by TEXT,
    PRIMARY KEY (reading, at)
) WITHOUT ROWID
"""
# db/codec.py reads it.
PACKED_CORRECTIONS = """(
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

# A place at which the label and the text, line feeds left out and equally long, have this pair.
_CONFUSED = """
label IS NOT NULL
AND length(replace(label, char(10), '')) = length(replace(text, char(10), ''))
AND EXISTS (
    WITH RECURSIVE places(place) AS (
        SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < length(text)
    )
    SELECT 1 FROM places
    WHERE substr(replace(label, char(10), ''), place, 1) = ?
    AND substr(replace(text, char(10), ''), place, 1) = ?
)
"""

_PUT_READINGS = """
INSERT INTO readings (position, text, source, verdict, confidence, model, owner) VALUES {rows}
ON CONFLICT (position) DO UPDATE SET text = excluded.text, source = excluded.source,
    verdict = excluded.verdict, confidence = excluded.confidence, model = excluded.model,
    owner = excluded.owner
"""
_READING = "(SELECT reading FROM readings WHERE position = ?)"
_PUT_INKS = "INSERT OR REPLACE INTO inks (reading, digits, image, strokes) VALUES {rows}"
_PUT_EMBEDDINGS = "INSERT OR REPLACE INTO embeddings (reading, embedding) VALUES {rows}"
_DROP_EMBEDDINGS = "DELETE FROM embeddings WHERE reading IN (VALUES {rows})"

_COLUMNS = """
position, text, source, model, owner, label, labelled_by, labelled_at, digits, image
"""
_WHOLE = f"""
SELECT {_COLUMNS}, strokes, coalesce(embedding, x''),
    {PACKED_CORRECTIONS.format(reading="readings.reading")}
FROM readings JOIN inks USING (reading) LEFT JOIN embeddings USING (reading)
"""
_ON_PAGES = f"SELECT {_COLUMNS} FROM readings JOIN inks USING (reading)"


def put(connection: sqlite3.Connection, predictions: Iterable[PredictionRecord]) -> None:
    """Insert predictions, or replace all but label and corrections of those with their ids.

    The last of an id counts.
    """
    last = {position_of(one.id): one for one in predictions}
    execute_rows(
        connection,
        _PUT_READINGS,
        [
            (at, one.text, one.source, one.verdict, one.confidence, one.model, one.owner)
            for at, one in last.items()
        ],
    )
    execute_rows(
        connection,
        _PUT_INKS,
        [
            (at, pack_digits(one.digits), one.image, pack_strokes(one.strokes))
            for at, one in last.items()
        ],
        first=_READING,
    )
    embedded = [(at, pack_embedding(one.embedding)) for at, one in last.items() if one.embedding]
    execute_rows(connection, _PUT_EMBEDDINGS, embedded, first=_READING)
    bare = [(at,) for at, one in last.items() if not one.embedding]
    execute_rows(connection, _DROP_EMBEDDINGS, bare, first=_READING)


def put_label(connection: sqlite3.Connection, prediction: PredictionRecord) -> None:
    """Give the kept reading this prediction's label, and its corrections beside those kept."""
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


def remove(connection: sqlite3.Connection, id: UUID) -> bool:
    """Delete a prediction; whether there was one."""
    rows = connection.execute(
        "DELETE FROM readings WHERE position = ? RETURNING reading", (position_of(id),)
    ).fetchall()
    for table in ("inks", "embeddings", "corrections"):
        connection.executemany(f"DELETE FROM {table} WHERE reading = ?", rows)
    return bool(rows)


def remove_all(connection: sqlite3.Connection, positions: str, value: object) -> None:
    """Delete the predictions at the positions that a query with one value gives."""
    rows = f"SELECT reading FROM readings WHERE position IN ({positions})"
    for table in ("corrections", "embeddings", "inks", "readings"):
        connection.execute(f"DELETE FROM {table} WHERE reading IN ({rows})", (value,))


def find(connection: sqlite3.Connection, id: UUID) -> PredictionRecord | None:
    """The prediction of that id, or None."""
    rows = connection.execute(f"{_WHOLE} WHERE position = ?", (position_of(id),)).fetchall()
    return _prediction_of(rows[0], with_drawing=True) if rows else None


def newest(
    connection: sqlite3.Connection,
    limit: int,
    before: bytes | None,
    filters: Filters,
    only: str = "TRUE",
    *,
    with_drawing: bool = True,
) -> list[PredictionRecord]:
    """Up to `limit` predictions that fit, newest first, at positions below `before`.

    only: an SQL condition on `readings` beside the filters. with_drawing: with strokes,
    embedding and corrections.
    """
    where, values = _conditions(filters, before)
    # The inner query runs through small rows and an index alone; only what is shown gets its ink.
    query = f"""
        {_WHOLE if with_drawing else _ON_PAGES} WHERE reading IN (
            SELECT reading FROM readings WHERE {where} AND {only} ORDER BY position DESC LIMIT ?
        ) ORDER BY position DESC
    """
    rows = connection.execute(query, (*values, limit)).fetchall()
    return [_prediction_of(row, with_drawing=with_drawing) for row in rows]


def find_row(connection: sqlite3.Connection, reading: int) -> PredictionRecord | None:
    """The prediction in that row, or None."""
    rows = connection.execute(f"{_WHOLE} WHERE reading = ?", (reading,)).fetchall()
    return _prediction_of(rows[0], with_drawing=True) if rows else None


def _prediction_of(row: Sequence[Any], *, with_drawing: bool) -> PredictionRecord:
    """The prediction in a row of _WHOLE, or of _ON_PAGES."""
    position, text, source, model, owner, label, labelled_by, labelled_at, digits, image = row[:10]
    strokes, embedding, said = row[10:] if with_drawing else (b"", b"", "[]")
    at = None if labelled_at is None else from_microseconds(labelled_at)
    known = (
        known_corrections(unpack_corrections(said), label, labelled_by, at) if with_drawing else ()
    )
    return PredictionRecord(
        id=id_from(position),
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
        corrections=known,
    )


def _conditions(filters: Filters, before: bytes | None) -> tuple[str, list[object]]:
    """An SQL condition on `readings` and its values."""
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
    return " AND ".join(conditions) or "TRUE", values
