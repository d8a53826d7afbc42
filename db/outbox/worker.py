"""Carries what waits in the outbox over to Cassandra."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.cassandra.bucket_registry import BucketRegistry, Key
from db.cassandra.connection import CassandraConnection, Request
from db.cassandra.errors import CassandraUnavailableError, is_refusal
from db.cassandra.queries import (
    CORRECT,
    DELETE,
    INSERT,
    LABEL,
    LABEL_OF,
    UNLABEL,
    WRONG,
    insert_values,
    seconds_left,
)
from db.cassandra.statistics import CassandraTallies
from db.codec import from_microseconds, to_microseconds, unpack_corrections
from db.outbox.queue import Entry, Outbox
from db.records import created_at
from db.store import StoreUnavailableError

_ENTRIES = 512  # read from the outbox at once
# Rows of one partition that travel in one request: it costs far less than one for each.
_BATCH_ROWS = 32
_BATCH_BYTES = 1 << 18
_LINGER_SECONDS = 0.01  # what is saved within it travels together
_IDLE_SECONDS = 5.0  # after it, look for what another process has left behind
_BACK_OFF_SECONDS = (0.1, 5.0)
# A reading saved again this long after its drawing began may have been labelled meanwhile.
_PERHAPS_LABELLED = timedelta(seconds=30)

_log = logging.getLogger(__name__)

_Write = tuple[UUID, Request]


class OutboxWorker:
    """A thread that writes entries in batches; what fails stays and is tried again later."""

    def __init__(
        self,
        outbox: Outbox,
        link: CassandraConnection,
        book: BucketRegistry,
        tallies: CassandraTallies,
        retention_days: int,
    ) -> None:
        self._outbox = outbox
        self._link = link
        self._book = book
        self._tallies = tallies
        self._retention_days = retention_days
        self._news = threading.Event()
        self._away = threading.Event()
        self._closing = threading.Event()
        self._empty = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something to carry."""
        self._news.set()

    def send_again(self) -> None:
        """Cassandra is back: carry what waits, and what it confirmed last and may have lost."""
        self._away.set()
        self.wake()

    def flush(self, seconds: float) -> bool:
        """Wait until the outbox is empty or the time over; whether it is empty."""
        deadline = time.monotonic() + seconds
        self.wake()
        with self._empty:
            while self._away.is_set() or len(self._outbox):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._empty.wait(min(left, 0.1))
        return True

    def close(self) -> None:
        """Stop; what still waits stays in the outbox."""
        self._closing.set()
        self.wake()
        self._thread.join(timeout=_BACK_OFF_SECONDS[1])

    def _work(self) -> None:
        pause, longest = _BACK_OFF_SECONDS
        idle = False
        while not self._closing.is_set():
            self._news.clear()
            try:
                entries = self._next_entries()
                if entries:
                    self.carry(entries)
                elif idle and self._link.probe():  # what it may have lost stays until it answers
                    self._outbox.finish([])
            except Exception as error:  # whatever it is, the thread goes on and tries again
                expected = isinstance(error, CassandraUnavailableError | StoreUnavailableError)
                _log.warning("The outbox waits: %s", error, exc_info=not expected)
                self._closing.wait(pause)
                pause = min(2 * pause, longest)
                continue
            pause = _BACK_OFF_SECONDS[0]
            if len(entries) < _ENTRIES:
                with self._empty:
                    self._empty.notify_all()
                idle = not self._news.wait(_IDLE_SECONDS)
                if not idle:
                    self._closing.wait(_LINGER_SECONDS)

    def _next_entries(self) -> list[Entry]:
        if not self._link.reachable:
            return []
        if self._away.is_set():
            self._book.forget()
            self._outbox.reopen()
            self._away.clear()
        return self._outbox.next_entries(_ENTRIES)

    def carry(self, entries: Sequence[Entry]) -> None:
        """Write entries to Cassandra and take those that arrived out of the outbox.

        Raises CassandraUnavailableError, or StoreUnavailableError for the outbox itself, when they
        have to wait.
        """
        failures = self.write(entries)
        self._outbox.finish([entry for entry in entries if entry.id not in failures])
        self._outbox.postpone(
            [entry for entry in entries if entry.id in failures and is_refusal(failures[entry.id])]
        )
        for error in failures.values():
            raise CassandraUnavailableError(
                f"{len(failures)} of {len(entries)} were not written ({error})."
            )

    def write(self, entries: Sequence[Entry]) -> dict[UUID, Exception]:
        """Write entries to Cassandra; what went wrong, by id. Raises CassandraUnavailableError."""
        now = datetime.now(UTC)
        partitions: dict[tuple[datetime, int], list[_Write]] = defaultdict(list)
        for entry in entries:
            key = self._book.claim(entry.id)
            if key is not None:  # else its retention is over
                requests = self._requests(entry, key, now)
                partitions[key[:2]] += [(entry.id, request) for request in requests]
        batches = [batch for writes in partitions.values() for batch in _in_batches(writes)]
        failures = self._send(batches)
        refused = {id for id, error in failures.items() if is_refusal(error)}
        # What is refused takes its whole batch along: each is asked for alone.
        alone = [[write] for batch in batches for write in batch if write[0] in refused]
        failures = {id: failures[id] for id in failures if id not in refused} | self._send(alone)
        # Only after the rows themselves, and before they are ticked off: see CassandraTallies.
        buckets = {bucket for bucket, _ in partitions}
        self._tallies.forget(bucket for bucket in buckets if self._tallies.is_closed(bucket, now))
        return failures

    def _send(self, batches: Sequence[Sequence[_Write]]) -> dict[UUID, Exception]:
        """What went wrong, by the id it went wrong for."""
        outcomes = self._link.send([[request for _, request in batch] for batch in batches])
        return {
            id: error
            for batch, error in zip(batches, outcomes, strict=True)
            for id, _ in batch
            if error is not None
        }

    def _requests(self, entry: Entry, key: Key, now: datetime) -> list[Request]:
        statement = self._link.statement
        requests: list[Request] = []
        ttl = seconds_left(created_at(entry.id), self._retention_days, now)
        if entry.deleted_at is not None:
            requests.append((statement(DELETE), (entry.deleted_at, *key)))
        if ttl is None:
            return requests
        if entry.saved_at is not None:
            values = insert_values(key, entry.columns, entry.saved_at, ttl)
            requests.append((statement(INSERT), values))
        if entry.labelled_at is not None:
            requests.append(self._label_request(entry, entry.labelled_at, key, ttl))
            said = {
                to_microseconds(one.at): (one.text, one.by)
                for one in unpack_corrections(entry.columns["corrections"])
            }
            if said:
                requests.append((statement(CORRECT), (entry.labelled_at, ttl, said, *key)))
        elif _is_late(entry):
            (rows,) = self._link.ask((statement(LABEL_OF), key))
            if rows and rows[0][0] is not None:
                wrong = rows[0][0] != entry.columns["text"]
                requests.append((statement(WRONG), (entry.saved_at, ttl, wrong, *key)))
        return requests

    def _label_request(self, entry: Entry, moment: int, key: Key, ttl: int) -> Request:
        columns = entry.columns
        label = columns["label"]
        if label is None:
            return self._link.statement(UNLABEL), (moment, *key)
        at = from_microseconds(columns["labelled_at"])
        wrong = label != columns["text"]
        by = columns["labelled_by"] or ""
        return self._link.statement(LABEL), (moment, ttl, label, by, at, wrong, *key)


def _in_batches(writes: Iterable[_Write]) -> Iterator[list[_Write]]:
    """Writes of one partition in their order, as many together as one request should carry."""
    batch: list[_Write] = []
    size = 0
    for write in writes:
        _, (_, values) = write
        added = sum(len(value) for value in values if isinstance(value, bytes))
        if batch and (len(batch) == _BATCH_ROWS or size + added > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(write)
        size += added
    if batch:
        yield batch


def _is_late(entry: Entry) -> bool:
    if entry.saved_at is None or entry.knows_label:
        return False
    return from_microseconds(entry.saved_at) - created_at(entry.id) > _PERHAPS_LABELLED
