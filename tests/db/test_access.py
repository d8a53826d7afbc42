"""Users, TLS, datacentres: a Cassandra that insists on them, and the setting to look at."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import Cluster

from db import open_store
from db.cassandra.errors import tls_context
from services.local_cassandra import CannotStartError
from tests.cassandra_fixture import UNFLUSHED_SCHEMA, RunningCassandra, short_lived_node
from tests.conftest import unavailable
from tests.db.certificates import Certificate, make_authority, sign
from tests.db.conftest import await_reachable
from tests.db.records import a_reading, id_of

_SECONDS = 20

# The driver's scheduler thread may find its executor closed when a cluster that is down is left.
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]


@dataclass(frozen=True)
class Guarded:
    """A Cassandra that lets in users with a password and a certificate only, and the way in."""

    running: RunningCassandra
    client: Certificate
    stranger: Certificate

    @property
    def way_in(self) -> dict[str, object]:
        """The settings that open it."""
        return {
            "cassandra_username": "cassandra",
            "cassandra_password": "cassandra",
            "cassandra_tls_ca": self.client.authority,
            "cassandra_tls_certificate": self.client.certificate,
            "cassandra_tls_key": self.client.key,
        }


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    authority = make_authority(folder, "authority")
    node = short_lived_node(
        folder / "node",
        UNFLUSHED_SCHEMA,
        options={
            "authenticator": {"class_name": "PasswordAuthenticator"},
            "authorizer": {"class_name": "CassandraAuthorizer"},
            "client_encryption_options": {
                "enabled": True,
                "require_client_auth": True,
                "ssl_context_factory": {
                    "class_name": "org.apache.cassandra.security.PEMBasedSslContextFactory"
                },
                "keystore": str(sign(authority, "node").in_one_file()),
                "truststore": str(authority.certificate),
            },
        },
    )
    try:
        node.start()
    except CannotStartError as error:
        unavailable(f"Cassandra ({error})")
    yield Guarded(
        RunningCassandra((node.address,), node.port),
        client=sign(authority, "client"),
        stranger=make_authority(folder, "stranger"),
    )
    node.kill()


def test_with_user_and_certificate_it_is_kept_there(guarded: Guarded, tmp_path: Path) -> None:
    settings = guarded.running.settings(tmp_path, **guarded.way_in)
    history = open_store(settings)
    await_reachable(history)
    reading = a_reading("42")
    history.save(reading)
    assert history.flush(20)
    assert history.get(reading.id) == reading
    history.close()


def test_every_other_setting_holds_there_too(guarded: Guarded, tmp_path: Path) -> None:
    """Datacentre, keyspace, consistency, bucket width, shards and retention."""
    settings = guarded.running.settings(
        tmp_path,
        **guarded.way_in,
        cassandra_datacenter="datacenter1",
        cassandra_keyspace="its_own_name",
        cassandra_consistency="ONE",
        history_bucket_minutes=20,
        history_shards=3,
        history_retention_days=2,
    )
    history = open_store(settings)
    await_reachable(history)
    now = datetime.now(UTC)
    readings = [
        a_reading(str(number), id=id_of(now - timedelta(minutes=2.5 * number)))
        for number in range(48)
    ]
    for reading in readings:
        history.save(reading)
    assert history.flush(20)
    assert [item.id for item in history.page().items] == [reading.id for reading in readings]
    history.close()
    with Cluster(
        [guarded.running.contact_points[0]],
        port=guarded.running.port,
        protocol_version=5,
        auth_provider=PlainTextAuthProvider("cassandra", "cassandra"),
        ssl_context=tls_context(settings),
    ) as cluster:
        session = cluster.connect()
        columns = "bucket, shard, ttl(text) AS ttl"
        rows = list(session.execute(f"SELECT {columns} FROM its_own_name.predictions"))
    assert len(rows) == len(readings)
    assert {row.bucket.minute % 20 for row in rows} == {0}
    assert {row.shard for row in rows} == {0, 1, 2}
    two_days = timedelta(days=2).total_seconds()
    assert all(two_days - 2.5 * 3600 < row.ttl <= two_days for row in rows)


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no TLS": (
        {"cassandra_tls_ca": None},
        "speaks TLS only; set CASSANDRA_TLS_CA to the PEM file of its authority.",
    ),
    "no certificate": (
        {"cassandra_tls_certificate": None, "cassandra_tls_key": None},
        "set CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY.",
    ),
    "another authority": (
        {"cassandra_tls_ca": "stranger"},
        "was not signed by the authority in CASSANDRA_TLS_CA",
    ),
    "another authority's certificate": (
        {"cassandra_tls_certificate": "stranger", "cassandra_tls_key": "stranger"},
        "check CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY",
    ),
    "no such file": (
        {"cassandra_tls_ca": Path("/nowhere/ca.pem")},
        "CASSANDRA_TLS_CA names /nowhere/ca.pem, which is no readable PEM certificate",
    ),
    "no user": (
        {"cassandra_username": None},
        "Cassandra asks for a user; set CASSANDRA_USERNAME and CASSANDRA_PASSWORD.",
    ),
    "wrong password": (
        {"cassandra_password": "guess"},
        "Cassandra does not let the user 'cassandra' in; "
        "check CASSANDRA_USERNAME and CASSANDRA_PASSWORD.",
    ),
    "wrong datacentre": (
        {"cassandra_datacenter": "atlantis"},
        "Cassandra has no datacentre 'atlantis'; set CASSANDRA_DATACENTER to datacenter1.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_names_the_setting(guarded: Guarded, tmp_path: Path, case: str) -> None:
    wrong, sentence = WRONG[case]
    settings = guarded.way_in | wrong
    for name, value in settings.items():
        if value == "stranger":
            part = "key" if name.endswith("key") else "certificate"
            settings[name] = getattr(guarded.stranger, part)
    detail = _detail_of(guarded.running, tmp_path, sentence, **settings)
    assert sentence in detail
    assert detail.endswith(".")
    assert "\n" not in detail


def test_tls_where_there_is_none(
    cassandra: RunningCassandra, guarded: Guarded, tmp_path: Path
) -> None:
    sentence = "does not speak TLS; take CASSANDRA_TLS_CA back"
    settings = {"cassandra_tls_ca": guarded.client.authority}
    assert sentence in _detail_of(cassandra, tmp_path, sentence, **settings)


def test_too_few_copies_for_the_consistency(cassandra: RunningCassandra, tmp_path: Path) -> None:
    sentence = "Too few Cassandra nodes are up for CASSANDRA_CONSISTENCY=ALL (1 of 2"
    settings = {"cassandra_replication": 2, "cassandra_consistency": "ALL"}
    assert sentence in _detail_of(cassandra, tmp_path, sentence, **settings)


def _detail_of(running: RunningCassandra, folder: Path, expected: str, **settings: object) -> str:
    """The health's sentence once it is the one expected, or what it says instead after a while.

    Meanwhile readings wait and can be read.
    """
    history = open_store(running.settings(folder, **settings))
    reading = a_reading("7")
    history.save(reading)
    deadline = time.monotonic() + _SECONDS
    while expected not in (detail := history.health().detail or "") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert history.health().outbox == 1
    assert history.page().items[0].id == reading.id
    history.close()
    return detail
