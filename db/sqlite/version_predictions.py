"""What other versions of the network predict, in the SQLite file of the history."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from db.codec import from_microseconds, to_microseconds
from db.ids import id_at_position, position_of
from db.sqlite.connection import SqliteConnection, fetch_one
from db.version_predictions import Shadow, VersionPrediction, VersionPredictions

VERSION_PREDICTIONS = """
CREATE TABLE version_predictions (
    position BLOB NOT NULL,  -- the id as bytes that sort by time
    version TEXT NOT NULL,
    text TEXT NOT NULL,
    confidence REAL NOT NULL,
    differs INTEGER NOT NULL,
    PRIMARY KEY (position, version)
) WITHOUT ROWID;
CREATE INDEX differing_predictions ON version_predictions (version, position) WHERE differs;
CREATE TABLE shadow (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,  -- microseconds since 1970
    until INTEGER NOT NULL,
    started_by TEXT
)
"""

# Nothing is stored for a prediction that was deleted while a version predicted it.
_SAVE = """
INSERT OR REPLACE INTO version_predictions
SELECT position, ?, ?, ?, ? FROM readings WHERE position = ?
"""
_COLUMNS = "position, version, text, confidence, differs"
_SELECT = f"""
SELECT {_COLUMNS} FROM version_predictions WHERE position IN ({{ids}}) ORDER BY version
"""
_SELECT_DIFFERING = f"""
SELECT {_COLUMNS} FROM version_predictions
WHERE version = ? AND differs AND position < ? ORDER BY position DESC LIMIT ?
"""
_AFTER_ALL = b"\xff" * 17


class SqliteVersionPredictions(VersionPredictions):
    """Stores what versions predict; each change is one transaction."""

    def __init__(self, file: SqliteConnection) -> None:
        self._file = file

    def save(self, predictions: Sequence[VersionPrediction]) -> None:
        values = [
            (item.version, item.text, item.confidence, item.differs, position_of(item.id))
            for item in predictions
        ]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(_SAVE, values)

        self._file.write(work)

    def find(self, ids: Sequence[UUID]) -> dict[UUID, tuple[VersionPrediction, ...]]:
        found: defaultdict[UUID, list[VersionPrediction]] = defaultdict(list)
        query = _SELECT.format(ids=", ".join("?" * len(ids)))
        with self._file.read() as connection:
            for row in connection.execute(query, [position_of(id) for id in ids]).fetchall():
                prediction = _prediction_of(row)
                found[prediction.id].append(prediction)
        return {id: tuple(items) for id, items in found.items()}

    def differing(
        self, version: str, limit: int, before: UUID | None = None
    ) -> list[VersionPrediction]:
        position = _AFTER_ALL if before is None else position_of(before)
        with self._file.read() as connection:
            rows = connection.execute(_SELECT_DIFFERING, (version, position, limit)).fetchall()
        return [_prediction_of(row) for row in rows]

    def shadow(self) -> Shadow | None:
        query = "SELECT version, started_at, until, started_by FROM shadow"
        with self._file.read() as connection:
            row = fetch_one(connection, query)
        if row is None:
            return None
        version, started, until, by = row
        return Shadow(version, from_microseconds(started), from_microseconds(until), by)

    def set_shadow(self, shadow: Shadow | None) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM shadow")
            if shadow is not None:
                connection.execute(
                    "INSERT INTO shadow VALUES (1, ?, ?, ?, ?)",
                    (
                        shadow.version,
                        to_microseconds(shadow.started),
                        to_microseconds(shadow.until),
                        shadow.by,
                    ),
                )

        self._file.write(work)


def delete_version_predictions(connection: sqlite3.Connection, ids: Iterable[UUID]) -> None:
    """Delete what versions predict for predictions that are deleted."""
    connection.executemany(
        "DELETE FROM version_predictions WHERE position = ?", [(position_of(id),) for id in ids]
    )


def _prediction_of(row: tuple[bytes, str, str, float, int]) -> VersionPrediction:
    position, version, text, confidence, differs = row
    return VersionPrediction(
        id_at_position(position), version, text, confidence, differs=bool(differs)
    )
