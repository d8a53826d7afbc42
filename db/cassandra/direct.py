"""Statements for Cassandra itself, not through the outbox: what belongs to the models."""

from collections.abc import Sequence

from db.cassandra.connection import CassandraConnection, Row
from db.cassandra.errors import CassandraUnavailableError
from db.store import StoreUnavailableError

_REQUEST_SECONDS = 5.0  # a lightweight transaction takes several round trips


def execute_directly(
    connection: CassandraConnection, query: str, values: Sequence[object], profile: object
) -> list[Row]:
    """Return the rows of a statement. Raises StoreUnavailableError if Cassandra does not answer."""
    (rows,) = execute_all_directly(connection, [(query, tuple(values))], profile)
    return rows


def execute_all_directly(
    connection: CassandraConnection,
    requests: Sequence[tuple[str, tuple[object, ...]]],
    profile: object,
) -> list[list[Row]]:
    """Execute statements with their values in parallel; return the rows of each.

    Raises StoreUnavailableError if Cassandra does not answer; some may have been executed.
    """
    try:
        prepared = [(connection.prepare(query), values) for query, values in requests]
        return connection.execute(*prepared, profile=profile, seconds=_REQUEST_SECONDS)
    except CassandraUnavailableError as error:
        raise StoreUnavailableError(str(error)) from error
