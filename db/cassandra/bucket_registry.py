"""The list of buckets that have rows, and the number of shards of each."""

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.cassandra.connection import WRITE_PROFILE, CassandraConnection
from db.cassandra.queries import seconds_left, shard_of
from db.ids import bucket_start

_INSERT_BUCKET = (
    "INSERT INTO keyspace.buckets (history, bucket, shards) VALUES ('all', ?, ?) "
    "IF NOT EXISTS USING TTL ?"
)
_SELECT_BUCKET = "SELECT shards FROM keyspace.buckets WHERE history = 'all' AND bucket = ?"
_SELECT_BUCKETS = (
    "SELECT bucket, shards FROM keyspace.buckets "
    "WHERE history = 'all' AND bucket <= ? AND bucket >= ? LIMIT ?"
)

MAX_BUCKETS = 1_000_000  # a limit for a query of all: a hundred years of hours
MAX_PARALLEL_BUCKETS = 16  # read at once if matching predictions are far apart
# Shards keep the partitions of a busy hour small. These rows are some 50 MB, half of what Cassandra
# recommends as a maximum; the 3,163 saves per second of docs/history.md would make a partition of
# 22 GB. A quiet hour has one shard: with four, its newest page takes 1.5 to 1.8 times as long.
ROWS_PER_SHARD = 25_000
_MAX_SHARDS = 256
_LOOK_BACK_BUCKETS = 24  # a day of hours, so that a quiet night does not hide a busy morning

PrimaryKey = tuple[datetime, int, UUID]  # bucket, shard, id


class BucketRegistry:
    """Finds and registers buckets; what is known of a bucket is not queried again."""

    def __init__(
        self, connection: CassandraConnection, shards: int | None, retention_days: int
    ) -> None:
        """shards: of every new bucket; None: as many as the busiest recent bucket needed."""
        self._connection = connection
        self._shards = shards
        self._retention_days = retention_days
        self._shards_of: dict[datetime, int] = {}
        self._newest_known: list[tuple[datetime, int]] = []  # newest first
        self._rows_written: dict[datetime, int] = {}  # by this process, of each bucket

    def clear(self) -> None:
        """Forget everything and query it again: Cassandra may have lost confirmed rows."""
        self._shards_of.clear()
        self._newest_known = []

    def register(self, id: UUID) -> PrimaryKey | None:
        """Return the key to write an id to; the first write into a bucket sets its shards.

        None for an id that is older than the retention. This is the only lightweight transaction:
        one for each bucket and process.
        """
        bucket = self.bucket_of(id)
        if bucket not in self._shards_of:
            end = bucket + timedelta(minutes=self._connection.layout.bucket_minutes)
            ttl = seconds_left(end, self._retention_days, datetime.now(UTC))
            if ttl is None:
                return None
            insert, shards = self._connection.prepare(_INSERT_BUCKET), self._shards_for_new_bucket()
            ((row,),) = self._connection.execute(
                (insert, (bucket, shards, ttl)), profile=WRITE_PROFILE
            )
            was_inserted, *existing = row
            self._remember(bucket, shards if was_inserted else existing[-1])
        self._rows_written[bucket] = self._rows_written.get(bucket, 0) + 1
        return bucket, shard_of(id, self._shards_of[bucket]), id

    def _shards_for_new_bucket(self) -> int:
        recent = list(self._rows_written.items())[-_LOOK_BACK_BUCKETS:]
        self._rows_written = dict(recent)
        if self._shards is not None:
            return self._shards
        busiest = max((rows for _, rows in recent), default=0)
        return min(max(math.ceil(busiest / ROWS_PER_SHARD), 1), _MAX_SHARDS)

    def find(self, id: UUID) -> PrimaryKey | None:
        """Return the key of an id, None if its bucket has no rows."""
        bucket = self.bucket_of(id)
        if bucket not in self._shards_of:
            select = self._connection.prepare(_SELECT_BUCKET)
            (rows,) = self._connection.execute((select, (bucket,)))
            if not rows:
                return None
            self._remember(bucket, rows[0][0])
        return bucket, shard_of(id, self._shards_of[bucket]), id

    def bucket_of(self, id: UUID) -> datetime:
        """Return the start of the bucket that holds an id."""
        return bucket_start(id, self._connection.layout.bucket_minutes)

    def newest(self, newest: datetime, oldest: datetime, limit: int) -> list[tuple[datetime, int]]:
        """Return up to `limit` buckets with their shards, newest first, from newest to oldest."""
        select = self._connection.prepare(_SELECT_BUCKETS)
        (rows,) = self._connection.execute((select, (newest, oldest, limit)))
        found = [(bucket.replace(tzinfo=UTC), shards) for bucket, shards in rows]
        for bucket, shards in found:
            self._remember(bucket, shards)
        return found

    def predict_newest(
        self, newest: datetime, oldest: datetime, limit: int
    ) -> list[tuple[datetime, int]]:
        """Return what `newest` would most likely return, without a query."""
        shards = self._shards_of.get(newest)
        older = [bucket for bucket in self._newest_known if oldest <= bucket[0] < newest]
        return [*([] if shards is None else [(newest, shards)]), *older][:limit]

    def _remember(self, bucket: datetime, shards: int) -> None:
        if self._shards_of.get(bucket) == shards:
            return
        self._shards_of[bucket] = shards
        others = [known for known in self._newest_known if known[0] != bucket]
        self._newest_known = sorted([*others, (bucket, shards)], reverse=True)[
            :MAX_PARALLEL_BUCKETS
        ]
