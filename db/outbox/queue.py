"""A durable queue of changes for Cassandra, in a SQLite file.

For every id it holds the prediction as it is now, and which of three changes Cassandra does not
have yet: deleted, saved, labelled, each with the time of the change. These times become the
timestamps of the writes, and Cassandra keeps the newest: the changes may arrive in any order,
twice, and from any number of processes.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
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
from db.ids import id_at_position, position_of
from db.outbox.clock import CLOCK, OutboxClock, system_time
from db.records import (
    ANY_LABEL,
    LabelVersion,
    PredictionColumns,
    PredictionRecord,
    with_label,
    with_label_of,
)
from db.sqlite import tables
from db.sqlite.connection import SqliteConnection, execute_in_batches, fetch_one
from db.sqlite.tables import CORRECTIONS, CORRECTIONS_AS_JSON_SQL, TABLES
from db.store import Filters, validate_id

_WAITING = """
CREATE TABLE waiting (
    position BLOB PRIMARY KEY,  -- of the prediction, in `readings` unless it was deleted
    turn INTEGER NOT NULL,      -- order in the queue, grows with every change
    deleted_at INTEGER,         -- microseconds since 1970, NULL if Cassandra has it or need not
    saved_at INTEGER,
    labelled_at INTEGER,
    done_at INTEGER             -- when all of it had been delivered
);
CREATE INDEX waiting_by_turn ON waiting (turn) WHERE done_at IS NULL;
CREATE INDEX waiting_done ON waiting (done_at) WHERE done_at IS NOT NULL
"""

_SELECT_ENTRIES = f"""
SELECT w.position, turn, deleted_at, saved_at, w.labelled_at,
    text, source, verdict, confidence, model, owner, label, labelled_by, r.labelled_at,
    digits, image, strokes, coalesce(embedding, x''),
    {CORRECTIONS_AS_JSON_SQL.format(reading="r.reading")}
FROM waiting AS w LEFT JOIN readings AS r USING (position)
    LEFT JOIN inks USING (reading) LEFT JOIN embeddings USING (reading)
WHERE done_at IS NULL ORDER BY turn LIMIT ?
"""
_ENTRY_COLUMNS = (
    *("text", "source", "verdict", "confidence", "model", "owner", "label", "labelled_by"),
    *("labelled_at", "digits", "image", "strokes", "embedding", "corrections"),
)
# A deletion cancels a save and a label before it, but not those after it.
_ENQUEUE = """
INSERT INTO waiting (position, turn, deleted_at, saved_at, labelled_at) VALUES {rows}
ON CONFLICT (position) DO UPDATE SET turn = excluded.turn, done_at = NULL,
    deleted_at = coalesce(excluded.deleted_at, deleted_at),
    saved_at = coalesce(excluded.saved_at, iif(excluded.deleted_at IS NULL, saved_at, NULL)),
    labelled_at = coalesce(
        excluded.labelled_at, iif(excluded.deleted_at IS NULL, labelled_at, NULL)
    )
"""
_KNOWS_LABEL = "saved_at IS NULL OR coalesce(waiting.labelled_at, deleted_at) IS NOT NULL"
_SELECT_QUEUED = f"""
SELECT {_KNOWS_LABEL} FROM waiting WHERE position = ? AND (done_at IS NULL OR done_at >= ?)
"""
_ANY_QUEUED = """
SELECT EXISTS (SELECT 1 FROM waiting WHERE done_at IS NULL),
    EXISTS (SELECT 1 FROM waiting WHERE done_at >= ?)
"""
_SELECT_QUEUED_COLUMNS = f"""
SELECT waiting.position, {_KNOWS_LABEL},
    text, source, verdict, confidence, model, owner, label
FROM waiting LEFT JOIN readings USING (position)
WHERE waiting.position >= ? AND waiting.position < ? AND (done_at IS NULL OR done_at >= ?)
"""
# A short queue is read first and its predictions are looked up; in a long one SQLite walks through
# the predictions instead, and looks each up in the queue.
_SHORT_QUEUE = 1000
_COUNT_UP_TO_SHORT = (
    f"SELECT count(*) FROM (SELECT 1 FROM waiting WHERE done_at IS NULL LIMIT {_SHORT_QUEUE})"
)
_IS_IN_SHORT_QUEUE = "position IN (SELECT position FROM waiting WHERE done_at IS NULL)"
_IS_QUEUED = """
EXISTS (
    SELECT 1 FROM waiting WHERE waiting.position = readings.position AND waiting.done_at IS NULL
)
"""

# Delivered entries stay this long, for two reasons. A reader that queried Cassandra just before an
# entry arrived there still finds it here. And a Cassandra that lost power has lost what it had
# confirmed but not flushed (by default it flushes every 10 s); that is sent again once it is back.
_RETENTION_SECONDS = 30


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """The changes of one id that Cassandra does not have yet, in microseconds since 1970.

    columns: the prediction as it is now, by the names of the columns in `readings` and `inks`.
    knows_label: whether its label, or that it has none, is certain and need not be looked up.
    """

    id: UUID
    turn: int
    deleted_at: int | None
    saved_at: int | None
    labelled_at: int | None
    columns: dict[str, Any]
    knows_label: bool = False


def make_entry(prediction: PredictionRecord, now: int) -> OutboxEntry:
    """Return an entry that writes a prediction with its label, without queueing it.

    now: the time of the write in microseconds since 1970.
    """
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
    return OutboxEntry(
        id=validate_id(prediction),
        turn=0,
        deleted_at=None,
        saved_at=now,
        labelled_at=now if prediction.label is not None or prediction.corrections else None,
        columns=columns,
        knows_label=True,
    )


@dataclass(frozen=True, slots=True)
class QueuedPrediction:
    """A prediction as it is in the outbox, None if it was deleted.

    knows_label: False if it was saved again, so that its label may be in Cassandra only.
    """

    prediction: PredictionRecord | None
    knows_label: bool


@dataclass(frozen=True, slots=True)
class QueuedColumns:
    """As QueuedPrediction, with only the columns that filters compare."""

    columns: PredictionColumns | None
    knows_label: bool


class Outbox:
    """The queue. Every method raises StoreUnavailableError if the file cannot be used."""

    def __init__(self, path: Path, system_time: Callable[[], int] = system_time) -> None:
        self._file = SqliteConnection(path, (";".join((TABLES, _WAITING)), CORRECTIONS, CLOCK))
        self._clock = OutboxClock(system_time)
        self._deliveries: deque[tuple[float, int]] = deque()  # time.monotonic() and `now` of each

    def now(self) -> int:
        """Return the time in microseconds since 1970; no two calls return the same."""
        return self._clock.now()

    def save(self, prediction: PredictionRecord) -> None:
        """Queue a prediction; one that is queued already keeps only its label."""
        self._file.write_batched(self._enqueue_saved, prediction)

    def label(
        self,
        prediction: PredictionRecord,
        text: str | None,
        by: str | None,
        *,
        since: int | None = None,
        replaces: LabelVersion = ANY_LABEL,
    ) -> PredictionRecord | None:
        """Queue a label for a prediction, which is queued or in Cassandra; return it labelled.

        None if it has been deleted by now. since: a time (µs) before the prediction was read, now
        by default. Raises LabelConflictError if it has another label than the one that is replaced.
        """
        since = self.now() if since is None else since

        def work(connection: sqlite3.Connection) -> PredictionRecord | None:
            position = position_of(prediction.id)
            row = fetch_one(connection, _SELECT_QUEUED, position, since)
            stored = tables.find(connection, prediction.id)
            if row is not None and stored is None:
                return None  # deleted after it was read
            current = prediction
            if row is not None and stored is not None:
                current = stored if row[0] else with_label_of(stored, prediction)
            # One of the two may have corrections that the other has not.
            corrections = {*prediction.corrections, *(stored.corrections if stored else ())}
            in_order = tuple(sorted(corrections, key=lambda correction: correction.at))
            current = replace(current, corrections=in_order)
            labelled = with_label(current, text, by, replaces)
            if labelled is current:
                return labelled
            if row is None:
                tables.upsert(connection, [prediction])
            tables.update_label(connection, labelled)
            at = self._clock.record(connection)
            execute_in_batches(connection, _ENQUEUE, [(position, at, None, None, at)])
            return labelled

        return self._file.write(work)

    def delete(self, ids: Sequence[UUID]) -> None:
        """Queue deletions in one transaction; what was queued under those ids is dropped."""

        def work(connection: sqlite3.Connection) -> None:
            for id in ids:
                tables.delete(connection, id)
            at = self._clock.record(connection)
            execute_in_batches(
                connection, _ENQUEUE, [(position_of(id), at, at, None, None) for id in ids]
            )

        self._file.write(work, frees_space=True)

    def find(self, ids: Iterable[UUID], since: int) -> dict[UUID, QueuedPrediction]:
        """Return the entries of these ids that are queued now or were queued at `since` (µs)."""
        found: dict[UUID, QueuedPrediction] = {}
        with self._file.read() as connection:
            if any(fetch_one(connection, _ANY_QUEUED, since)):
                for id in ids:
                    row = fetch_one(connection, _SELECT_QUEUED, position_of(id), since)
                    if row is not None:
                        found[id] = QueuedPrediction(tables.find(connection, id), bool(row[0]))
        return found

    def newest(self, limit: int, before: bytes | None, filters: Filters) -> list[PredictionRecord]:
        """Return up to `limit` queued predictions that match, newest first, below a position."""
        with self._file.read() as connection:
            (length,) = fetch_one(connection, _COUNT_UP_TO_SHORT)
            if length == 0:
                return []
            only = _IS_QUEUED if length == _SHORT_QUEUE else _IS_IN_SHORT_QUEUE
            return tables.newest(connection, limit, before, filters, only)

    def count(self, filters: Filters) -> int:
        """Return how many queued predictions match."""
        with self._file.read() as connection:
            return tables.count(connection, filters, _IS_QUEUED)

    def find_columns(self, lowest: bytes, below: bytes, since: int) -> dict[UUID, QueuedColumns]:
        """Return what is queued, or was at the time `since`, between two positions, by id."""
        with self._file.read() as connection:
            rows = connection.execute(_SELECT_QUEUED_COLUMNS, (lowest, below, since)).fetchall()
        found: dict[UUID, QueuedColumns] = {}
        for position, knows_label, *columns in rows:
            id = id_at_position(position)
            exists = columns[0] is not None
            found[id] = QueuedColumns(
                PredictionColumns(id, *columns) if exists else None, bool(knows_label)
            )
        return found

    def next_entries(self, limit: int) -> list[OutboxEntry]:
        """Return up to `limit` entries, those that have waited longest first."""
        with self._file.read() as connection:
            self._clock.observe(connection)
            rows = connection.execute(_SELECT_ENTRIES, (limit,)).fetchall()
        return [
            OutboxEntry(
                id=id_at_position(position),
                turn=turn,
                deleted_at=deleted_at,
                saved_at=saved_at,
                labelled_at=labelled_at,
                columns=dict(zip(_ENTRY_COLUMNS, columns, strict=True)),
            )
            for position, turn, deleted_at, saved_at, labelled_at, *columns in rows
        ]

    def mark_delivered(self, entries: Sequence[OutboxEntry]) -> None:
        """Mark entries delivered unless they changed since they were read; drop old ones."""

        def work(connection: sqlite3.Connection) -> None:
            # Without entries nothing is written, so that an idle outbox does not flush the disk.
            now = self._clock.record(connection) if entries else self._clock.now()
            connection.executemany(
                "UPDATE waiting SET done_at = ? WHERE position = ? AND turn = ?",
                [(now, position_of(entry.id), entry.turn) for entry in entries],
            )
            expired = self._expired(now)
            select_expired = "SELECT position FROM waiting WHERE done_at < ?"
            tables.delete_all(connection, select_expired, expired)
            connection.execute("DELETE FROM waiting WHERE done_at < ?", (expired,))

        self._file.write(work, frees_space=True)

    def requeue_delivered(self) -> None:
        """Queue again what was delivered lately: Cassandra may have lost it."""
        self._file.write(lambda connection: connection.execute("UPDATE waiting SET done_at = NULL"))

    def move_to_end(self, entries: Sequence[OutboxEntry]) -> None:
        """Move entries behind all others."""
        turns = [(self.now(), position_of(entry.id), entry.turn) for entry in entries]
        self._file.write(
            lambda connection: connection.executemany(
                "UPDATE waiting SET turn = ? WHERE position = ? AND turn = ?", turns
            )
        )

    def __len__(self) -> int:
        with self._file.read() as connection:
            return int(
                fetch_one(connection, "SELECT count(*) FROM waiting WHERE done_at IS NULL")[0]
            )

    def write_error(self) -> str | None:
        """Return why nothing can be queued now, as a sentence, or None if it can."""
        return self._file.write_error()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _enqueue_saved(
        self, connection: sqlite3.Connection, predictions: Sequence[PredictionRecord]
    ) -> None:
        """Queue predictions, each with a time of its own."""
        tables.upsert(connection, predictions)
        first = self._clock.record(connection, len(predictions))
        execute_in_batches(
            connection,
            _ENQUEUE,
            [
                (position_of(prediction.id), at, None, at, None)
                for at, prediction in enumerate(predictions, first)
            ],
        )

    def _expired(self, now: int) -> int:
        """Return the time before which delivered entries have stayed long enough.

        The difference of two times does not tell, as the system clock may have been set in between.
        """
        moment = time.monotonic()
        self._deliveries.append((moment, now))
        while len(self._deliveries) > 1 and self._deliveries[1][0] <= moment - _RETENTION_SECONDS:
            self._deliveries.popleft()
        then, delivered_at = self._deliveries[0]
        if then <= moment - _RETENTION_SECONDS:
            return delivered_at
        return now - _RETENTION_SECONDS * 1_000_000  # this process has just started
