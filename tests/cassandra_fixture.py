"""The real Cassandra that all tests share."""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cassandra.cluster import Cluster, NoHostAvailable

from core.settings import Settings
from services.local_cassandra import CannotStartError, LocalCassandra
from tests.conftest import unavailable
from tools.dev_server import free_port

_SHARED = "TEST_CASSANDRA"  # address and port, for the worker processes
# For a node that runs for minutes, the second compiler of the JVM, a concurrent garbage collector
# and the verification of every class cost more than they gain.
SHORT_LIVED = (
    "-XX:TieredStopAtLevel=1",
    "-XX:-UseG1GC",
    "-XX:+UseSerialGC",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-BytecodeVerificationRemote",
)
# No flush to the disk after every schema change, of which the tests make many.
UNFLUSHED_SCHEMA = "-Dcassandra.unsafesystem=true"
_DOCKER_IMAGE = "cassandra:5.0"
_DOCKER_SECONDS = 180


@dataclass(frozen=True)
class RunningCassandra:
    """The address of the Cassandra of this test run."""

    contact_points: tuple[str, ...]
    port: int

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for an app that uses it, with a new keyspace."""
        return {
            "CASSANDRA_CONTACT_POINTS": ",".join(self.contact_points),
            "CASSANDRA_PORT": str(self.port),
            "CASSANDRA_KEYSPACE": new_keyspace(),
        }

    def settings(self, folder: Path, **more: object) -> Settings:
        """Return settings with a new keyspace, and files in `folder`."""
        values: dict[str, object] = {
            "history": "cassandra",
            "history_file": folder / "history.sqlite3",
            "outbox_file": folder / "outbox.sqlite3",
            "cassandra_contact_points": self.contact_points,
            "cassandra_port": self.port,
            "cassandra_keyspace": new_keyspace(),
            "history_shards": 4,  # so that pages are merged from several shards
            **more,
        }
        return Settings.model_validate(values)

    def cluster(self) -> Cluster:
        """Return a driver to look at the rows directly; the caller shuts it down."""
        return Cluster(self.contact_points, port=self.port, protocol_version=5)


def short_lived_node(
    folder: Path, *java_options: str, options: Mapping[str, Any] | None = None
) -> LocalCassandra:
    """Return a node on free ports for one test or test run, not started."""
    return LocalCassandra(
        folder,
        port=free_port(),
        storage_port=free_port(),
        options=options,
        java_options=[*SHORT_LIVED, *java_options],
    )


def new_keyspace() -> str:
    """Return a keyspace name that no other test uses."""
    return f"test_{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def cassandra() -> RunningCassandra:
    """The Cassandra of CASSANDRA_CONTACT_POINTS, else a local one, else one in Docker."""
    try:
        return shared_cassandra()
    except CannotStartError as error:
        unavailable(f"Cassandra ({error})")


@lru_cache
def shared_cassandra() -> RunningCassandra:
    """Return the Cassandra of this test run; the first call starts it, until the process ends."""
    if shared := os.environ.get(_SHARED):
        address, port = shared.split()
        return RunningCassandra((address,), int(port))
    if named := os.environ.get("CASSANDRA_CONTACT_POINTS"):
        return RunningCassandra(
            tuple(named.split(",")), int(os.environ.get("CASSANDRA_PORT", 9042))
        )
    folder = Path(tempfile.mkdtemp(prefix="inkling-cassandra-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    node = short_lived_node(folder, UNFLUSHED_SCHEMA, options={"auto_snapshot": False})
    try:
        node.start()
    except CannotStartError:
        if not _has_docker():
            raise
        return _in_docker()
    atexit.register(node.kill)
    return RunningCassandra((node.address,), node.port)


def share_with_workers() -> None:
    """Start the Cassandra in this process, for the workers that it starts."""
    if "CASSANDRA_CONTACT_POINTS" in os.environ:
        return
    with suppress(CannotStartError):  # every test that needs it then says so
        running = shared_cassandra()
        os.environ[_SHARED] = f"{running.contact_points[0]} {running.port}"


def _has_docker() -> bool:
    docker = shutil.which("docker")
    return (
        docker is not None and not subprocess.run([docker, "info"], capture_output=True).returncode
    )


def _in_docker() -> RunningCassandra:
    port = free_port()
    run = ["docker", "run", "--rm", "--detach", "--env", "MAX_HEAP_SIZE=512M"]
    run += ["--env", "HEAP_NEWSIZE=128M", "--publish", f"127.0.0.1:{port}:9042", _DOCKER_IMAGE]
    started = subprocess.run(run, capture_output=True, text=True)
    if started.returncode:
        raise CannotStartError(f"Docker could not run {_DOCKER_IMAGE}: {started.stderr.strip()}")
    atexit.register(subprocess.run, ["docker", "kill", started.stdout.strip()], capture_output=True)
    running = RunningCassandra(("127.0.0.1",), port)
    deadline = time.monotonic() + _DOCKER_SECONDS
    while time.monotonic() < deadline:
        cluster = running.cluster()
        try:
            cluster.connect()
            return running
        except NoHostAvailable:
            time.sleep(1)
        finally:
            cluster.shutdown()
    raise CannotStartError(f"{_DOCKER_IMAGE} did not answer within {_DOCKER_SECONDS} s.")
