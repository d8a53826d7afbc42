"""What waits to be written to Cassandra, kept in a SQLite file until it is there.

For every id it keeps the reading as it is now and which of three things Cassandra still has to
hear: that it was deleted, saved, labelled, each with its own moment. Cassandra goes by these
moments, so they may be sent in any order, twice, and by any number of processes.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from db import reading_table
from db.history import Filters
from db.ids import id_from, position_of
from db.packing import pack_digits, pack_embedding, pack_strokes
from db.prediction import Prediction
from db.reading_table import TABLES
from db.sqlite_file import SqliteFile, read_one

_WAITING = """
CREATE TABLE waiting (
    position BLOB PRIMARY KEY,  -- of the reading, which stands in `readings` unless it was deleted
    turn INTEGER NOT NULL,      -- grows with every change: a later one is not lost with an earlier
    deleted_at INTEGER,         -- microseconds since 1970, NULL where Cassandra need not hear of it
    saved_at INTEGER,
    labelled_at INTEGER
);
CREATE INDEX waiting_by_turn ON waiting (turn)
"""

_ENTRIES = """
SELECT w.position, turn, deleted_at, saved_at, w.labelled_at,
    text, source, verdict, confidence, model, owner, label, labelled_by, r.labelled_at,
    digits, image, strokes, coalesce(embedding, x'')
FROM waiting AS w LEFT JOIN readings AS r USING (position)
    LEFT JOIN inks USING (reading) LEFT JOIN embeddings USING (reading)
ORDER BY turn LIMIT ?
"""
_NAMES = (
    *("text", "source", "verdict", "confidence", "model", "owner", "label", "labelled_by"),
    *("labelled_at", "digits", "image", "strokes", "embedding"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What Cassandra has to hear about one id, each moment in microseconds since 1970.

    columns: the reading as it is now, by the names of `readings` and `inks`.
    """

    id: UUID
    turn: int
    deleted_at: int | None
    saved_at: int | None
    labelled_at: int | None
    columns: dict[str, Any]


def entry_of(prediction: Prediction) -> Entry:
    """A save as an entry that never stood in a file."""
    at = time.time_ns() // 1000
    columns = {
        "text": prediction.text,
        "source": prediction.source,
        "verdict": prediction.verdict,
        "confidence": prediction.confidence,
        "model": prediction.model,
        "owner": prediction.owner,
        "digits": pack_digits(prediction.digits),
        "image": prediction.image,
        "strokes": pack_strokes(prediction.strokes),
        "embedding": pack_embedding(prediction.embedding),
    }
    return Entry(prediction.id, 0, deleted_at=None, saved_at=at, labelled_at=None, columns=columns)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reading as it is now, None where it was deleted.

    knows_label: False where it was saved again and its label, if it has one, is in Cassandra only.
    """

    prediction: Prediction | None
    knows_label: bool


class Outbox:
    """A durable queue that can be looked into. Every sqlite3 failure is a HistoryUnavailable."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, (";".join((TABLES, _WAITING)),))
        self._clock = threading.Lock()
        self._last = 0

    def save(self, prediction: Prediction) -> None:
        """Queue a reading; it replaces all but the label of what waits under its id."""
        at = self._now()

        def work(connection: sqlite3.Connection) -> None:
            reading_table.put(connection, prediction)
            _mark(connection, prediction.id, at, "saved_at = excluded.turn", saved=True)

        self._file.write(work)

    def label(
        self, prediction: Prediction, text: str | None, by: str | None, moment: datetime | None
    ) -> Prediction:
        """Queue a label for a reading that stands here or in Cassandra; the reading with it."""
        at = self._now()

        def work(connection: sqlite3.Connection) -> Prediction:
            if reading_table.find(connection, prediction.id) is None:
                reading_table.put(connection, prediction)
            reading_table.set_label(connection, prediction.id, text, by, moment)
            _mark(connection, prediction.id, at, "labelled_at = excluded.turn", labelled=True)
            labelled = reading_table.find(connection, prediction.id)
            assert labelled is not None
            return labelled

        return self._file.write(work)

    def delete(self, id: UUID) -> None:
        """Queue that a reading is to be forgotten, and what waited under its id with it."""
        at = self._now()

        def work(connection: sqlite3.Connection) -> None:
            reading_table.remove(connection, id)
            _mark(
                connection,
                id,
                at,
                "deleted_at = excluded.turn, saved_at = NULL, labelled_at = NULL",
                deleted=True,
            )

        self._file.write(work)

    def among(self, ids: Iterable[UUID]) -> dict[UUID, Waiting]:
        """Those of the ids that wait."""
        query = "SELECT labelled_at IS NOT NULL OR saved_at IS NULL FROM waiting WHERE position = ?"
        found: dict[UUID, Waiting] = {}
        with self._file.read() as connection:
            if read_one(connection, "SELECT 1 FROM waiting LIMIT 1") is not None:
                for id in ids:
                    row = read_one(connection, query, position_of(id))
                    if row is not None:
                        found[id] = Waiting(reading_table.find(connection, id), bool(row[0]))
        return found

    def newest(self, limit: int, before: bytes | None, filters: Filters) -> list[Prediction]:
        """Up to `limit` waiting readings that fit, newest first, at positions below `before`."""
        with self._file.read() as connection:
            return reading_table.newest(connection, limit, before, filters)

    def next_entries(self, limit: int) -> list[Entry]:
        """Up to `limit` entries, the longest waiting first."""
        with self._file.read() as connection:
            rows = connection.execute(_ENTRIES, (limit,)).fetchall()
        return [
            Entry(
                id=id_from(position),
                turn=turn,
                deleted_at=deleted_at,
                saved_at=saved_at,
                labelled_at=labelled_at,
                columns=dict(zip(_NAMES, columns, strict=True)),
            )
            for position, turn, deleted_at, saved_at, labelled_at, *columns in rows
        ]

    def finish(self, entries: Sequence[Entry]) -> None:
        """Cassandra has heard of these: forget them, but for those changed meanwhile."""

        def work(connection: sqlite3.Connection) -> None:
            for entry in entries:
                position = position_of(entry.id)
                done = connection.execute(
                    "DELETE FROM waiting WHERE position = ? AND turn = ?", (position, entry.turn)
                )
                if done.rowcount:
                    reading_table.remove(connection, entry.id)

        self._file.write(work)

    def postpone(self, entries: Sequence[Entry]) -> None:
        """Let these wait behind all others."""
        turns = [(self._now(), position_of(entry.id), entry.turn) for entry in entries]
        self._file.write(
            lambda connection: connection.executemany(
                "UPDATE waiting SET turn = ? WHERE position = ? AND turn = ?", turns
            )
        )

    def __len__(self) -> int:
        with self._file.read() as connection:
            return int(read_one(connection, "SELECT count(*) FROM waiting")[0])

    def trouble(self) -> str | None:
        """Why nothing can be queued now, a sentence; None where it can."""
        return self._file.trouble()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _now(self) -> int:
        with self._clock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            return self._last


def _mark(
    connection: sqlite3.Connection,
    id: UUID,
    at: int,
    change: str,
    *,
    deleted: bool = False,
    saved: bool = False,
    labelled: bool = False,
) -> None:
    moments = (at if deleted else None, at if saved else None, at if labelled else None)
    connection.execute(
        "INSERT INTO waiting VALUES (?, ?, ?, ?, ?) "
        f"ON CONFLICT (position) DO UPDATE SET turn = excluded.turn, {change}",
        (position_of(id), at, *moments),
    )
