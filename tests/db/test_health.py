"""How the history is."""

import threading
import time
from pathlib import Path

from core.settings import Settings
from db import Health, Store, open_store
from tests.db.conftest import OpenStore
from tests.db.records import a_reading


def test_a_good_history_says_so(history: Store) -> None:
    history.save(a_reading())
    history.flush(10)
    health = history.health()
    assert health == Health(health.store, reachable=True, accepting=True, outbox=0, detail=None)


def test_without_cassandra_readings_wait_and_it_says_why(tmp_path: Path) -> None:
    history = open_store(
        Settings(
            history="cassandra",
            history_file=tmp_path / "history.sqlite3",
            outbox_file=tmp_path / "outbox.sqlite3",
            cassandra_contact_points=("127.0.0.1",),
            cassandra_port=1,
        )
    )
    reading = a_reading("7")
    history.save(reading)
    page = history.page()
    assert (page.items[0].id, page.complete) == (reading.id, False)
    assert history.get(reading.id) == reading
    deadline = time.monotonic() + 20
    while "CASSANDRA_CONTACT_POINTS" not in (history.health().detail or ""):
        assert time.monotonic() < deadline, history.health()
        time.sleep(0.05)
    health = history.health()
    assert (health.reachable, health.accepting, health.outbox) == (False, True, 1)
    assert health.detail == (
        "No Cassandra answers at 127.0.0.1 port 1; start it, or check "
        "CASSANDRA_CONTACT_POINTS and CASSANDRA_PORT."
    )
    history.close()


def test_closing_leaves_no_thread_behind(open_store: OpenStore) -> None:
    before = set(threading.enumerate())
    history = open_store()
    history.save(a_reading())
    history.close()
    assert {thread for thread in threading.enumerate() if not thread.daemon} <= before
