"""Nodes, databases and programs that go away while readings are made: nothing is lost."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from cassandra import ConsistencyLevel, DriverException
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
    Session,
)
from cassandra.policies import WhiteListRoundRobinPolicy
from cassandra.query import SimpleStatement

from db import Filters, Store, StoreUnavailableError, open_store
from services.local_cassandra import CannotStartError, LocalCassandra, fetch_jars, find_java
from tests.cassandra_fixture import (
    SHORT_LIVED,
    UNFLUSHED_SCHEMA,
    RunningCassandra,
    new_keyspace,
    short_lived_node,
)
from tests.conftest import unavailable
from tests.db.conftest import await_reachable
from tests.db.records import DRAWING, a_reading, ids_of
from tools.dev_server import free_port, running_server

PATIENCE_SECONDS = 60

# The driver's scheduler thread may find its executor closed when a cluster that is down is left.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture(scope="session")
def java_and_jars() -> None:
    """What a Cassandra of a test's own needs."""
    try:
        find_java()
        fetch_jars()
    except CannotStartError as error:
        unavailable(f"a Cassandra of the test's own ({error})")


@pytest.fixture
def three_nodes(tmp_path: Path) -> Iterator[list[LocalCassandra]]:
    port, storage_port = free_port(), free_port()
    nodes = [
        LocalCassandra(
            tmp_path / f"node-{number}",
            address=f"127.0.0.{number}",
            port=port,
            storage_port=storage_port,
            seed="127.0.0.1",
            heap_megabytes=384,
            options={"hints_flush_period": "1s", "auto_snapshot": False},
            java_options=SHORT_LIVED,
        )
        for number in (1, 2, 3)
    ]
    try:
        nodes[0].start()
        nodes[1].start(wait=False)
        nodes[2].start()
        nodes[1].wait_until_ready()
        yield nodes
    finally:
        for node in nodes:
            node.kill()


@pytest.mark.long
@pytest.mark.usefixtures("java_and_jars")
def test_one_node_of_three_killed_and_brought_back(
    three_nodes: list[LocalCassandra], tmp_path: Path
) -> None:
    """2,000 readings at quorum while a node dies: none lost, no page failed, and it catches up."""
    settings = RunningCassandra(
        ("127.0.0.1", "127.0.0.2", "127.0.0.3"), three_nodes[0].port
    ).settings(tmp_path, cassandra_replication=3, cassandra_consistency="LOCAL_QUORUM")
    await_ring(three_nodes)
    history = open_store(settings)
    await_reachable(history)
    readings = [a_reading(str(number), embedding=()) for number in range(2000)]
    killed = threading.Event()

    def save_all() -> None:
        for number, reading in enumerate(readings):
            if number == 700:
                three_nodes[1].kill()
                killed.set()
            history.save(reading)
            time.sleep(0.002)

    warm_up(history)
    saving = threading.Thread(target=save_all)
    saving.start()
    pages_after = 0
    while saving.is_alive() or pages_after <= 10:
        began = time.monotonic()
        page = history.page(50)
        assert page.complete, history.health()
        assert time.monotonic() - began < 2
        pages_after += killed.is_set()
    saving.join()
    assert history.flush(PATIENCE_SECONDS)
    expected = [reading.id for reading in reversed(readings)]
    assert ids_of(history) == expected

    three_nodes[1].start()
    await_hints_delivered(three_nodes[0], three_nodes[2])
    compare_copies(three_nodes[0], settings.cassandra_keyspace)
    history.close()
    for other in (three_nodes[0], three_nodes[2]):
        other.kill()
    assert ids_on(three_nodes[1], settings.cassandra_keyspace) == set(expected)


def warm_up(history: Store) -> None:
    """Return when pages come without delay: nodes that have just started take their time."""
    quick = 0
    while quick < 10:
        began = time.monotonic()
        complete = history.page(50).complete
        quick = quick + 1 if complete and time.monotonic() - began < 0.2 else 0


def await_ring(nodes: list[LocalCassandra]) -> None:
    """Return when every node sees every other one up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for node in nodes:
        with Cluster([node.address], port=node.port, protocol_version=5) as cluster:
            session = cluster.connect()
            while len(list(session.execute("SELECT peer FROM system.peers_v2"))) < len(nodes) - 1:
                assert time.monotonic() < deadline
                time.sleep(0.1)


def await_hints_delivered(*nodes: LocalCassandra) -> None:
    """Return when these nodes have handed over what they kept for one that was away."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(list((node.folder / "data" / "hints").glob("*.hints")) for node in nodes):
        assert time.monotonic() < deadline, "the hints were not delivered"
        time.sleep(0.2)


def compare_copies(node: LocalCassandra, keyspace: str) -> None:
    """Read all copies of all rows: that mends what a killed node had confirmed but not logged."""
    with Cluster([node.address], port=node.port, protocol_version=5) as cluster:
        every = SimpleStatement(
            f"SELECT * FROM {keyspace}.predictions",
            consistency_level=ConsistencyLevel.ALL,
            fetch_size=200,
        )
        assert sum(1 for _ in cluster.connect().execute(every, timeout=30)) == 2000


def ids_on(node: LocalCassandra, keyspace: str) -> set[UUID]:
    """The ids that this node has on its own disk, as the others are down."""
    profile = ExecutionProfile(
        load_balancing_policy=WhiteListRoundRobinPolicy([node.address]),
        consistency_level=ConsistencyLevel.ONE,
        request_timeout=30,
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with Cluster(
                [node.address],
                port=node.port,
                protocol_version=5,
                execution_profiles={EXEC_PROFILE_DEFAULT: profile},
            ) as cluster:
                rows = cluster.connect().execute(f"SELECT id FROM {keyspace}.predictions")
                return {row.id for row in rows}
        except (DriverException, NoHostAvailable):  # until it has noticed that it is alone
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@pytest.fixture
def own_node(tmp_path: Path, java_and_jars: None) -> Iterator[LocalCassandra]:  # noqa: ARG001
    """A node, not started, that nobody else uses."""
    node = short_lived_node(tmp_path / "node", UNFLUSHED_SCHEMA)
    yield node
    node.kill()


@pytest.mark.long
def test_app_killed_while_cassandra_is_away(own_node: LocalCassandra, tmp_path: Path) -> None:
    """500 readings over HTTP, then SIGKILL: all are there, each once, when both have come back."""
    settings = {
        "CASSANDRA_CONTACT_POINTS": own_node.address,
        "CASSANDRA_PORT": str(own_node.port),
        "CASSANDRA_KEYSPACE": new_keyspace(),
    }
    with ExitStack() as stack:
        server = stack.enter_context(running_server(tmp_path, settings))
        with httpx.Client(base_url=server.url) as client, ThreadPoolExecutor(4) as pool:

            def post(_: int) -> str:
                answer = client.post("/api/strokes", json=DRAWING)
                assert answer.status_code == 200, answer.text
                return str(answer.json()["id"])

            confirmed = set(pool.map(post, range(500)))
        server.kill()
        assert len(confirmed) == 500

        server = stack.enter_context(running_server(tmp_path, settings))
        ready = httpx.get(f"{server.url}/api/health/ready").json()
        assert ready["history"]["outbox"] == 500, ready
        own_node.start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while httpx.get(f"{server.url}/api/health/ready").json()["history"]["outbox"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with Cluster([own_node.address], port=own_node.port, protocol_version=5) as cluster:
            rows = cluster.connect(settings["CASSANDRA_KEYSPACE"]).execute(
                "SELECT id FROM predictions"
            )
            kept = [str(row.id) for row in rows]
    assert len(kept) == 500
    assert set(kept) == confirmed


@pytest.mark.long
@pytest.mark.usefixtures("java_and_jars")
def test_what_a_power_cut_takes_from_cassandra_is_sent_again(tmp_path: Path) -> None:
    """Cassandra has confirmed 100 readings and a label and loses its log, as it had not flushed."""
    node = short_lived_node(tmp_path / "node")
    node.start()
    settings = RunningCassandra((node.address,), node.port).settings(tmp_path)
    history = open_store(settings)
    try:
        await_reachable(history)
        readings = [a_reading(str(number)) for number in range(100)]
        for reading in readings:
            history.save(reading)
        assert history.flush(PATIENCE_SECONDS)
        history.label(readings[7].id, "9", "Ada")
        assert history.flush(PATIENCE_SECONDS)
        node.kill()
        for log in (node.folder / "data" / "commitlog").iterdir():
            log.unlink()
        node.start()
        await_reachable(history)
        assert history.flush(PATIENCE_SECONDS)
        with Cluster([node.address], port=node.port, protocol_version=5) as cluster:
            session = cluster.connect(settings.cassandra_keyspace)
            rows = session.execute("SELECT id, label FROM predictions")
            kept = {row.id: row.label for row in rows}
    finally:
        history.close()
        node.kill()
    assert kept == {one.id: "9" if one is readings[7] else None for one in readings}


@pytest.mark.long
def test_a_paused_node_makes_nobody_wait(own_node: LocalCassandra, tmp_path: Path) -> None:
    """Cassandra stands still for 20 s: every request is answered within 2 s, and it all arrives."""
    own_node.start()
    history = open_store(RunningCassandra((own_node.address,), own_node.port).settings(tmp_path))
    await_reachable(history)
    first = a_reading("1")
    history.save(first)
    assert history.flush(20)
    saved = [first]
    slowest = 0.0
    sentences = set()
    own_node.pause()
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            saved.append(a_reading(str(len(saved))))
            for request in (
                lambda: history.save(saved[-1]),
                lambda: history.page(20),
                lambda: history.page(20, filters=Filters(digit=random.randrange(10), owner="ada")),
                lambda: history.get(saved[-1].id),
                lambda: history.get(first.id),
                lambda: history.label(first.id, "1"),
                history.summary,
                history.health,
            ):
                began = time.monotonic()
                try:
                    request()
                except StoreUnavailableError as error:
                    sentences.add(str(error))
                slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.25)
    finally:
        own_node.resume()
    assert slowest < 2
    assert sentences
    assert all("does not answer" in sentence for sentence in sentences), sentences
    await_reachable(history)
    assert history.flush(30)
    assert ids_of(history) == [reading.id for reading in reversed(saved)]
    history.close()


def test_a_label_racing_a_delete_leaves_no_husk(
    cassandra: RunningCassandra, own_session: Session, tmp_path: Path
) -> None:
    """Two processes, one deletes what the other labels: pages and totals show neither."""
    settings = cassandra.settings(tmp_path)
    here = open_store(settings)
    there = open_store(settings.model_copy(update={"outbox_file": tmp_path / "other.sqlite3"}))
    await_reachable(here)
    await_reachable(there)
    readings = [a_reading(str(number), embedding=()) for number in range(60)]
    for reading in readings:
        here.save(reading)
    assert here.flush(20)
    barrier = threading.Barrier(2)

    def delete_all() -> None:
        for reading in readings[::2]:
            barrier.wait()
            here.delete(reading.id)

    def label_all() -> None:
        for reading in readings[::2]:
            barrier.wait()
            there.label(reading.id, "8")

    threads = [threading.Thread(target=work) for work in (delete_all, label_all)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert here.flush(20)
    assert there.flush(20)
    husks = own_session.execute(f"SELECT id, text FROM {settings.cassandra_keyspace}.predictions")
    assert any(row.text is None for row in husks), "no label came late; the race was not run"
    expected = [reading.id for reading in readings[:0:-2]]
    for history in (here, there):
        assert ids_of(history) == expected
        assert history.page(filters=Filters(labelled=True)).items == ()
        assert history.page(filters=Filters(wrong=True)).items == ()
        assert history.summary().total == len(expected)
        assert history.summary().accuracy.labelled == 0
        assert [item.id for item in history.export()] == expected
        assert all(history.get(reading.id) is None for reading in readings[::2])
        history.close()
