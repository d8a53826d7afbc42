"""What Cassandra's driver reaches without us, on the same tables: the least a history can take."""

import time
from collections.abc import Sequence
from typing import Self

from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import tuple_factory

from db import Filters, Prediction
from db.cassandra_rows import INSERT, NEWEST, OLDEST, insert_values, select
from db.ids import bucket_start
from db.outbox import entry_of
from settings import Settings

IN_FLIGHT = 32  # more and an index of vectors does not answer in time
SHARDS = 4
ROWS = 50


class DriverAlone:
    """A session of its own on the history of these settings."""

    def __init__(self, settings: Settings) -> None:
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

    def newest_rows(self) -> list[object]:
        """One request for 50 rows of one partition, with the columns of a page."""
        return list(self._session.execute(self._newest, self._values))

    def find_partition(self) -> Self:
        """Choose the newest partition for `newest_rows`."""
        query, _ = select(Filters(), whole=False)
        self._newest = self._session.prepare(query.replace("keyspace.", ""))
        ((bucket,),) = self._session.execute(
            "SELECT bucket FROM buckets WHERE history = 'all' LIMIT 1"
        )
        self._values = (bucket, 0, NEWEST, OLDEST, ROWS)
        return self

    def write(self, readings: Sequence[Prediction]) -> float:
        """Rows a second, one request each and nothing durable on this side."""
        insert = self._session.prepare(INSERT.replace("keyspace.", ""))
        rows = [
            insert_values(
                (bucket_start(one.id, 60), place % SHARDS, one.id),
                entry_of(one).columns,
                time.time_ns() // 1000,
                0,
            )
            for place, one in enumerate(readings)
        ]
        began = time.monotonic()
        execute_concurrent_with_args(self._session, insert, rows, concurrency=IN_FLIGHT)
        return len(readings) / (time.monotonic() - began)
