"""Two replicas take up an adopted model, and the one before it again, without a failed request."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from core.settings import Settings
from db import open_store
from db.model_registry import ModelVersion
from model.network import NETWORK_FILE
from tests.cassandra_fixture import RunningCassandra, cassandra
from tools.dev_server import UNLIMITED, Server, running_server
from tools.sample_strokes import SEVEN

__all__ = ["cassandra"]

METADATA = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
SECONDS = 60  # to take up a model; far more than on an idle machine


class Load:
    """Sends drawings to the replicas, one after the other each, and counts the answers."""

    def __init__(self, servers: list[Server]) -> None:
        self.answered = 0
        self.failures: list[str] = []
        self.models: dict[str, str] = {}  # the newest model of each replica
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=[server.url]) for server in servers
        ]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, url: str) -> None:
        with httpx.Client(base_url=url, timeout=SECONDS) as client:
            while not self._stop.is_set():
                response = client.post("/api/strokes", json={"strokes": SEVEN})
                if response.is_success and response.json()["text"] == "7":
                    self.answered += 1
                    self.models[url] = response.json()["model"]
                else:
                    self.failures.append(response.text)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        wait_until(condition)


@pytest.mark.parametrize("store", ["sqlite", "cassandra"])
def test_replicas_take_up_a_model_under_load(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings, environment = store_settings(store, request, tmp_path)
    registry = open_store(settings)
    model = ModelVersion("candidate", datetime.now(UTC), METADATA | {"version": "candidate"})
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running_server(folder, UNLIMITED | environment))
            for folder in (tmp_path / "a", tmp_path / "b")
        ]
        registry.models.add(model, NETWORK_FILE.read_bytes())
        with Load(servers) as load:
            for path, version in (("candidate/adopt", "candidate"), ("rollback", None)):
                expected = version or METADATA["version"]
                httpx.post(f"{servers[0].url}/api/models/{path}", json={}).raise_for_status()
                load.wait_for(lambda: set(load.models.values()) == {expected})  # noqa: B023
    registry.close()
    assert load.failures == []
    assert load.answered > 0


@pytest.mark.parametrize("store", ["sqlite", "cassandra"])
def test_a_replica_that_is_killed_while_it_adopts_loses_nothing(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings, environment = store_settings(store, request, tmp_path)
    registry = open_store(settings)
    with ExitStack() as stack:
        folder = tmp_path / "a"
        killed = stack.enter_context(running_server(folder, UNLIMITED | environment))
        other = stack.enter_context(running_server(tmp_path / "b", UNLIMITED | environment))
        for version in ("candidate", "shadow"):
            model = ModelVersion(version, datetime.now(UTC), METADATA | {"version": version})
            registry.models.add(model, NETWORK_FILE.read_bytes())
        shadow = httpx.post(f"{killed.url}/api/models/shadow/shadow", json={})
        shadow.raise_for_status()
        adopted, drawings = adopt_until_killed(killed)
        first, *recorded = [item.version for item in registry.models.adoptions(500)][::-1]
        assert first == METADATA["version"]  # it was served from the start
        assert recorded[: len(adopted)] == adopted
        assert len(recorded) <= len(adopted) + 1  # the one that was not answered
        again = stack.enter_context(running_server(folder, UNLIMITED | environment))
        for server in (other, again):
            wait_until(lambda: served_by(server) == recorded[-1])  # noqa: B023
        wait_until(lambda: len(registry.version_predictions.find(drawings)) == len(drawings))
    registry.close()


def adopt_until_killed(server: Server) -> tuple[list[str], list[UUID]]:
    """Adopt two models in turn and draw until the server is killed, after about ten adoptions.

    Returns the adoptions and the drawings that were confirmed.
    """
    adopted: list[str] = []
    drawings: list[UUID] = []

    def kill() -> None:
        wait_until(lambda: len(adopted) >= 10, pause=0.001)
        server.kill()

    killer = threading.Thread(target=kill)
    killer.start()
    client = httpx.Client(base_url=server.url, timeout=SECONDS)
    with client, suppress(httpx.TransportError):
        while True:
            version = METADATA["version"] if len(adopted) % 2 else "candidate"
            client.post(f"/api/models/{version}/adopt", json={}).raise_for_status()
            adopted.append(version)
            drawn = client.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
            drawings.append(UUID(drawn.json()["id"]))
    killer.join()
    return adopted, drawings


def served_by(server: Server) -> str:
    """Return the model of a new prediction."""
    response = httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}, timeout=SECONDS)
    model: str = response.raise_for_status().json()["model"]
    return model


def wait_until(condition: Callable[[], bool], pause: float = 0.1) -> None:
    """Wait until a condition holds. pause: seconds between two looks."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(pause)


def store_settings(
    store: str, request: pytest.FixtureRequest, folder: Path
) -> tuple[Settings, dict[str, str]]:
    """Return the settings of a history that both replicas use, and as environment variables."""
    for name in ("a", "b"):
        (folder / name).mkdir()
    if store == "sqlite":
        file = folder / "history.sqlite3"
        return Settings(history="sqlite", history_file=file), {"HISTORY_FILE": str(file)}
    running: RunningCassandra = request.getfixturevalue("cassandra")
    settings = running.settings(folder)
    return settings, {
        "HISTORY": "cassandra",
        "CASSANDRA_CONTACT_POINTS": ",".join(settings.cassandra_contact_points),
        "CASSANDRA_PORT": str(settings.cassandra_port),
        "CASSANDRA_KEYSPACE": settings.cassandra_keyspace,
    }
