"""Users, TLS, datacenters: with wrong settings, a sentence names the setting to check."""

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
from tests.db.conftest import wait_until_reachable
from tests.db.records import make_id, make_record

_TIMEOUT_SECONDS = 20

# When a cluster that is down is closed, the driver's scheduler may find its executor closed.
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]


@dataclass(frozen=True)
class SecuredCassandra:
    """A Cassandra that requires a password and a client certificate, and the settings for it."""

    running: RunningCassandra
    client: Certificate
    stranger: Certificate

    @property
    def settings(self) -> dict[str, object]:
        """The settings that are right for it."""
        return {
            "cassandra_username": "cassandra",
            "cassandra_password": "cassandra",
            "cassandra_tls_ca": self.client.authority,
            "cassandra_tls_certificate": self.client.certificate,
            "cassandra_tls_key": self.client.key,
        }


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredCassandra]:
    folder = tmp_path_factory.mktemp("secured")
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
                "keystore": str(sign(authority, "node").with_key_in_one_file()),
                "truststore": str(authority.certificate),
            },
        },
    )
    try:
        node.start()
    except CannotStartError as error:
        unavailable(f"Cassandra ({error})")
    yield SecuredCassandra(
        RunningCassandra((node.address,), node.port),
        client=sign(authority, "client"),
        stranger=make_authority(folder, "stranger"),
    )
    node.kill()


def test_user_and_client_certificate_give_access(secured: SecuredCassandra, tmp_path: Path) -> None:
    settings = secured.running.settings(tmp_path, **secured.settings)
    store = open_store(settings)
    wait_until_reachable(store)
    record = make_record("42")
    store.save(record)
    assert store.flush(20)
    assert store.get(record.id) == record
    store.close()


def test_all_other_settings_apply_too(secured: SecuredCassandra, tmp_path: Path) -> None:
    """Datacenter, keyspace, consistency, bucket width, shards and retention."""
    settings = secured.running.settings(
        tmp_path,
        **secured.settings,
        cassandra_datacenter="datacenter1",
        cassandra_keyspace="another_name",
        cassandra_consistency="ONE",
        history_bucket_minutes=20,
        history_shards=3,
        history_retention_days=2,
    )
    store = open_store(settings)
    wait_until_reachable(store)
    now = datetime.now(UTC)
    records = [
        make_record(str(number), id=make_id(now - timedelta(minutes=2.5 * number)))
        for number in range(48)
    ]
    for record in records:
        store.save(record)
    assert store.flush(20)
    assert [item.id for item in store.page().items] == [record.id for record in records]
    store.close()
    with Cluster(
        [secured.running.contact_points[0]],
        port=secured.running.port,
        protocol_version=5,
        auth_provider=PlainTextAuthProvider("cassandra", "cassandra"),
        ssl_context=tls_context(settings),
    ) as cluster:
        session = cluster.connect()
        columns = "bucket, shard, ttl(text) AS ttl"
        rows = list(session.execute(f"SELECT {columns} FROM another_name.predictions"))
    assert len(rows) == len(records)
    assert {row.bucket.minute % 20 for row in rows} == {0}
    assert {row.shard for row in rows} == {0, 1, 2}
    two_days = timedelta(days=2).total_seconds()
    assert all(two_days - 2.5 * 3600 < row.ttl <= two_days for row in rows)


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no TLS": (
        {"cassandra_tls_ca": None},
        "CASSANDRA_TLS_CA must be set to the PEM file of its authority.",
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
        "CASSANDRA_TLS_CA names /nowhere/ca.pem, which is not a readable PEM certificate",
    ),
    "no user": (
        {"cassandra_username": None},
        "Cassandra requires a user; set CASSANDRA_USERNAME and CASSANDRA_PASSWORD.",
    ),
    "wrong password": (
        {"cassandra_password": "guess"},
        "Cassandra does not accept the user 'cassandra'; "
        "check CASSANDRA_USERNAME and CASSANDRA_PASSWORD.",
    ),
    "wrong datacenter": (
        {"cassandra_datacenter": "atlantis"},
        "Cassandra has no datacenter 'atlantis'; set CASSANDRA_DATACENTER to datacenter1.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_setting_is_named_in_a_sentence(
    secured: SecuredCassandra, tmp_path: Path, case: str
) -> None:
    wrong, sentence = WRONG[case]
    settings = secured.settings | wrong
    for name, value in settings.items():
        if value == "stranger":
            part = "key" if name.endswith("key") else "certificate"
            settings[name] = getattr(secured.stranger, part)
    detail = _await_detail(secured.running, tmp_path, sentence, **settings)
    assert sentence in detail
    assert detail.endswith(".")
    assert "\n" not in detail


def test_tls_with_a_node_that_does_not_use_it_names_the_setting(
    cassandra: RunningCassandra, secured: SecuredCassandra, tmp_path: Path
) -> None:
    sentence = "does not speak TLS; remove CASSANDRA_TLS_CA"
    settings = {"cassandra_tls_ca": secured.client.authority}
    assert sentence in _await_detail(cassandra, tmp_path, sentence, **settings)


def test_too_few_replicas_for_the_consistency_names_the_setting(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    sentence = "Too few Cassandra nodes are up for CASSANDRA_CONSISTENCY=ALL (1 of 2"
    settings = {"cassandra_replication": 2, "cassandra_consistency": "ALL"}
    assert sentence in _await_detail(cassandra, tmp_path, sentence, **settings)


def _await_detail(
    running: RunningCassandra, folder: Path, expected: str, **settings: object
) -> str:
    """Return the detail of the health once it contains the expected text, or after a timeout.

    In all cases a saved prediction is queued and can be read.
    """
    store = open_store(running.settings(folder, **settings))
    record = make_record("7")
    store.save(record)
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while expected not in (detail := store.health().detail or "") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert store.health().outbox == 1
    assert store.page().items[0].id == record.id
    store.close()
    return detail
