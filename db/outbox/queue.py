"""What waits to be written to Cassandra, kept in a SQLite file until it is there.

For every id it keeps the reading as it is now and which of three things Cassandra still has to
hear: that it was deleted, saved, labelled, each with its own moment. Cassandra goes by these
moments, so they may be sent in any order, twice, and by any number of processes.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from db.codec import (
    pack_corrections,
    pack_digits,
    pack_embedding,
    pack_strokes,
    to_microseconds,
)
from db.ids import id_from, position_of
from db.records import PredictionRecord, corrected
from db.sqlite import tables as reading_table
from db.sqlite.connection import SqliteConnection, execute_rows, read_one
from db.sqlite.tables import CORRECTIONS, PACKED_CORRECTIONS, TABLES
from db.store import Filters, checked_id

_WAITING = """
CREATE TABLE waiting (
    position BLOB PRIMARY KEY,  -- of the reading, which stands in `readings` unless it was deleted
    turn INTEGER NOT NULL,      -- grows with every change: a later one is not lost with an earlier
    deleted_at INTEGER,         -- microseconds since 1970, NULL where Cassandra need not hear of it
    saved_at INTEGER,
    labelled_at INTEGER,
    done_at INTEGER             -- when Cassandra had heard of it all
);
CREATE INDEX waiting_by_turn ON waiting (turn) WHERE done_at IS NULL;
CREATE INDEX waiting_done ON waiting (done_at) WHERE done_at IS NOT NULL
"""

_ENTRIES = f"""
SELECT w.position, turn, deleted_at, saved_at, w.labelled_at,
    text, source, verdict, confidence, model, owner, label, labelled_by, r.labelled_at,
    digits, image, strokes, coalesce(embedding, x''),
    {PACKED_CORRECTIONS.format(reading="r.reading")}
FROM waiting AS w LEFT JOIN readings AS r USING (position)
    LEFT JOIN inks USING (reading) LEFT JOIN embeddings USING (reading)
WHERE done_at IS NULL ORDER BY turn LIMIT ?
"""
_MARK = """
INSERT INTO waiting (position, turn, deleted_at, saved_at, labelled_at) VALUES {rows}
ON CONFLICT (position) DO UPDATE SET turn = excluded.turn, done_at = NULL,
    deleted_at = coalesce(excluded.deleted_at, deleted_at),
    saved_at = coalesce(excluded.saved_at, iif(excluded.deleted_at IS NULL, saved_at, NULL)),
    labelled_at = coalesce(
        excluded.labelled_at, iif(excluded.deleted_at IS NULL, labelled_at, NULL)
    )
"""
_AMONG = """
SELECT saved_at IS NULL OR coalesce(labelled_at, deleted_at) IS NOT NULL
FROM waiting WHERE position = ? AND (done_at IS NULL OR done_at >= ?)
"""
_ANY = """
SELECT EXISTS (SELECT 1 FROM waiting WHERE done_at IS NULL),
    EXISTS (SELECT 1 FROM waiting WHERE done_at >= ?)
"""
_FEW = 1000
_COUNT_FEW = f"SELECT count(*) FROM (SELECT 1 FROM waiting WHERE done_at IS NULL LIMIT {_FEW})"
_IS_ONE_OF_FEW = "position IN (SELECT position FROM waiting WHERE done_at IS NULL)"
_IS_WAITING = """
EXISTS (
    SELECT 1 FROM waiting WHERE waiting.position = readings.position AND waiting.done_at IS NULL
)
"""

# What has been carried over stays this long: whoever began to read Cassandra before it arrived
# there finds it here afterwards, and a Cassandra whose power was cut is told again what it had
# confirmed but not yet flushed (every 10 s by its own default), once the loss has been noticed.
_KEPT_MICROSECONDS = 30_000_000

_NAMES = (
    *("text", "source", "verdict", "confidence", "model", "owner", "label", "labelled_by"),
    *("labelled_at", "digits", "image", "strokes", "embedding", "corrections"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What Cassandra has to hear about one id, each moment in microseconds since 1970.

    columns: the reading as it is now, by the names of `readings` and `inks`. knows_label: whether
    its label, or that it has none, is certain and need not be looked up.
    """

    id: UUID
    turn: int
    deleted_at: int | None
    saved_at: int | None
    labelled_at: int | None
    columns: dict[str, Any]
    knows_label: bool = False


def entry_of(prediction: PredictionRecord) -> Entry:
    """A prediction, label and all, as an entry that never stood in a file."""
    at = time.time_ns() // 1000
    labelled = prediction.labelled_at or datetime.now(UTC)
    columns = {
        "text": prediction.text,
        "source": prediction.source,
        "verdict": prediction.verdict,
        "confidence": prediction.confidence,
        "model": prediction.model,
        "owner": prediction.owner,
        "label": prediction.label,
        "labelled_by": prediction.labelled_by,
        "labelled_at": to_microseconds(labelled),
        "digits": pack_digits(prediction.digits),
        "image": prediction.image,
        "strokes": pack_strokes(prediction.strokes),
        "embedding": pack_embedding(prediction.embedding),
        "corrections": pack_corrections(prediction.corrections),
    }
    return Entry(
        id=checked_id(prediction),
        turn=0,
        deleted_at=None,
        saved_at=at,
        labelled_at=at if prediction.label is not None or prediction.corrections else None,
        columns=columns,
        knows_label=True,
    )


def _put(connection: sqlite3.Connection, saved: Sequence[tuple[PredictionRecord, int]]) -> None:
    """Predictions, each with the moment of its save."""
    reading_table.put(connection, [prediction for prediction, _ in saved])
    marks = [(position_of(prediction.id), at, None, at, None) for prediction, at in saved]
    execute_rows(connection, _MARK, marks)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reading as it is now, None where it was deleted.

    knows_label: False where it was saved again and its label, if it has one, is in Cassandra only.
    """

    prediction: PredictionRecord | None
    knows_label: bool


class Outbox:
    """A durable queue that can be looked into. Every sqlite3 failure is a StoreUnavailableError."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteConnection(path, (";".join((TABLES, _WAITING)), CORRECTIONS))
        self._clock = threading.Lock()
        self._last = 0

    def now(self) -> int:
        """Microseconds since 1970; never twice the same."""
        with self._clock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            return self._last

    def save(self, prediction: PredictionRecord) -> None:
        """Queue a reading; it replaces all but the label of what waits under its id."""
        self._file.write_together(_put, (prediction, self.now()))

    def label(
        self, prediction: PredictionRecord, text: str | None, by: str | None
    ) -> PredictionRecord:
        """Queue a label for a reading that stands here or in Cassandra; the reading with it."""
        at = self.now()

        def work(connection: sqlite3.Connection) -> PredictionRecord:
            if read_one(connection, _AMONG, position_of(prediction.id), at) is None:
                reading_table.put(connection, [prediction])
            here = reading_table.find(connection, prediction.id)
            assert here is not None
            before = {*prediction.corrections, *here.corrections}
            known = sorted(before, key=lambda correction: correction.at)
            labelled = corrected(replace(here, corrections=tuple(known)), text, by)
            reading_table.put_label(connection, labelled)
            execute_rows(connection, _MARK, [(position_of(prediction.id), at, None, None, at)])
            return labelled

        return self._file.write(work)

    def delete(self, id: UUID) -> None:
        """Queue that a reading is to be forgotten, and what waited under its id with it."""
        at = self.now()

        def work(connection: sqlite3.Connection) -> None:
            reading_table.remove(connection, id)
            execute_rows(connection, _MARK, [(position_of(id), at, at, None, None)])

        self._file.write(work)

    def among(self, ids: Iterable[UUID], since: int) -> dict[UUID, Waiting]:
        """Those of the ids that wait, or did at the moment `since`, a few seconds ago at most."""
        found: dict[UUID, Waiting] = {}
        with self._file.read() as connection:
            if any(read_one(connection, _ANY, since)):
                for id in ids:
                    row = read_one(connection, _AMONG, position_of(id), since)
                    if row is not None:
                        found[id] = Waiting(reading_table.find(connection, id), bool(row[0]))
        return found

    def newest(self, limit: int, before: bytes | None, filters: Filters) -> list[PredictionRecord]:
        """Up to `limit` waiting readings that fit, newest first, at positions below `before`."""
        with self._file.read() as connection:
            (few,) = read_one(connection, _COUNT_FEW)
            if few == 0:
                return []
            only = _IS_WAITING if few == _FEW else _IS_ONE_OF_FEW
            return reading_table.newest(connection, limit, before, filters, only)

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
        """Cassandra has heard of these: they wait no longer, but for those changed meanwhile."""
        at = self.now()
        done = [(at, position_of(entry.id), entry.turn) for entry in entries]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE waiting SET done_at = ? WHERE position = ? AND turn = ?", done
            )
            past = "SELECT position FROM waiting WHERE done_at < ?"
            reading_table.remove_all(connection, past, at - _KEPT_MICROSECONDS)
            connection.execute("DELETE FROM waiting WHERE done_at < ?", (at - _KEPT_MICROSECONDS,))

        self._file.write(work)

    def reopen(self) -> None:
        """Let all that was carried over lately wait again: Cassandra may have lost it."""
        self._file.write(lambda connection: connection.execute("UPDATE waiting SET done_at = NULL"))

    def postpone(self, entries: Sequence[Entry]) -> None:
        """Let these wait behind all others."""
        turns = [(self.now(), position_of(entry.id), entry.turn) for entry in entries]
        self._file.write(
            lambda connection: connection.executemany(
                "UPDATE waiting SET turn = ? WHERE position = ? AND turn = ?", turns
            )
        )

    def __len__(self) -> int:
        with self._file.read() as connection:
            return int(
                read_one(connection, "SELECT count(*) FROM waiting WHERE done_at IS NULL")[0]
            )

    def trouble(self) -> str | None:
        """Why nothing can be queued now, a sentence; None where it can."""
        return self._file.trouble()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
