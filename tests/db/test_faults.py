"""Nodes, Cassandra and the app fail while predictions are saved: none is lost."""

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

from db import CountResult, Filters, Store, StoreUnavailableError, open_store
from services.local_cassandra import CannotStartError, LocalCassandra, fetch_jars, find_java
from tests.cassandra_fixture import (
    SHORT_LIVED,
    UNFLUSHED_SCHEMA,
    RunningCassandra,
    new_keyspace,
    short_lived_node,
)
from tests.conftest import unavailable
from tests.db.conftest import wait_until_reachable
from tests.db.records import DRAWING, all_ids, make_record
from tools.dev_server import free_port, running_server

TIMEOUT_SECONDS = 60

# When a cluster that is down is closed, the driver's scheduler may find its executor closed.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture(scope="session")
def java_and_jars() -> None:
    """What is needed to start a Cassandra for one test."""
    try:
        find_java()
        fetch_jars()
    except CannotStartError as error:
        unavailable(f"a Cassandra for one test ({error})")


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
def test_no_prediction_is_lost_when_one_of_three_nodes_fails(
    three_nodes: list[LocalCassandra], tmp_path: Path
) -> None:
    """2,000 saves at quorum while a node is killed: no page fails, and the node catches up."""
    settings = RunningCassandra(
        ("127.0.0.1", "127.0.0.2", "127.0.0.3"), three_nodes[0].port
    ).settings(tmp_path, cassandra_replication=3, cassandra_consistency="LOCAL_QUORUM")
    wait_for_ring(three_nodes)
    store = open_store(settings)
    wait_until_reachable(store)
    records = [make_record(str(number), embedding=()) for number in range(2000)]
    killed = threading.Event()

    def save_all() -> None:
        for number, record in enumerate(records):
            if number == 700:
                three_nodes[1].kill()
                killed.set()
            store.save(record)
            time.sleep(0.002)

    wait_for_quick_pages(store)
    saving = threading.Thread(target=save_all)
    saving.start()
    pages_after = 0
    while saving.is_alive() or pages_after <= 10:
        began = time.monotonic()
        page = store.page(50)
        assert page.complete, store.health()
        assert time.monotonic() - began < 2
        pages_after += killed.is_set()
    saving.join()
    assert store.flush(TIMEOUT_SECONDS)
    expected = [record.id for record in reversed(records)]
    assert all_ids(store) == expected

    three_nodes[1].start()
    wait_for_hints(three_nodes[0], three_nodes[2])
    repair_replicas(three_nodes[0], settings.cassandra_keyspace)
    store.close()
    for other in (three_nodes[0], three_nodes[2]):
        other.kill()
    assert ids_on(three_nodes[1], settings.cassandra_keyspace) == set(expected)


def wait_for_quick_pages(store: Store) -> None:
    """Return when pages are quick: nodes that have just started are slow."""
    quick = 0
    while quick < 10:
        began = time.monotonic()
        complete = store.page(50).complete
        quick = quick + 1 if complete and time.monotonic() - began < 0.2 else 0


def wait_for_ring(nodes: list[LocalCassandra]) -> None:
    """Return when every node knows all others."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    for node in nodes:
        with Cluster([node.address], port=node.port, protocol_version=5) as cluster:
            session = cluster.connect()
            while len(list(session.execute("SELECT peer FROM system.peers_v2"))) < len(nodes) - 1:
                assert time.monotonic() < deadline
                time.sleep(0.1)


def wait_for_hints(*nodes: LocalCassandra) -> None:
    """Return when these nodes have sent the writes that another node missed."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while any(list((node.folder / "data" / "hints").glob("*.hints")) for node in nodes):
        assert time.monotonic() < deadline, "the hints were not delivered"
        time.sleep(0.2)


def repair_replicas(node: LocalCassandra, keyspace: str) -> None:
    """Read all replicas of all rows: repairs what a killed node had confirmed but not logged."""
    with Cluster([node.address], port=node.port, protocol_version=5) as cluster:
        every = SimpleStatement(
            f"SELECT * FROM {keyspace}.predictions",
            consistency_level=ConsistencyLevel.ALL,
            fetch_size=200,
        )
        assert sum(1 for _ in cluster.connect().execute(every, timeout=30)) == 2000


def ids_on(node: LocalCassandra, keyspace: str) -> set[UUID]:
    """Return the ids on the disk of this node; the others are down."""
    profile = ExecutionProfile(
        load_balancing_policy=WhiteListRoundRobinPolicy([node.address]),
        consistency_level=ConsistencyLevel.ONE,
        request_timeout=30,
    )
    deadline = time.monotonic() + TIMEOUT_SECONDS
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
        except (DriverException, NoHostAvailable):  # until it has noticed that the others are down
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


@pytest.fixture
def own_node(tmp_path: Path, java_and_jars: None) -> Iterator[LocalCassandra]:  # noqa: ARG001
    """A node for one test, not started."""
    node = short_lived_node(tmp_path / "node", UNFLUSHED_SCHEMA)
    yield node
    node.kill()


@pytest.mark.long
def test_predictions_survive_a_kill_of_the_app_while_cassandra_is_away(
    own_node: LocalCassandra, tmp_path: Path
) -> None:
    """500 predictions over HTTP, then SIGKILL: each is there once when both are back."""
    settings = {
        "CASSANDRA_CONTACT_POINTS": own_node.address,
        "CASSANDRA_PORT": str(own_node.port),
        "CASSANDRA_KEYSPACE": new_keyspace(),
    }
    with ExitStack() as stack:
        server = stack.enter_context(running_server(tmp_path, settings))
        with httpx.Client(base_url=server.url) as client, ThreadPoolExecutor(4) as pool:

            def post(_: int) -> str:
                response = client.post("/api/strokes", json=DRAWING)
                assert response.status_code == 200, response.text
                return str(response.json()["id"])

            confirmed = set(pool.map(post, range(500)))
        server.kill()
        assert len(confirmed) == 500

        server = stack.enter_context(running_server(tmp_path, settings))
        ready = httpx.get(f"{server.url}/api/health/ready").json()
        assert ready["history"]["outbox"] == 500, ready
        own_node.start()
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while httpx.get(f"{server.url}/api/health/ready").json()["history"]["outbox"]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with Cluster([own_node.address], port=own_node.port, protocol_version=5) as cluster:
            rows = cluster.connect(settings["CASSANDRA_KEYSPACE"]).execute(
                "SELECT id FROM predictions"
            )
            stored = [str(row.id) for row in rows]
    assert len(stored) == 500
    assert set(stored) == confirmed


@pytest.mark.long
@pytest.mark.usefixtures("java_and_jars")
def test_writes_that_cassandra_lost_in_a_power_cut_are_sent_again(tmp_path: Path) -> None:
    """Cassandra confirms 100 predictions and a label, and loses its commit log."""
    node = short_lived_node(tmp_path / "node")
    node.start()
    settings = RunningCassandra((node.address,), node.port).settings(tmp_path)
    store = open_store(settings)
    try:
        wait_until_reachable(store)
        records = [make_record(str(number)) for number in range(100)]
        for record in records:
            store.save(record)
        assert store.flush(TIMEOUT_SECONDS)
        store.label(records[7].id, "9", "Ada")
        assert store.flush(TIMEOUT_SECONDS)
        node.kill()
        for log in (node.folder / "data" / "commitlog").iterdir():
            log.unlink()
        node.start()
        wait_until_reachable(store)
        assert store.flush(TIMEOUT_SECONDS)
        with Cluster([node.address], port=node.port, protocol_version=5) as cluster:
            session = cluster.connect(settings.cassandra_keyspace)
            rows = session.execute("SELECT id, label FROM predictions")
            labels = {row.id: row.label for row in rows}
    finally:
        store.close()
        node.kill()
    assert labels == {record.id: "9" if record is records[7] else None for record in records}


@pytest.mark.long
def test_every_request_is_answered_while_cassandra_is_paused(
    own_node: LocalCassandra, tmp_path: Path
) -> None:
    """Cassandra is paused for 20 s: every request is answered within 2 s, and all saves arrive."""
    own_node.start()
    store = open_store(RunningCassandra((own_node.address,), own_node.port).settings(tmp_path))
    wait_until_reachable(store)
    first = make_record("1")
    store.save(first)
    assert store.flush(20)
    saved = [first]
    slowest = 0.0
    sentences = set()
    own_node.pause()
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            saved.append(make_record(str(len(saved))))
            for request in (
                lambda: store.save(saved[-1]),
                lambda: store.page(20),
                lambda: store.page(20, filters=Filters(digit=random.randrange(10), owner="ada")),
                lambda: store.get(saved[-1].id),
                lambda: store.get(first.id),
                lambda: store.count(Filters(owner="ada"), seconds=0.4),
                store.count,
                lambda: store.label(first.id, "1"),
                store.summary,
                store.health,
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
    wait_until_reachable(store)
    assert store.flush(30)
    assert all_ids(store) == [record.id for record in reversed(saved)]
    store.close()


def test_a_label_that_arrives_after_a_deletion_is_not_shown(
    cassandra: RunningCassandra, cql: Session, tmp_path: Path
) -> None:
    """One process deletes what another labels: pages, counts and statistics show neither."""
    settings = cassandra.settings(tmp_path)
    store = open_store(settings)
    other = open_store(settings.model_copy(update={"outbox_file": tmp_path / "other.sqlite3"}))
    wait_until_reachable(store)
    wait_until_reachable(other)
    records = [make_record(str(number), embedding=()) for number in range(60)]
    for record in records:
        store.save(record)
    assert store.flush(20)
    barrier = threading.Barrier(2)

    def delete_all() -> None:
        for record in records[::2]:
            barrier.wait()
            store.delete(record.id)

    def label_all() -> None:
        for record in records[::2]:
            barrier.wait()
            other.label(record.id, "8")

    threads = [threading.Thread(target=work) for work in (delete_all, label_all)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.flush(20)
    assert other.flush(20)
    rows = cql.execute(f"SELECT id, text FROM {settings.cassandra_keyspace}.predictions")
    assert any(row.text is None for row in rows), "no label came after its deletion"
    expected = [record.id for record in records[:0:-2]]
    for each in (store, other):
        assert all_ids(each) == expected
        assert each.count() == CountResult(len(expected))
        assert each.page(filters=Filters(labelled=True)).items == ()
        assert each.page(filters=Filters(wrong=True)).items == ()
        assert each.summary().total == len(expected)
        assert each.summary().accuracy.labelled == 0
        assert [item.id for item in each.export()] == expected
        assert all(each.get(record.id) is None for record in records[::2])
        each.close()
