"""Which buckets there are and into how many shards each is split."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.cassandra_link import WRITE, CassandraLink
from db.cassandra_rows import seconds_left, shard_of
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

Key = tuple[datetime, int, UUID]


class BucketBook:
    """Knows the buckets; what it has once learnt of one it need not ask again."""

    def __init__(self, link: CassandraLink, shards: int, retention_days: int) -> None:
        self._link = link
        self._shards = shards
        self._retention_days = retention_days
        self._known: dict[datetime, int] = {}
        self._latest: list[tuple[datetime, int]] = []  # of those known, newest first

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
            claim = self._link.statement(_CLAIM)
            ((answer,),) = self._link.ask((claim, (bucket, self._shards, ttl)), profile=WRITE)
            self._learn(bucket, self._shards if answer[0] else answer[-1])
        return bucket, shard_of(id, self._known[bucket]), id

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
