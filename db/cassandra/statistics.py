"""Totals over the history: counted once for every bucket that has closed, and kept."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from db.cassandra.bucket_registry import BucketRegistry
from db.cassandra.connection import SCAN, WRITE, CassandraConnection, Request
from db.cassandra.queries import COUNT, NEWEST, OLDEST, seconds_left
from db.statistics import StatisticsCounts, summarize
from db.store import Summary

_BUCKET_TALLIES = "SELECT bucket, tally FROM keyspace.bucket_tallies WHERE day = ?"
_DAY_TALLIES = "SELECT day, tally FROM keyspace.day_tallies WHERE year = ?"
_KEEP_BUCKET = (
    "INSERT INTO keyspace.bucket_tallies (day, bucket, tally) VALUES (?, ?, ?) "
    "USING TIMESTAMP ? AND TTL ?"
)
_KEEP_DAY = (
    "INSERT INTO keyspace.day_tallies (year, day, tally) VALUES (?, ?, ?) "
    "USING TIMESTAMP ? AND TTL ?"
)
_FORGET_BUCKET = (
    "DELETE FROM keyspace.bucket_tallies USING TIMESTAMP ? WHERE day = ? AND bucket = ?"
)
_FORGET_DAY = "DELETE FROM keyspace.day_tallies USING TIMESTAMP ? WHERE year = ? AND day = ?"

_SECONDS = 60.0  # a first summary of a long history counts all of it
_MOST_BUCKETS = 1_000_000
# A bucket counts as closed this long after its end: by then its last drawings are surely in.
_LATE = timedelta(minutes=2)
# Clocks of different machines may differ this much. A tally is dated so far back that whoever
# changes a row meanwhile, by any clock, deletes it.
_CLOCK_SKEW_MICROSECONDS = 5_000_000


class CassandraTallies:
    """Adds up the tallies of days, of buckets, and of what is still open.

    Whoever changes a row of a closed bucket forgets its tallies after that, and the next to ask
    counts them again. A tally is written with the moment at which its counting began, and a newer
    deletion wins over it: a count that missed a change is never kept.
    """

    def __init__(
        self, link: CassandraConnection, book: BucketRegistry, retention_days: int
    ) -> None:
        self._link = link
        self._book = book
        self._retention_days = retention_days

    def summary(self) -> Summary:
        """Totals of all that stands in Cassandra. Raises CassandraUnavailableError."""
        now = datetime.now(UTC)
        shards_of: dict[date, dict[datetime, int]] = defaultdict(dict)
        newest, oldest = self._book.bucket_of(NEWEST), self._book.bucket_of(OLDEST)
        for bucket, shards in self._book.newest(newest, oldest, _MOST_BUCKETS):
            shards_of[bucket.date()][bucket] = shards
        kept = self._kept_days({day.year for day in shards_of})
        tallies = []
        for day, buckets in shards_of.items():
            tally = kept.get(day)
            tallies.append(
                (day, tally if tally is not None else self._count_day(day, buckets, now))
            )
        return summarize(tallies)

    def forget(self, buckets: Iterable[datetime]) -> None:
        """Let the tallies of these buckets be counted again: their rows have changed."""
        at = time.time_ns() // 1000
        requests: list[Request] = []
        for bucket in buckets:
            day = bucket.date()
            requests.append((self._link.statement(_FORGET_BUCKET), (at, day, bucket)))
            requests.append((self._link.statement(_FORGET_DAY), (at, day.year, day)))
        if requests:
            self._link.ask(*requests, profile=WRITE)

    def is_closed(self, bucket: datetime, now: datetime) -> bool:
        """Whether a tally of that bucket may be kept."""
        return bucket + timedelta(minutes=self._link.layout.bucket_minutes) + _LATE <= now

    def _kept_days(self, years: Iterable[int]) -> dict[date, StatisticsCounts]:
        statement = self._link.statement(_DAY_TALLIES)
        answers = self._link.ask(*((statement, (year,)) for year in years), seconds=_SECONDS)
        return {
            day.date(): StatisticsCounts.from_json(tally) for rows in answers for day, tally in rows
        }

    def _count_day(
        self, day: date, shards_of: dict[datetime, int], now: datetime
    ) -> StatisticsCounts:
        began = _back_dated_now()
        (rows,) = self._link.ask((self._link.statement(_BUCKET_TALLIES), (day,)))
        kept = {
            bucket.replace(tzinfo=UTC): StatisticsCounts.from_json(tally) for bucket, tally in rows
        }
        whole = StatisticsCounts()
        for bucket, shards in shards_of.items():
            tally = kept.get(bucket)
            if tally is None:
                tally = self._count_bucket(bucket, shards, now)
            whole.add(tally)
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        ttl = seconds_left(end, self._retention_days, now)
        if end + _LATE <= now and ttl is not None:
            values = (day.year, day, whole.to_json(), began, ttl)
            self._link.ask((self._link.statement(_KEEP_DAY), values), profile=WRITE)
        return whole

    def _count_bucket(self, bucket: datetime, shards: int, now: datetime) -> StatisticsCounts:
        began = _back_dated_now()
        statement = self._link.statement(COUNT)
        answers = self._link.ask(
            *((statement, (bucket, shard)) for shard in range(shards)),
            profile=SCAN,
            seconds=_SECONDS,
        )
        tally = StatisticsCounts()
        for rows in answers:
            for text, source, verdict, model, label in rows:
                if text is not None:
                    tally.count(text, source, verdict, model, label)
        ttl = seconds_left(bucket, self._retention_days, now)
        if self.is_closed(bucket, now) and ttl is not None:
            values = (bucket.date(), bucket, tally.to_json(), began, ttl)
            self._link.ask((self._link.statement(_KEEP_BUCKET), values), profile=WRITE)
        return tally


def _back_dated_now() -> int:
    return time.time_ns() // 1000 - _CLOCK_SKEW_MICROSECONDS
