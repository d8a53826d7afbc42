"""Which buckets there are and into how many shards each is split."""

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.cassandra.connection import WRITE, CassandraConnection
from db.cassandra.queries import seconds_left, shard_of
from db.ids import bucket_start

_CLAIM = (
    "INSERT INTO keyspace.buckets (history, bucket, shards) VALUES ('all', ?, ?) "
    "IF NOT EXISTS USING TTL ?"
)
_ONE = "SELECT shards FROM keyspace.buckets WHERE history = 'all' AND bucket = ?"
_SOME = (
    "SELECT bucket, shards FROM keyspace.buckets "
    "WHERE history = 'all' AND bucket <= ? AND bucket >= ? LIMIT ?"
)

MOST_BUCKETS = 16  # read side by side where the readings lie far apart
ROWS_A_SHARD = 25_000  # some 50 MB, half of what Cassandra likes a partition to be
_MOST_SHARDS = 256
_LOOK_BACK = 24  # buckets: a day of hours, so that a morning is not taken by surprise

Key = tuple[datetime, int, UUID]


class BucketRegistry:
    """Knows the buckets; what it has once learnt of one it need not ask again."""

    def __init__(self, link: CassandraConnection, shards: int | None, retention_days: int) -> None:
        """`shards`: of every new bucket; None for as many as its busiest forerunner needed."""
        self._link = link
        self._shards = shards
        self._retention_days = retention_days
        self._known: dict[datetime, int] = {}
        self._latest: list[tuple[datetime, int]] = []  # of those known, newest first
        self._written: dict[datetime, int] = {}  # rows this process wrote, by bucket

    def forget(self) -> None:
        """Ask again, as Cassandra may have lost what it said."""
        self._known.clear()
        self._latest = []

    def claim(self, id: UUID) -> Key | None:
        """Where to write that id; the first to write into a bucket settles its number of shards.

        None for an id whose time is past the retention. This is the only lightweight transaction,
        one for each bucket and process.
        """
        bucket = self.bucket_of(id)
        if bucket not in self._known:
            end = bucket + timedelta(minutes=self._link.layout.bucket_minutes)
            ttl = seconds_left(end, self._retention_days, datetime.now(UTC))
            if ttl is None:
                return None
            claim, shards = self._link.statement(_CLAIM), self._shards_of_a_new_one()
            ((answer,),) = self._link.ask((claim, (bucket, shards, ttl)), profile=WRITE)
            self._learn(bucket, shards if answer[0] else answer[-1])
        self._written[bucket] = self._written.get(bucket, 0) + 1
        return bucket, shard_of(id, self._known[bucket]), id

    def _shards_of_a_new_one(self) -> int:
        """As many as are set, else enough for as many rows as the busiest of the last buckets had.

        A quiet bucket has one: its page is one request, and shards only spread what is too much for
        one partition.
        """
        lately = list(self._written.items())[-_LOOK_BACK:]
        self._written = dict(lately)
        if self._shards is not None:
            return self._shards
        busiest = max((rows for _, rows in lately), default=0)
        return min(max(math.ceil(busiest / ROWS_A_SHARD), 1), _MOST_SHARDS)

    def find(self, id: UUID) -> Key | None:
        """Where that id stands if it does; None where its bucket is empty."""
        bucket = self.bucket_of(id)
        if bucket not in self._known:
            (rows,) = self._link.ask((self._link.statement(_ONE), (bucket,)))
            if not rows:
                return None
            self._learn(bucket, rows[0][0])
        return bucket, shard_of(id, self._known[bucket]), id

    def bucket_of(self, id: UUID) -> datetime:
        """The bucket that holds that id."""
        return bucket_start(id, self._link.layout.bucket_minutes)

    def newest(self, newest: datetime, oldest: datetime, limit: int) -> list[tuple[datetime, int]]:
        """Up to `limit` buckets with their shards, newest first, between two (both included)."""
        (rows,) = self._link.ask((self._link.statement(_SOME), (newest, oldest, limit)))
        found = [(bucket.replace(tzinfo=UTC), shards) for bucket, shards in rows]
        for bucket, shards in found:
            self._learn(bucket, shards)
        return found

    def expected(
        self, newest: datetime, oldest: datetime, limit: int
    ) -> list[tuple[datetime, int]]:
        """What `newest` would most likely answer, as far as that is known."""
        shards = self._known.get(newest)
        likely = [bucket for bucket in self._latest if oldest <= bucket[0] < newest]
        return [*([] if shards is None else [(newest, shards)]), *likely][:limit]

    def _learn(self, bucket: datetime, shards: int) -> None:
        if self._known.get(bucket) == shards:
            return
        self._known[bucket] = shards
        latest = [one for one in self._latest if one[0] != bucket] + [(bucket, shards)]
        self._latest = sorted(latest, reverse=True)[:MOST_BUCKETS]
