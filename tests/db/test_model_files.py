"""Files of networks that are damaged in the store are never returned."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cassandra.cluster import Session

from db import Store
from db.model_registry import DamagedFileError
from tests.db.test_model_registry import model

NETWORK, WEIGHTS = os.urandom(700_000), os.urandom(300_000)  # three chunks, two chunks

Change = Callable[[bytes | None, str | None], None]


@pytest.fixture
def change(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Change:
    """Changes what is stored of a network: the last chunk (None removes it) or the details."""
    store.models.add(model("a"), NETWORK, WEIGHTS)
    start = 2 * 2**18
    if "cassandra" not in request.node.name:

        def change_sqlite(chunk: bytes | None, details: str | None) -> None:
            with sqlite3.connect(tmp_path / "history.sqlite3") as connection:
                if details is not None:
                    connection.execute("UPDATE model_versions SET details = ?", (details,))
                else:
                    content = NETWORK[:start] + (chunk or b"")
                    connection.execute("UPDATE model_versions SET network = ?", (content,))
            connection.close()

        return change_sqlite
    cql: Session = request.getfixturevalue("cql")
    keyspace: str = request.getfixturevalue("keyspace")

    def change_cassandra(chunk: bytes | None, details: str | None) -> None:
        where = "WHERE version = 'a' AND file = 'network' AND chunk = 2"
        if details is not None:
            cql.execute(
                f"UPDATE {keyspace}.model_versions SET details = %s "
                "WHERE models = 'all' AND version = 'a'",
                (details,),
            )
        elif chunk is None:
            cql.execute(f"DELETE FROM {keyspace}.model_files {where}")
        else:
            cql.execute(f"UPDATE {keyspace}.model_files SET content = %s {where}", (chunk,))

    return change_cassandra


def test_a_file_without_its_end_is_damaged(store: Store, change: Change) -> None:
    change(None, None)
    with pytest.raises(DamagedFileError, match="has 524288 of 700000 bytes"):
        store.models.network("a")
    assert store.models.weights("a") == WEIGHTS


def test_a_file_with_other_bytes_is_damaged(store: Store, change: Change) -> None:
    end = NETWORK[2 * 2**18 :]
    change(bytes([end[0] ^ 1]) + end[1:], None)
    with pytest.raises(DamagedFileError, match="another checksum"):
        store.models.network("a")


def test_what_an_earlier_release_has_stored_has_no_checksum(store: Store, change: Change) -> None:
    details: dict[str, object] = {
        "metadata": {"version": "a"},
        "note": None,
        "corrections": 0,
        "predictions": [],
        "figures": [],
    }
    change(None, json.dumps(details))
    assert store.models.network("a") == NETWORK
    assert store.models.weights("a") == WEIGHTS
