"""Fixtures: both stores, empty, behind their common interface; a small disk."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cassandra.cluster import Session

import db
from core.settings import Settings
from db import Store
from tests.cassandra_fixture import RunningCassandra, cassandra, new_keyspace
from tests.conftest import unavailable

__all__ = ["cassandra"]

_TIMEOUT_SECONDS = 60
_SHARED_KEYSPACE = new_keyspace()

OpenStore = Callable[..., Store]


@pytest.fixture(scope="session")
def cql(cassandra: RunningCassandra) -> Iterator[Session]:
    """A driver session that is independent of the store."""
    cluster = cassandra.cluster()
    yield cluster.connect()
    cluster.shutdown()


@pytest.fixture
def keyspace(cql: Session) -> str:
    """An empty keyspace; it is truncated, as creating one takes seconds."""
    tables = "SELECT table_name FROM system_schema.tables WHERE keyspace_name = %s"
    for (table,) in cql.execute(tables, (_SHARED_KEYSPACE,)):
        if table != "layout":
            cql.execute(f"TRUNCATE {_SHARED_KEYSPACE}.{table}")
    return _SHARED_KEYSPACE


@pytest.fixture(params=["sqlite", "cassandra"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """A function that opens a store with more settings, always on the same files and keyspace."""
    if request.param == "cassandra":
        running: RunningCassandra = request.getfixturevalue("cassandra")
        settings = running.settings(
            tmp_path, cassandra_keyspace=request.getfixturevalue("keyspace")
        )
    else:
        settings = Settings(history="sqlite", history_file=tmp_path / "history.sqlite3")
    opened: list[Store] = []

    def open_with(**more: object) -> Store:
        store = db.open_store(settings.model_copy(update=more))
        opened.append(store)
        wait_until_reachable(store)
        return store

    yield open_with
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """An empty store."""
    return open_store()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 4 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*as_root, "mount", "-t", "tmpfs", "-o", "size=4m,mode=0777", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        unavailable("a small disk (mounting needs root)")
    yield folder
    subprocess.run([*as_root, "umount", "--lazy", str(folder)], check=True)


def wait_until_reachable(store: Store) -> None:
    """Return when the store answers; fail after a minute."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not (health := store.health()).reachable:
        assert time.monotonic() < deadline, health.detail
        time.sleep(0.02)
