"""Delivers the entries of the outbox to Cassandra."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.cassandra.bucket_registry import BucketRegistry, PrimaryKey
from db.cassandra.connection import CassandraConnection, Request
from db.cassandra.errors import CassandraUnavailableError, is_rejection
from db.cassandra.queries import (
    ADD_CORRECTIONS,
    DELETE,
    DELETE_VERSIONS,
    GET_LABEL,
    INSERT,
    REMOVE_LABEL,
    SET_LABEL,
    SET_WRONG,
    insert_values,
    seconds_left,
)
from db.cassandra.statistics import CassandraStatistics
from db.codec import from_microseconds, to_microseconds, unpack_corrections
from db.outbox.queue import Outbox, OutboxEntry
from db.records import created_at
from db.store import StoreUnavailableError

_ENTRIES_PER_ROUND = 512
# Rows of one partition that are sent in one request, which costs far less than one request each.
_BATCH_ROWS = 32
_BATCH_BYTES = 1 << 18
_LINGER_SECONDS = 0.01  # after the first save, so that those right after it share a batch
_IDLE_SECONDS = 5.0  # between checks for entries that another process left in the file
_BACK_OFF_SECONDS = (0.1, 5.0)
# If a prediction is saved again this long after its drawing began, it may have been labelled
# since, perhaps on another replica: its label has to be looked up.
_MAY_BE_LABELLED = timedelta(seconds=30)
# A version may predict a drawing while it is being deleted: what it writes later is deleted, too.
_VERSIONS_DELETED_FOR = timedelta(days=30)

_log = logging.getLogger(__name__)

_Write = tuple[UUID, Request]


class OutboxWorker:
    """A thread that writes entries in batches; those that fail stay queued and are retried."""

    def __init__(
        self,
        outbox: Outbox,
        connection: CassandraConnection,
        registry: BucketRegistry,
        statistics: CassandraStatistics,
        retention_days: int,
    ) -> None:
        self._outbox = outbox
        self._connection = connection
        self._registry = registry
        self._statistics = statistics
        self._retention_days = retention_days
        self._wakeup = threading.Event()
        self._must_resend = threading.Event()
        self._closing = threading.Event()
        self._drained = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Start the next round now: there is something to deliver."""
        self._wakeup.set()

    def resend(self) -> None:
        """Deliver what is queued and, once more, what was delivered just before an outage."""
        self._must_resend.set()
        self.wake()

    def flush(self, seconds: float) -> bool:
        """Wait until the outbox is empty; return False if that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        self.wake()
        with self._drained:
            while self._must_resend.is_set() or len(self._outbox):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._drained.wait(min(left, 0.1))
        return True

    def close(self) -> None:
        """Stop the thread; what is queued stays in the outbox."""
        self._closing.set()
        self.wake()
        self._thread.join(timeout=_BACK_OFF_SECONDS[1])

    def _run(self) -> None:
        pause, longest = _BACK_OFF_SECONDS
        is_idle = False
        while not self._closing.is_set():
            # Before the entries are read: a save in between sets it again and starts another round.
            self._wakeup.clear()
            try:
                entries = self._next_entries()
                if entries:
                    self._deliver(entries)
                elif is_idle and self._connection.probe():
                    # Drops old delivered entries, but not during an outage: they may be needed.
                    self._outbox.mark_delivered([])
            except Exception as error:  # any error: the thread must keep running
                is_expected = isinstance(error, CassandraUnavailableError | StoreUnavailableError)
                _log.warning("Outbox delivery failed: %s", error, exc_info=not is_expected)
                self._closing.wait(pause)
                pause = min(2 * pause, longest)
                continue
            pause = _BACK_OFF_SECONDS[0]
            if len(entries) < _ENTRIES_PER_ROUND:
                with self._drained:
                    self._drained.notify_all()
                is_idle = not self._wakeup.wait(_IDLE_SECONDS)
                if not is_idle:
                    self._closing.wait(_LINGER_SECONDS)

    def _next_entries(self) -> list[OutboxEntry]:
        if not self._connection.is_reachable:
            return []
        if self._must_resend.is_set():
            self._registry.clear()
            self._outbox.requeue_delivered()
            self._must_resend.clear()
        return self._outbox.next_entries(_ENTRIES_PER_ROUND)

    def _deliver(self, entries: Sequence[OutboxEntry]) -> None:
        """Write entries to Cassandra and mark those that arrived as delivered.

        Raises CassandraUnavailableError if some have to wait, or StoreUnavailableError if the
        outbox itself fails.
        """
        failures = self.write(entries)
        self._outbox.mark_delivered([entry for entry in entries if entry.id not in failures])
        # A rejected entry will be rejected again: it must not keep the others from being sent.
        self._outbox.move_to_end(
            [
                entry
                for entry in entries
                if entry.id in failures and is_rejection(failures[entry.id])
            ]
        )
        for error in failures.values():
            raise CassandraUnavailableError(
                f"{len(failures)} of {len(entries)} were not written ({error})."
            )

    def write(self, entries: Sequence[OutboxEntry]) -> dict[UUID, Exception]:
        """Write entries to Cassandra; return the failures by id. Raises CassandraUnavailableError.

        Entries older than the retention are left out.
        """
        now = datetime.now(UTC)
        partitions: dict[tuple[datetime, int], list[_Write]] = defaultdict(list)
        for entry in entries:
            key = self._registry.register(entry.id)
            if key is not None:
                requests = self._requests(entry, key, now)
                partitions[key[:2]] += [(entry.id, request) for request in requests]
        batches = [batch for writes in partitions.values() for batch in _in_batches(writes)]
        batches += [[self._version_deletion(entry)] for entry in entries if entry.deleted_at]
        failures = self._send(batches)
        # Cassandra rejects a batch because of one row: send each of its rows alone.
        rejected = {id for id, error in failures.items() if is_rejection(error)}
        single = [[write] for batch in batches for write in batch if write[0] in rejected]
        failures = {id: failures[id] for id in failures if id not in rejected} | self._send(single)
        # After the rows and before they are marked delivered: see CassandraStatistics.
        buckets = {bucket for bucket, _ in partitions}
        self._statistics.invalidate(
            bucket for bucket in buckets if self._statistics.is_closed(bucket, now)
        )
        return failures

    def _send(self, batches: Sequence[Sequence[_Write]]) -> dict[UUID, Exception]:
        """Write batches; return the failures by id."""
        errors = self._connection.write_batches(
            [[request for _, request in batch] for batch in batches]
        )
        return {
            id: error
            for batch, error in zip(batches, errors, strict=True)
            for id, _ in batch
            if error is not None
        }

    def _requests(self, entry: OutboxEntry, key: PrimaryKey, now: datetime) -> list[Request]:
        prepare = self._connection.prepare
        requests: list[Request] = []
        ttl = seconds_left(created_at(entry.id), self._retention_days, now)
        if entry.deleted_at is not None:
            requests.append((prepare(DELETE), (entry.deleted_at, *key)))
        if ttl is None:
            return requests
        if entry.saved_at is not None:
            values = insert_values(key, entry.columns, entry.saved_at, ttl)
            requests.append((prepare(INSERT), values))
        if entry.labelled_at is not None:
            requests.append(self._label_request(entry, entry.labelled_at, key, ttl))
            corrections = {
                to_microseconds(correction.at): (correction.text, correction.by)
                for correction in unpack_corrections(entry.columns["corrections"])
            }
            if corrections:
                values = (entry.labelled_at, ttl, corrections, *key)
                requests.append((prepare(ADD_CORRECTIONS), values))
        elif _may_be_labelled(entry):
            # The text may have changed: whether it differs from the label is a column.
            (rows,) = self._connection.execute((prepare(GET_LABEL), key))
            if rows and rows[0][0] is not None:
                is_wrong = rows[0][0] != entry.columns["text"]
                requests.append((prepare(SET_WRONG), (entry.saved_at, ttl, is_wrong, *key)))
        return requests

    def _version_deletion(self, entry: OutboxEntry) -> _Write:
        """Return the write that deletes what other versions predict for a deleted prediction."""
        deleted_at = (entry.deleted_at or 0) + _VERSIONS_DELETED_FOR // timedelta(microseconds=1)
        return entry.id, (self._connection.prepare(DELETE_VERSIONS), (deleted_at, entry.id))

    def _label_request(
        self, entry: OutboxEntry, timestamp: int, key: PrimaryKey, ttl: int
    ) -> Request:
        columns = entry.columns
        label = columns["label"]
        if label is None:
            return self._connection.prepare(REMOVE_LABEL), (timestamp, *key)
        at = from_microseconds(columns["labelled_at"])
        is_wrong = label != columns["text"]
        by = columns["labelled_by"] or ""
        values = (timestamp, ttl, label, by, at, is_wrong, *key)
        return self._connection.prepare(SET_LABEL), values


def _in_batches(writes: Iterable[_Write]) -> Iterator[list[_Write]]:
    """Yield the writes of one partition in order, as many at a time as one request should hold."""
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


def _may_be_labelled(entry: OutboxEntry) -> bool:
    if entry.saved_at is None or entry.knows_label:
        return False
    return from_microseconds(entry.saved_at) - created_at(entry.id) > _MAY_BE_LABELLED
