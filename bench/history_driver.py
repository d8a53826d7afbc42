"""What Cassandra's driver alone reaches on the same tables: the limit for the store."""

import time
from collections.abc import Callable, Sequence
from typing import Self

from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import tuple_factory

from core.settings import Settings
from db import Filters, PredictionRecord
from db.cassandra.queries import INSERT, NEWEST, OLDEST, insert_values, select, shard_of
from db.ids import bucket_start
from db.outbox.queue import make_entry

IN_FLIGHT = 32  # more make the vector index too slow to answer in time
ROWS = 50


class DriverAlone:
    """A driver session on the keyspace of these settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cluster = Cluster(
            settings.cassandra_contact_points,
            port=settings.cassandra_port,
            protocol_version=5,
            execution_profiles={EXEC_PROFILE_DEFAULT: ExecutionProfile(row_factory=tuple_factory)},
        )
        self._session = self._cluster.connect(settings.cassandra_keyspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.shutdown()

    def newest_rows(self) -> Callable[[], list[object]]:
        """Return a function that reads 50 rows of one partition, with the columns of a page."""
        query, _ = select(Filters(), "page")
        newest = self._session.prepare(query.replace("keyspace.", ""))
        buckets = self._session.execute("SELECT bucket FROM buckets WHERE history = 'all'")
        for (bucket,) in buckets:
            values = (bucket, 0, NEWEST, OLDEST, ROWS)
            if len(list(self._session.execute(newest, values))) == ROWS:
                return lambda: list(self._session.execute(newest, values))
        raise LookupError(f"no partition has {ROWS} rows")

    def write(self, records: Sequence[PredictionRecord]) -> float:
        """Write rows with one request each, without an outbox; return rows per second."""
        insert = self._session.prepare(INSERT.replace("keyspace.", ""))
        minutes = self._settings.history_bucket_minutes
        shards = self._settings.history_shards or 1
        rows = [
            insert_values(
                (bucket_start(record.id, minutes), shard_of(record.id, shards), record.id),
                make_entry(record, 0).columns,
                time.time_ns() // 1000,
                0,
            )
            for record in records
        ]
        began = time.monotonic()
        execute_concurrent_with_args(self._session, insert, rows, concurrency=IN_FLIGHT)
        return len(records) / (time.monotonic() - began)
