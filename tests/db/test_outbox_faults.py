"""An outbox that is broken, damaged or full, and what Cassandra refuses of it."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from db import StoreUnavailableError, open_store
from tests.cassandra_fixture import RunningCassandra
from tests.conftest import unavailable
from tests.db.conftest import await_reachable
from tests.db.records import AWAY, DRAWING, a_reading, ids_of
from tools.dev_server import running_server

PATIENCE_SECONDS = 60

# The driver's scheduler thread may find its executor closed when a cluster that is down is left.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


def test_a_broken_outbox_is_a_direct_save_or_a_sentence(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    """The outbox cannot be written: with Cassandra up the save goes there, else it is refused."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"this is no database" * 1000)
    up = open_store(cassandra.settings(tmp_path, outbox_file=broken))
    while up.health().reachable is False:
        time.sleep(0.05)
    reading = a_reading("7", embedding=())
    up.save(reading)
    assert up.health().accepting
    up.close()
    away = open_store(cassandra.settings(tmp_path, outbox_file=broken, cassandra_port=1))
    with pytest.raises(StoreUnavailableError, match=str(broken)):
        away.save(reading)
    assert not away.health().accepting
    away.close()


@pytest.mark.parametrize("intact_bytes", [0, 4096], ids=["all of it", "all but its head"])
def test_a_damaged_outbox_makes_the_app_unavailable(tmp_path: Path, intact_bytes: int) -> None:
    """Cassandra away and the outbox damaged: 503 and a sentence, until the file is moved away."""
    with running_server(tmp_path, AWAY) as server:
        httpx.post(f"{server.url}/api/strokes", json=DRAWING).raise_for_status()
    outbox = tmp_path / "outbox.sqlite3"
    with outbox.open("r+b") as content:
        content.seek(intact_bytes)
        content.write(random.randbytes(outbox.stat().st_size - intact_bytes))
    with running_server(tmp_path, AWAY) as server, httpx.Client(base_url=server.url) as client:
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 4 MB of its own."""
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


def test_a_full_disk_makes_the_app_unavailable(small_disk: Path, tmp_path: Path) -> None:
    """What was confirmed before the disk was full is there; there is room again, and it goes on."""
    settings = {**AWAY, "OUTBOX_FILE": str(small_disk / "outbox.sqlite3")}
    with running_server(tmp_path, settings) as server, httpx.Client(base_url=server.url) as client:
        confirmed = [client.post("/api/strokes", json=DRAWING).json()["id"] for _ in range(20)]
        ballast = small_disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        while (answer := client.post("/api/strokes", json=DRAWING)).status_code == 200:
            confirmed.append(answer.json()["id"])
        assert answer.status_code == 503
        assert "is full; make room on it." in answer.json()["error"]["message"]
        ready = client.get("/api/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        assert "is full; make room on it." in ready.json()["history"]["detail"]
        ballast.unlink()
        assert client.get("/api/health/ready").json()["status"] == "waiting"
        confirmed.append(client.post("/api/strokes", json=DRAWING).json()["id"])
        kept = client.get("/api/history", params={"limit": 500}).json()["items"]
        assert [reading["id"] for reading in kept] == confirmed[::-1]


def test_what_cassandra_refuses_holds_up_nothing_else(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    """One reading that no index takes waits; those that travel with it arrive."""
    history = open_store(cassandra.settings(tmp_path))
    await_reachable(history)
    good = [a_reading(str(number), embedding=()) for number in range(40)]
    refused = a_reading("7", embedding=(), owner="x" * 10_000)
    for reading in (*good[:20], refused, *good[20:]):
        history.save(reading)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while history.health().outbox > 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert history.get(refused.id) == refused
    history.delete(refused.id)
    assert history.flush(PATIENCE_SECONDS)
    assert ids_of(history) == [reading.id for reading in reversed(good)]
    history.close()
