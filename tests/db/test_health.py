"""The health of a store."""

import threading
import time
from pathlib import Path

from core.settings import Settings
from db import Health, Store, open_store
from tests.db.conftest import OpenStore
from tests.db.records import make_record


def test_a_working_store_is_healthy(store: Store) -> None:
    store.save(make_record())
    store.flush(10)
    health = store.health()
    assert health == Health(health.store, reachable=True, accepting=True, outbox=0, detail=None)


def test_without_cassandra_predictions_are_queued_and_the_detail_says_why(tmp_path: Path) -> None:
    store = open_store(
        Settings(
            history="cassandra",
            history_file=tmp_path / "history.sqlite3",
            outbox_file=tmp_path / "outbox.sqlite3",
            cassandra_contact_points=("127.0.0.1",),
            cassandra_port=1,
        )
    )
    record = make_record("7")
    store.save(record)
    page = store.page()
    assert (page.items[0].id, page.complete) == (record.id, False)
    assert store.get(record.id) == record
    deadline = time.monotonic() + 20
    while "CASSANDRA_CONTACT_POINTS" not in (store.health().detail or ""):
        assert time.monotonic() < deadline, store.health()
        time.sleep(0.05)
    health = store.health()
    assert (health.reachable, health.accepting, health.outbox) == (False, True, 1)
    assert health.detail == (
        "No Cassandra answers at 127.0.0.1 port 1; start it, or check "
        "CASSANDRA_CONTACT_POINTS and CASSANDRA_PORT."
    )
    store.close()


def test_closing_leaves_no_thread_behind(open_store: OpenStore) -> None:
    before = set(threading.enumerate())
    store = open_store()
    store.save(make_record())
    store.close()
    assert {thread for thread in threading.enumerate() if not thread.daemon} <= before
