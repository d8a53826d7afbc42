"""Create and migrate the keyspace; any number of processes may do so at the same time."""

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
_TIMEOUT_SECONDS = 120
_VECTOR_STEP = 2

_CREATE_LAYOUT = """
CREATE TABLE IF NOT EXISTS layout (name text PRIMARY KEY, value text) WITH id = {id:layout}
"""


@dataclass(frozen=True, slots=True)
class KeyspaceLayout:
    """Settings the keyspace was created with, which every process has to follow."""

    bucket_minutes: int
    has_vectors: bool


def prepare_keyspace(session: Session, settings: Settings, datacenter: str) -> KeyspaceLayout:
    """Create the keyspace, and run the schema steps it does not have yet.

    One process holds a lock row and runs the steps; the others wait. Raises TimeoutError if that
    takes longer than two minutes.
    """
    keyspace = _Keyspace(session, settings.cassandra_keyspace)
    keyspace.create(datacenter, settings.cassandra_replication)
    minutes = keyspace.get_or_set("bucket_minutes", str(settings.history_bucket_minutes))
    similar = keyspace.get_or_set("similar", "on" if settings.history_similar else "off")
    layout = KeyspaceLayout(int(minutes), similar == "on")
    steps = read_steps()
    if not layout.has_vectors:
        steps[_VECTOR_STEP - 1] = []
    _run_steps(keyspace, steps)
    return layout


def read_steps() -> list[list[str]]:
    """Return the statements of schema.cql, a list for each step."""
    script = _SCRIPT.read_text(encoding="utf-8")
    _, *steps = re.split(r"^-- step \d+:.*$", script, flags=re.MULTILINE)
    without_comments = (re.sub(r"--.*$", "", step, flags=re.MULTILINE) for step in steps)
    return [
        [statement.strip() for statement in step.split(";") if statement.strip()]
        for step in without_comments
    ]


class _Keyspace:
    """A keyspace and its `layout` table: named values that all processes agree on."""

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self.name = name

    def create(self, datacenter: str, replication: int) -> None:
        """Create the keyspace and its layout table unless they exist."""
        existing = self._session.cluster.metadata.keyspaces.get(self.name)
        if existing is None:
            self._session.execute(
                f"CREATE KEYSPACE IF NOT EXISTS {self.name} WITH replication = "
                f"{{'class': 'NetworkTopologyStrategy', '{datacenter}': {replication}}}"
            )
        if existing is None or "layout" not in existing.tables:
            self.run(_CREATE_LAYOUT)

    def run(self, statement: str, host: Host | None = None) -> None:
        """Run a schema statement, on the given host if there is one."""

        def table_id(name: re.Match[str]) -> str:
            return str(uuid5(NAMESPACE_OID, f"{self.name}.{name[1]}"))

        statement = re.sub(r"{id:(\w+)}", table_id, statement)
        self._execute(statement, timeout=_AGREEMENT_SECONDS, host=host)

    def run_all(self, statements: Sequence[str]) -> None:
        """Run schema statements; return when all nodes agree on the schema."""
        with _deferred_schema_agreement(self._session.cluster, self.name) as host:
            for statement in statements:
                self.run(statement, host)

    def get(self, name: str) -> str | None:
        """Return the value with that name, or None."""
        row = self._execute(
            "SELECT value FROM layout WHERE name = %s", name, consistency=ConsistencyLevel.SERIAL
        ).one()
        return None if row is None else str(row[0])

    def get_or_set(self, name: str, value: str) -> str:
        """Return the value with that name; if there is none, set it to `value` permanently."""
        existing = self.get(name)
        if existing is None:
            self._execute(
                "INSERT INTO layout (name, value) VALUES (%s, %s) IF NOT EXISTS", name, value
            )
            # Another process may have been first.
            existing = self.get(name)
        return existing or value

    def set(self, name: str, value: str) -> None:
        """Set a value; only for the holder of the lock."""
        self._execute("INSERT INTO layout (name, value) VALUES (%s, %s)", name, value)

    def lock(self, holder: str) -> bool:
        """Try to take the lock, which expires after a minute; return whether that succeeded."""
        result = self._execute(
            "INSERT INTO layout (name, value) VALUES ('lock', %s) "
            f"IF NOT EXISTS USING TTL {_LOCK_SECONDS}",
            holder,
        )
        return bool(result.was_applied)

    def unlock(self, holder: str) -> None:
        """Release the lock."""
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
def _deferred_schema_agreement(cluster: Cluster, keyspace: str) -> Iterator[Host | None]:
    """Yield a host for schema statements; wait for the agreement of all nodes only at the end.

    Nodes agree by gossip, once a second, which would add a second to every statement. The one host
    that runs them all knows its own schema.
    """
    wait = cluster.max_schema_agreement_wait
    cluster.max_schema_agreement_wait = 0
    try:
        yield cluster.get_control_connection_host()
    finally:
        cluster.max_schema_agreement_wait = wait
    cluster.refresh_keyspace_metadata(keyspace, max_schema_agreement_wait=_AGREEMENT_SECONDS)


def _run_steps(keyspace: _Keyspace, steps: Sequence[Sequence[str]]) -> None:
    holder = str(uuid4())
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while int(keyspace.get("version") or 0) < len(steps):
        if not keyspace.lock(holder):
            if time.monotonic() > deadline:
                raise TimeoutError("another process has been changing the schema for two minutes")
            time.sleep(_LOCK_PAUSE_SECONDS)
            continue
        try:
            done = int(keyspace.get("version") or 0)
            keyspace.run_all([statement for step in steps[done:] for statement in step])
            keyspace.set("version", str(len(steps)))
        finally:
            keyspace.unlock(holder)
