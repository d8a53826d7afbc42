"""The table of the service that Inkling replaces, which reads all rows for every page."""

from datetime import datetime, timedelta
from typing import Self

from cassandra.cluster import Cluster
from cassandra.concurrent import execute_concurrent_with_args


class OldTable:
    """`PRIMARY KEY ((rcd_time), eval_value)`, read by `SELECT *`."""

    def __init__(self, port: int, size: int) -> None:
        self._size = size
        self._cluster = Cluster(["127.0.0.1"], port=port, protocol_version=5)
        self._session = self._cluster.connect()
        self._session.execute(
            "CREATE KEYSPACE IF NOT EXISTS old_table WITH replication = "
            "{'class': 'SimpleStrategy', 'replication_factor': 1}"
        )
        self._session.execute(
            f"CREATE TABLE IF NOT EXISTS old_table.records_{size} (rcd_time timestamp, "
            "eval_value int, file_name text, PRIMARY KEY ((rcd_time), eval_value))"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.shutdown()

    def load(self, newest: datetime) -> None:
        """Fill it with one prediction per second, back in time."""
        insert = self._session.prepare(
            f"INSERT INTO old_table.records_{self._size} (rcd_time, eval_value, file_name) "
            "VALUES (?, ?, ?)"
        )
        rows = (
            (newest - timedelta(seconds=number), number % 10, f"{number}.png")
            for number in range(self._size)
        )
        execute_concurrent_with_args(self._session, insert, rows, concurrency=128)

    def page(self) -> list[object]:
        """Return the newest 50 rows as the old service did."""
        rows = list(self._session.execute(f"SELECT * FROM old_table.records_{self._size}"))
        return sorted(rows, key=lambda row: row.rcd_time, reverse=True)[:50]
