"""Statistics of the history: counts of closed buckets and days are stored and reused."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

from db.cassandra.bucket_registry import MAX_BUCKETS, BucketRegistry
from db.cassandra.connection import SCAN_PROFILE, WRITE_PROFILE, CassandraConnection, Request
from db.cassandra.queries import NEWEST, OLDEST, SELECT_COUNTED, seconds_left
from db.statistics import Counts, summarize
from db.store import Summary

_SELECT_BUCKETS = "SELECT bucket, tally FROM keyspace.bucket_tallies WHERE day = ?"
_SELECT_DAYS = "SELECT day, tally FROM keyspace.day_tallies WHERE year = ?"
_INSERT_BUCKET = (
    "INSERT INTO keyspace.bucket_tallies (day, bucket, tally) VALUES (?, ?, ?) "
    "USING TIMESTAMP ? AND TTL ?"
)
_INSERT_DAY = (
    "INSERT INTO keyspace.day_tallies (year, day, tally) VALUES (?, ?, ?) "
    "USING TIMESTAMP ? AND TTL ?"
)
_DELETE_BUCKET = (
    "DELETE FROM keyspace.bucket_tallies USING TIMESTAMP ? WHERE day = ? AND bucket = ?"
)
_DELETE_DAY = "DELETE FROM keyspace.day_tallies USING TIMESTAMP ? WHERE year = ? AND day = ?"

_TIMEOUT_SECONDS = 60.0  # the first summary of a long history counts all of it
# A bucket counts as closed this long after its end: by then its last drawings have been saved.
_GRACE_PERIOD = timedelta(minutes=2)
# Clocks of different machines may differ by this much. Counts are dated back by it, so that the
# deletion by a process that changed a row during the count is newer on any clock.
_CLOCK_SKEW_MICROSECONDS = 5_000_000


class CassandraStatistics:
    """Adds up the stored counts of days and buckets, and counts what is not stored.

    A process that changes a row of a closed bucket deletes the bucket's counts after that, and the
    next summary counts it again. Counts are written with the time at which counting began, and
    a newer deletion wins in Cassandra: counts that missed a change are discarded without a lock.
    """

    def __init__(
        self,
        connection: CassandraConnection,
        registry: BucketRegistry,
        retention_days: int,
        now: Callable[[], int],
    ) -> None:
        """Prepare.

        now: a clock that never goes back, in microseconds since 1970, for the times of writes.
        """
        self._connection = connection
        self._registry = registry
        self._retention_days = retention_days
        self._now = now

    def summary(self) -> Summary:
        """Return statistics of all rows in Cassandra. Raises CassandraUnavailableError."""
        now = datetime.now(UTC)
        shards_of: dict[date, dict[datetime, int]] = defaultdict(dict)
        newest, oldest = self._registry.bucket_of(NEWEST), self._registry.bucket_of(OLDEST)
        for bucket, shards in self._registry.newest(newest, oldest, MAX_BUCKETS):
            shards_of[bucket.date()][bucket] = shards
        stored = self._stored_days({day.year for day in shards_of})
        return summarize(
            (day, stored[day] if day in stored else self._count_day(day, buckets, now))
            for day, buckets in shards_of.items()
        )

    def invalidate(self, buckets: Iterable[datetime]) -> None:
        """Delete the counts of these buckets and their days: their rows have changed."""
        timestamp = self._now()
        requests: list[Request] = []
        for bucket in buckets:
            day = bucket.date()
            prepare = self._connection.prepare
            requests.append((prepare(_DELETE_BUCKET), (timestamp, day, bucket)))
            requests.append((prepare(_DELETE_DAY), (timestamp, day.year, day)))
        if requests:
            self._connection.execute(*requests, profile=WRITE_PROFILE)

    def is_closed(self, bucket: datetime, now: datetime) -> bool:
        """Return whether counts of that bucket may be stored."""
        minutes = self._connection.layout.bucket_minutes
        return bucket + timedelta(minutes=minutes) + _GRACE_PERIOD <= now

    def _stored_days(self, years: Iterable[int]) -> dict[date, Counts]:
        select = self._connection.prepare(_SELECT_DAYS)
        results = self._connection.execute(
            *((select, (year,)) for year in years), seconds=_TIMEOUT_SECONDS
        )
        return {day.date(): Counts.from_json(tally) for rows in results for day, tally in rows}

    def _count_day(self, day: date, shards_of: dict[datetime, int], now: datetime) -> Counts:
        timestamp = self._now() - _CLOCK_SKEW_MICROSECONDS
        (rows,) = self._connection.execute((self._connection.prepare(_SELECT_BUCKETS), (day,)))
        stored = {bucket.replace(tzinfo=UTC): Counts.from_json(tally) for bucket, tally in rows}
        whole = Counts()
        for bucket, shards in shards_of.items():
            counts = stored.get(bucket)
            if counts is None:
                counts = self._count_bucket(bucket, shards, now)
            whole.merge(counts)
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        ttl = seconds_left(end, self._retention_days, now)
        if end + _GRACE_PERIOD <= now and ttl is not None:
            values = (day.year, day, whole.to_json(), timestamp, ttl)
            self._connection.execute(
                (self._connection.prepare(_INSERT_DAY), values), profile=WRITE_PROFILE
            )
        return whole

    def _count_bucket(self, bucket: datetime, shards: int, now: datetime) -> Counts:
        timestamp = self._now() - _CLOCK_SKEW_MICROSECONDS
        select = self._connection.prepare(SELECT_COUNTED)
        results = self._connection.execute(
            *((select, (bucket, shard)) for shard in range(shards)),
            profile=SCAN_PROFILE,
            seconds=_TIMEOUT_SECONDS,
        )
        counts = Counts()
        for rows in results:
            for row in rows:
                if row[0] is not None:  # else a label that arrived after its row was deleted
                    counts.add_row(*row)
        ttl = seconds_left(bucket, self._retention_days, now)
        if self.is_closed(bucket, now) and ttl is not None:
            values = (bucket.date(), bucket, counts.to_json(), timestamp, ttl)
            self._connection.execute(
                (self._connection.prepare(_INSERT_BUCKET), values), profile=WRITE_PROFILE
            )
        return counts
