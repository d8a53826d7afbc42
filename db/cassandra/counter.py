"""Count matching predictions without reading their images."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from db.cassandra.bucket_registry import MAX_BUCKETS, BucketRegistry
from db.cassandra.connection import READ_PROFILE, REQUEST_SECONDS, SCAN_PROFILE, CassandraConnection
from db.cassandra.errors import CassandraUnavailableError
from db.cassandra.queries import bounds, select_columns
from db.ids import POSITION_BYTES, first_position
from db.outbox.queue import Outbox
from db.records import PredictionColumns
from db.store import CountResult, Filters

_MIN_PARTITIONS = 4  # counted at the same time
_SCAN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class _BucketRange:
    """Consecutive buckets with their shards, and the range of positions that they cover."""

    buckets: list[tuple[datetime, int]]
    lowest: bytes
    below: bytes


class CassandraCounter:
    """Counts in the outbox and in Cassandra together, one range of buckets after the other."""

    def __init__(
        self, connection: CassandraConnection, registry: BucketRegistry, outbox: Outbox
    ) -> None:
        self._connection = connection
        self._registry = registry
        self._outbox = outbox

    def count(self, filters: Filters, seconds: float | None) -> CountResult:
        """Count as Store.count does. Raises CassandraUnavailableError if `seconds` is None."""
        deadline = None if seconds is None else time.monotonic() + seconds
        since = self._outbox.now()
        total = 0
        try:
            for bucket_range in self._bucket_ranges(filters):
                total += self._count(bucket_range, filters, since, has_limit=deadline is not None)
                if deadline is not None and time.monotonic() > deadline and bucket_range.lowest:
                    return CountResult(total, complete=False)
        except CassandraUnavailableError:
            if deadline is None:
                raise
            return CountResult(max(total, self._outbox.count(filters)), complete=False)
        return CountResult(total)

    def _bucket_ranges(self, filters: Filters) -> Iterator[_BucketRange]:
        """Yield the whole history in ranges of buckets, newest first; the last one begins at 0."""
        upper, lower = bounds(None, filters)
        buckets = self._registry.newest(
            self._registry.bucket_of(upper), self._registry.bucket_of(lower), MAX_BUCKETS
        )
        below = b"\xff" * POSITION_BYTES
        group: list[tuple[datetime, int]] = []
        for index, (bucket, shards) in enumerate(buckets, start=1):
            group.append((bucket, shards))
            partitions = sum(shards for _, shards in group)
            if partitions >= _MIN_PARTITIONS and index < len(buckets):
                lowest = first_position(bucket)
                yield _BucketRange(group, lowest, below)
                group, below = [], lowest
        yield _BucketRange(group, b"", below)

    def _count(
        self, bucket_range: _BucketRange, filters: Filters, since: int, *, has_limit: bool
    ) -> int:
        # First the outbox, then Cassandra: an entry that is delivered in between is found in both,
        # and counted once, as the outbox has it.
        queued = self._outbox.find_columns(bucket_range.lowest, bucket_range.below, since)
        upper, lower = bounds(None, filters)
        cql, values = select_columns(filters)
        statement = self._connection.prepare(cql)
        results = self._connection.execute(
            *(
                (statement, (bucket, shard, upper, lower, *values))
                for bucket, shards in bucket_range.buckets
                for shard in range(shards)
            ),
            profile=READ_PROFILE if has_limit else SCAN_PROFILE,
            seconds=REQUEST_SECONDS if has_limit else _SCAN_SECONDS,
        )
        total = 0
        for rows in results:
            for row in rows:
                if row[1] is None:  # only a label, which arrived after the row was deleted
                    continue
                stored = PredictionColumns(*row)
                entry = queued.pop(stored.id, None)
                if entry is None:
                    total += filters.match(stored)
                elif entry.columns is not None:
                    label = entry.columns.label if entry.knows_label else stored.label
                    total += filters.match(entry.columns._replace(label=label))
        return total + sum(
            entry.columns is not None and filters.match(entry.columns) for entry in queued.values()
        )
