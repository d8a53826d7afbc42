"""Both stores behind the one interface, empty, for the contract tests."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cassandra.cluster import Session

import db
from core.settings import Settings
from db import Store
from tests.cassandra_fixture import RunningCassandra, cassandra, new_keyspace

__all__ = ["cassandra"]

_SECONDS = 60
_SHARED_KEYSPACE = new_keyspace()

OpenStore = Callable[..., Store]


@pytest.fixture(scope="session")
def own_session(cassandra: RunningCassandra) -> Iterator[Session]:
    """A session of the tests' own."""
    cluster = cassandra.cluster()
    yield cluster.connect()
    cluster.shutdown()


@pytest.fixture
def keyspace(own_session: Session) -> str:
    """A keyspace without rows; making a new one for every test would take seconds each."""
    tables = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s"
    for (table,) in own_session.execute(tables, (_SHARED_KEYSPACE,)):
        if table != "layout":
            own_session.execute(f"TRUNCATE {_SHARED_KEYSPACE}.{table}")
    return _SHARED_KEYSPACE


@pytest.fixture(params=["sqlite", "cassandra"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """Opens histories of one store, all on the same files and keyspace, with further settings."""
    if request.param == "cassandra":
        running: RunningCassandra = request.getfixturevalue("cassandra")
        settings = running.settings(
            tmp_path, cassandra_keyspace=request.getfixturevalue("keyspace")
        )
    else:
        settings = Settings(history="sqlite", history_file=tmp_path / "history.sqlite3")
    opened: list[Store] = []

    def open_one(**more: object) -> Store:
        history = db.open_store(settings.model_copy(update=more))
        opened.append(history)
        await_reachable(history)
        return history

    yield open_one
    for history in opened:
        history.close()


@pytest.fixture
def history(open_store: OpenStore) -> Store:
    """An empty history."""
    return open_store()


def await_reachable(history: Store) -> None:
    """Return when the store answers; fail where it does not."""
    deadline = time.monotonic() + _SECONDS
    while not (health := history.health()).reachable:
        assert time.monotonic() < deadline, health.detail
        time.sleep(0.02)
