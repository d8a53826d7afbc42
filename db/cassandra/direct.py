"""Statements for Cassandra itself, not through the outbox: trainings and the model registry."""

from collections.abc import Sequence

from db.cassandra.connection import CassandraConnection, Row
from db.cassandra.errors import CassandraUnavailableError
from db.store import StoreUnavailableError

_REQUEST_SECONDS = 5.0  # a lightweight transaction takes several round trips


def execute_directly(
    connection: CassandraConnection, query: str, values: Sequence[object], profile: object
) -> list[Row]:
    """Return the rows of a statement. Raises StoreUnavailableError if Cassandra does not answer."""
    try:
        statement = connection.prepare(query)
        (rows,) = connection.execute((statement, values), profile=profile, seconds=_REQUEST_SECONDS)
    except CassandraUnavailableError as error:
        raise StoreUnavailableError(str(error)) from error
    return rows
