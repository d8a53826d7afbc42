"""Makes and migrates the keyspace; any number of processes may do so at once."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_OID, uuid4, uuid5

from cassandra import ConsistencyLevel
from cassandra.cluster import Cluster, ResultSet, Session
from cassandra.pool import Host
from cassandra.query import SimpleStatement

from core.settings import Settings

_SCRIPT = Path(__file__).with_name("schema.cql")
_LOCK_SECONDS = 60
_AGREEMENT_SECONDS = 30.0  # of all nodes on the schema
_LOCK_PAUSE_SECONDS = 0.2
_REQUEST_SECONDS = 10.0
_PATIENCE_SECONDS = 120
_VECTOR_STEP = 2

_LAYOUT = """
CREATE TABLE IF NOT EXISTS layout (name text PRIMARY KEY, value text) WITH id = {id:layout}
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the keyspace was made with, and every process has to go by."""

    bucket_minutes: int
    has_vectors: bool


def prepare_keyspace(session: Session, settings: Settings, datacenter: str) -> Layout:
    """Make the keyspace and run the steps it lacks.

    Whoever holds the lock row runs the steps, the others wait for them. Raises TimeoutError where
    a step has not come to an end within two minutes.
    """
    keyspace = _Keyspace(session, settings.cassandra_keyspace)
    keyspace.make(datacenter, settings.cassandra_replication)
    minutes = keyspace.settle("bucket_minutes", str(settings.history_bucket_minutes))
    similar = keyspace.settle("similar", "on" if settings.history_similar else "off")
    layout = Layout(int(minutes), similar == "on")
    steps = read_steps()
    if not layout.has_vectors:
        steps[_VECTOR_STEP - 1] = []
    _run_steps(keyspace, steps)
    return layout


def read_steps() -> list[list[str]]:
    """The statements of schema.cql, a list for every step."""
    script = _SCRIPT.read_text(encoding="utf-8")
    _, *steps = re.split(r"^-- step \d+:.*$", script, flags=re.MULTILINE)
    without_comments = (re.sub(r"--.*$", "", step, flags=re.MULTILINE) for step in steps)
    return [
        [statement.strip() for statement in step.split(";") if statement.strip()]
        for step in without_comments
    ]


class _Keyspace:
    """A keyspace and its `layout` table: names and values that all processes agree on."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self.name = name

    def make(self, datacenter: str, replication: int) -> None:
        """Create the keyspace and its layout table where they are not there."""
        known = self._session.cluster.metadata.keyspaces.get(self.name)
        if known is None:
            self._session.execute(
                f"CREATE KEYSPACE IF NOT EXISTS {self.name} WITH replication = "
                f"{{'class': 'NetworkTopologyStrategy', '{datacenter}': {replication}}}"
            )
        if known is None or "layout" not in known.tables:
            self.run(_LAYOUT)

    def run(self, statement: str, host: Host | None = None) -> None:
        """Run a statement of the schema, on one host where there is one given."""

        def table_id(name: re.Match[str]) -> str:
            return str(uuid5(NAMESPACE_OID, f"{self.name}.{name[1]}"))

        statement = re.sub(r"{id:(\w+)}", table_id, statement)
        self._execute(statement, timeout=_AGREEMENT_SECONDS, host=host)

    def run_all(self, statements: Sequence[str]) -> None:
        """Run statements of the schema; returns when all nodes agree on it."""
        with _agreed_at_the_end(self._session.cluster, self.name) as host:
            for statement in statements:
                self.run(statement, host)

    def value(self, name: str) -> str | None:
        """The value kept under that name."""
        row = self._execute(
            "SELECT value FROM layout WHERE name = %s", name, consistency=ConsistencyLevel.SERIAL
        ).one()
        return None if row is None else str(row[0])

    def settle(self, name: str, value: str) -> str:
        """The value of that name for good: this one, unless another was there first."""
        kept = self.value(name)
        if kept is None:
            self._execute(
                "INSERT INTO layout (name, value) VALUES (%s, %s) IF NOT EXISTS", name, value
            )
            kept = self.value(name)
        return kept or value

    def write(self, name: str, value: str) -> None:
        """Keep a value that only the holder of the lock changes."""
        self._execute("INSERT INTO layout (name, value) VALUES (%s, %s)", name, value)

    def lock(self, holder: str) -> bool:
        """Whether the holder has the lock now; it falls back by itself after a minute."""
        answer = self._execute(
            "INSERT INTO layout (name, value) VALUES ('lock', %s) "
            f"IF NOT EXISTS USING TTL {_LOCK_SECONDS}",
            holder,
        )
        return bool(answer.was_applied)

    def unlock(self, holder: str) -> None:
        """Give the lock back."""
        self._execute("DELETE FROM layout WHERE name = 'lock' IF value = %s", holder)

    def _execute(
        self,
        query: str,
        *values: str,
        timeout: float = _REQUEST_SECONDS,
        consistency: int | None = None,
        host: Host | None = None,
    ) -> ResultSet:
        statement = SimpleStatement(query, keyspace=self.name, consistency_level=consistency)
        return self._session.execute(statement, values or None, timeout=timeout, host=host)


@contextmanager
def _agreed_at_the_end(cluster: Cluster, keyspace: str) -> Iterator[Host | None]:
    """A host that runs statements on a keyspace's schema without the others' agreement on each.

    It knows itself what it has done; the others say so with their gossip, once a second.
    """
    patience = cluster.max_schema_agreement_wait
    cluster.max_schema_agreement_wait = 0
    try:
        yield cluster.get_control_connection_host()
    finally:
        cluster.max_schema_agreement_wait = patience
    cluster.refresh_keyspace_metadata(keyspace, max_schema_agreement_wait=_AGREEMENT_SECONDS)


def _run_steps(keyspace: _Keyspace, steps: Sequence[Sequence[str]]) -> None:
    me = str(uuid4())
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while int(keyspace.value("version") or 0) < len(steps):
        if not keyspace.lock(me):
            if time.monotonic() > deadline:
                raise TimeoutError("another process has been changing the schema for two minutes")
            time.sleep(_LOCK_PAUSE_SECONDS)
            continue
        try:
            done = int(keyspace.value("version") or 0)
            keyspace.run_all([statement for step in steps[done:] for statement in step])
            keyspace.write("version", str(len(steps)))
        finally:
            keyspace.unlock(me)
