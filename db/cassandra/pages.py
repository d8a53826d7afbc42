"""Read the newest matching predictions: merge the shards of a bucket, bucket after bucket."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from cassandra.query import PreparedStatement

from db.cassandra.bucket_registry import MAX_PARALLEL_BUCKETS, BucketRegistry
from db.cassandra.connection import CassandraConnection, Row
from db.cassandra.queries import bounds, prediction_of, select
from db.ids import position_of
from db.records import Columns, PredictionRecord
from db.store import Filters

_MAX_ROWS_PER_REQUEST = 500


@dataclass(slots=True)
class _Shard:
    """A partition that is being read: its rows that have not been returned yet, newest first."""

    bucket: datetime
    number: int
    below: UUID  # the next request reads from here
    rows: list[tuple[bytes, Row]] = field(default_factory=list)
    is_exhausted: bool = False

    @property
    def floor(self) -> bytes:
        """The position down to which everything has been read."""
        return b"" if self.is_exhausted else position_of(self.below)


@dataclass(frozen=True, slots=True)
class _PendingRows:
    """Requests in flight for up to `limit` rows of each of the shards of some buckets."""

    buckets: list[tuple[datetime, int]]
    shards: list[_Shard]
    limit: int
    results: Iterator[list[Row]]

    def wait(self) -> None:
        """Wait for the results and add them to their shards."""
        for shard, rows in zip(self.shards, self.results, strict=True):
            shard.is_exhausted = len(rows) < self.limit
            shard.rows += [(position_of(row[0]), row) for row in rows]
            if rows:
                shard.below = rows[-1][0]


@dataclass(frozen=True, slots=True)
class _Query:
    """A select of one partition: its bounds, the values of its filters, and its deadline."""

    statement: PreparedStatement
    upper: UUID
    lower: UUID
    values: tuple[Any, ...]
    deadline: float


class CassandraPages:
    """Reads pages; every query is prepared and reads one partition."""

    def __init__(self, connection: CassandraConnection, registry: BucketRegistry) -> None:
        self._connection = connection
        self._registry = registry
        self._rows_per_bucket: dict[str, float] = {}  # of the last newest page, by query

    def newest(
        self,
        limit: int,
        before: bytes | None,
        filters: Filters,
        *,
        columns: Columns,
        seconds: float,
    ) -> list[PredictionRecord]:
        """Return up to `limit` matching predictions, newest first, at positions below `before`.

        Raises CassandraUnavailableError if that takes longer than `seconds`.
        """
        upper, lower = bounds(before, filters)
        cql, values = select(filters, columns)
        deadline = time.monotonic() + seconds
        query = _Query(self._connection.prepare(cql), upper, lower, values, deadline)
        # The first page of a filter that few predictions match has to read several buckets. How
        # many is estimated from the last time: for a filter that matches one in a hundred, reading
        # them in parallel takes 7 to 8 ms instead of 11 to 14.
        is_first_page = before is None
        rows_per_bucket = self._rows_per_bucket.get(cql, limit) if is_first_page else limit
        parallel = min(MAX_PARALLEL_BUCKETS, math.ceil(limit / rows_per_bucket))
        matching = self._matching(query, filters, limit, parallel, columns)
        found = list(islice(matching, limit))
        if is_first_page:
            newest, oldest = self._outer_buckets(query)
            last = self._registry.bucket_of(found[-1].id) if len(found) == limit else oldest
            buckets_read = len(self._registry.predict_newest(newest, last, MAX_PARALLEL_BUCKETS))
            self._rows_per_bucket[cql] = max(len(found), 1) / max(buckets_read, 1)
        return found

    def _matching(
        self, query: _Query, filters: Filters, limit: int, parallel: int, columns: Columns
    ) -> Iterator[PredictionRecord]:
        """Yield matching predictions, newest first; `limit` and `parallel` set what is prefetched.

        The rows of the buckets that are most likely the newest are requested together with the list
        of buckets, which rarely has a new one. That saves one round trip of the three to five
        milliseconds of a page: 0.3 to 1.4 on loopback, more to a distant node.
        """
        predicted = self._registry.predict_newest(*self._outer_buckets(query), parallel)
        prefetched = self._request_buckets(query, predicted, limit)
        found = 0
        for buckets in self._bucket_groups(query, parallel):
            is_predicted = buckets == prefetched.buckets
            pending = (
                prefetched if is_predicted else self._request_buckets(query, buckets, limit - found)
            )
            for row in self._merge(query, pending):
                prediction = prediction_of(row, columns)
                if prediction is not None and filters.match(prediction):
                    found += 1
                    yield prediction

    def _bucket_groups(self, query: _Query, size: int) -> Iterator[list[tuple[datetime, int]]]:
        """Yield the buckets of the query, newest first, in groups of size, 2 size, 4 size, …"""
        newest, oldest = self._outer_buckets(query)
        while buckets := self._registry.newest(newest, oldest, size):
            yield buckets
            if len(buckets) < size:
                return
            newest = buckets[-1][0] - timedelta(milliseconds=1)
            size = min(2 * size, MAX_PARALLEL_BUCKETS)

    def _outer_buckets(self, query: _Query) -> tuple[datetime, datetime]:
        """Return the newest and the oldest bucket that may have matching rows."""
        return self._registry.bucket_of(query.upper), self._registry.bucket_of(query.lower)

    def _merge(self, query: _Query, pending: _PendingRows) -> Iterator[Row]:
        """Yield the rows of several shards in one order, newest first; read on when needed.

        A row may be yielded when all shards have been read down to it: one of them might still have
        a newer row.
        """
        shards = pending.shards
        while True:
            pending.wait()
            floor = max(shard.floor for shard in shards)
            rows = sorted((row for shard in shards for row in shard.rows), reverse=True)
            ready = sum(position >= floor for position, _ in rows)
            yield from (row for _, row in rows[:ready])
            next_position = rows[ready][0] if ready < len(rows) else b""
            for shard in shards:
                shard.rows = [row for row in shard.rows if row[0] < floor]
            behind = [shard for shard in shards if shard.floor > next_position]
            if not behind:
                return
            limit = min(2 * pending.limit, _MAX_ROWS_PER_REQUEST)
            pending = self._request(query, pending.buckets, behind, limit)

    def _request_buckets(
        self, query: _Query, buckets: list[tuple[datetime, int]], wanted: int
    ) -> _PendingRows:
        shards = [
            _Shard(bucket, number, query.upper)
            for bucket, count in buckets
            for number in range(count)
        ]
        # Ids are spread over the shards at random: a fair share plus twice its standard deviation
        # is rarely too few.
        share = wanted / buckets[0][1] if buckets else 0
        limit = min(wanted, math.ceil(share + 2 * math.sqrt(share)) + 1)
        return self._request(query, buckets, shards, limit)

    def _request(
        self,
        query: _Query,
        buckets: list[tuple[datetime, int]],
        shards: list[_Shard],
        limit: int,
    ) -> _PendingRows:
        requests = [
            (
                query.statement,
                (shard.bucket, shard.number, shard.below, query.lower, *query.values, limit),
            )
            for shard in shards
        ]
        seconds = query.deadline - time.monotonic()
        results = self._connection.execute_async(*requests, seconds=seconds)
        return _PendingRows(buckets, shards, limit, results)
