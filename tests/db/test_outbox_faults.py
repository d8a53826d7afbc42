"""An outbox that is damaged or on a full disk, and predictions that Cassandra rejects."""

import random
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from db import StoreUnavailableError, open_store
from tests.cassandra_fixture import RunningCassandra
from tests.db.conftest import wait_until_reachable
from tests.db.records import AWAY, DRAWING, all_ids, make_record
from tools.compose_stack import wait_until
from tools.dev_server import running_server

TIMEOUT_SECONDS = 60

# When a cluster that is down is closed, the driver's scheduler may find its executor closed.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def test_with_a_damaged_outbox_a_save_goes_to_cassandra_or_is_refused(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"this is no database" * 1000)
    store = open_store(cassandra.settings(tmp_path, outbox_file=broken))
    wait_until_reachable(store)
    record = make_record("7", embedding=())
    store.save(record)
    health = store.health()
    assert (health.accepting, health.degraded) == (True, True)
    assert str(broken) in str(health.detail)
    for refused in (store.get, store.label, store.delete):
        with pytest.raises(StoreUnavailableError, match=str(broken)):
            refused(record.id, *(["7"] if refused == store.label else []))
    page = store.page()
    assert ([item.id for item in page.items], page.complete) == ([record.id], False)
    store.close()
    away = open_store(cassandra.settings(tmp_path, outbox_file=broken, cassandra_port=1))
    with pytest.raises(StoreUnavailableError, match=str(broken)):
        away.save(record)
    assert not away.health().accepting
    away.close()


def test_a_damaged_outbox_beside_a_working_cassandra_is_degraded(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    (tmp_path / "outbox.sqlite3").write_bytes(b"this is no database" * 1000)
    with (
        running_server(tmp_path, {"HISTORY": "cassandra", **cassandra.environment}) as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
    ):
        wait_until(  # before it is connected to Cassandra, nothing can be saved
            "Cassandra is reachable",
            lambda: client.get("/api/health/ready").json()["status"] == "degraded",
        )
        saved = client.post("/api/strokes", json=DRAWING).raise_for_status().json()
        page = client.get("/api/history").json()
        assert ([item["id"] for item in page["items"]], page["complete"]) == ([saved["id"]], False)
        assert client.get(f"/api/history/{saved['id']}").status_code == 503
        ready = client.get("/api/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert "outbox.sqlite3" in ready.json()["history"]["detail"]


@pytest.mark.parametrize("intact_bytes", [0, 4096], ids=["all", "all but the header"])
def test_a_damaged_outbox_makes_the_app_unavailable(tmp_path: Path, intact_bytes: int) -> None:
    """Cassandra away and the outbox damaged: 503 with a sentence, until the file is moved away."""
    with running_server(tmp_path, AWAY) as server:
        httpx.post(f"{server.url}/api/strokes", json=DRAWING).raise_for_status()
    outbox = tmp_path / "outbox.sqlite3"
    with outbox.open("r+b") as content:
        content.seek(intact_bytes)
        content.write(random.randbytes(outbox.stat().st_size - intact_bytes))
    with running_server(tmp_path, AWAY) as server, httpx.Client(base_url=server.url) as client:
        assert client.get("/api/history").status_code == 503
        refused = client.post("/api/strokes", json=DRAWING)
        assert refused.status_code == 503
        assert str(outbox) in refused.json()["error"]["message"]
        for _ in range(2):
            ready = client.get("/api/health/ready")
            assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
            assert str(outbox) in ready.json()["history"]["detail"]
        for file in tmp_path.glob("outbox.sqlite3*"):
            file.rename(file.with_name(f"damaged-{file.name}"))
        ready = client.get("/api/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "waiting")
        client.post("/api/strokes", json=DRAWING).raise_for_status()


def test_a_full_disk_makes_the_app_unavailable(small_disk: Path, tmp_path: Path) -> None:
    """Confirmed predictions stay; with room on the disk again, saves succeed."""
    settings = {**AWAY, "OUTBOX_FILE": str(small_disk / "outbox.sqlite3")}
    with running_server(tmp_path, settings) as server, httpx.Client(base_url=server.url) as client:
        confirmed = [client.post("/api/strokes", json=DRAWING).json()["id"] for _ in range(20)]
        ballast = small_disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        while (response := client.post("/api/strokes", json=DRAWING)).status_code == 200:
            confirmed.append(response.json()["id"])
        assert response.status_code == 503
        assert "is full; make room on it." in response.json()["error"]["message"]
        ready = client.get("/api/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        assert "is full; make room on it." in ready.json()["history"]["detail"]
        ballast.unlink()
        assert client.get("/api/health/ready").json()["status"] == "waiting"
        confirmed.append(client.post("/api/strokes", json=DRAWING).json()["id"])
        items = client.get("/api/history", params={"limit": 500}).json()["items"]
        assert [item["id"] for item in items] == confirmed[::-1]


def test_a_rejected_prediction_does_not_hold_up_the_others(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    """A prediction that is too large for an index stays queued; those in its batch arrive."""
    store = open_store(cassandra.settings(tmp_path))
    wait_until_reachable(store)
    good = [make_record(str(number), embedding=()) for number in range(40)]
    refused = make_record("7", embedding=(), owner="x" * 10_000)
    for record in (*good[:20], refused, *good[20:]):
        store.save(record)
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while store.health().outbox > 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert store.get(refused.id) == refused
    store.delete(refused.id)
    assert store.flush(TIMEOUT_SECONDS)
    assert all_ids(store) == [record.id for record in reversed(good)]
    store.close()
