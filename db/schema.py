"""Makes and migrates the keyspace; any number of processes may do so at once."""

import re
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import NAMESPACE_OID, uuid4, uuid5

from cassandra import ConsistencyLevel
from cassandra.cluster import Session
from cassandra.query import SimpleStatement

from settings import Settings

_SCRIPT = Path(__file__).with_name("schema.cql")
_LOCK_SECONDS = 60
_PATIENCE_SECONDS = 120
_VECTOR_STEP = 2

_LAYOUT = """
CREATE TABLE IF NOT EXISTS layout (name text PRIMARY KEY, value text) WITH id = {id:layout}
"""


class Layout:
    """What the keyspace was made with, and every process has to go by."""

    def __init__(self, bucket_minutes: int, has_vectors: bool) -> None:
        self.bucket_minutes = bucket_minutes
        self.has_vectors = has_vectors


def prepare_keyspace(session: Session, settings: Settings, datacenter: str) -> Layout:
    """Make the keyspace and run the steps it lacks, then make it the session's own.

    Whoever holds the lock row runs the steps, the others wait for them. Raises TimeoutError where
    a step has not come to an end within two minutes.
    """
    keyspace = settings.cassandra_keyspace
    if keyspace not in session.cluster.metadata.keyspaces:
        session.execute(
            f"CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = "
            f"{{'class': 'NetworkTopologyStrategy', '{datacenter}': "
            f"{settings.cassandra_replication}}}"
        )
    session.set_keyspace(keyspace)
    if _value(session, "bucket_minutes", missing_table=True) is None:
        _run(session, keyspace, _LAYOUT)
    bucket_minutes = _settle(session, "bucket_minutes", str(settings.history_bucket_minutes))
    has_vectors = _settle(session, "similar", "on" if settings.history_similar else "off")
    _run_steps(session, keyspace, read_steps(), skip=() if has_vectors == "on" else (_VECTOR_STEP,))
    return Layout(int(bucket_minutes), has_vectors == "on")


def read_steps() -> list[list[str]]:
    """The statements of schema.cql, a list for every step."""
    script = _SCRIPT.read_text(encoding="utf-8")
    _, *steps = re.split(r"^-- step \d+:.*$", script, flags=re.MULTILINE)
    without_comments = (re.sub(r"--.*$", "", step, flags=re.MULTILINE) for step in steps)
    return [
        [statement.strip() for statement in step.split(";") if statement.strip()]
        for step in without_comments
    ]


def _run_steps(
    session: Session, keyspace: str, steps: Sequence[Sequence[str]], skip: Sequence[int]
) -> None:
    me = str(uuid4())
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (done := int(_value(session, "version") or 0)) < len(steps):
        if not _take_lock(session, me):
            if time.monotonic() > deadline:
                raise TimeoutError("another process has been changing the schema for two minutes")
            time.sleep(0.2)
            continue
        try:
            done = int(_value(session, "version") or 0)
            for number, statements in enumerate(steps[done:], done + 1):
                for statement in statements if number not in skip else ():
                    _run(session, keyspace, statement)
                session.execute(
                    "INSERT INTO layout (name, value) VALUES ('version', %s)", (str(number),)
                )
        finally:
            session.execute("DELETE FROM layout WHERE name = 'lock' IF value = %s", (me,))


def _run(session: Session, keyspace: str, statement: str) -> None:
    def table_id(name: re.Match[str]) -> str:
        return str(uuid5(NAMESPACE_OID, f"{keyspace}.{name[1]}"))

    # The driver waits until all nodes agree on the schema before it returns.
    session.execute(re.sub(r"{id:(\w+)}", table_id, statement), timeout=_LOCK_SECONDS / 2)


def _take_lock(session: Session, me: str) -> bool:
    claim = (
        "INSERT INTO layout (name, value) VALUES ('lock', %s) "
        f"IF NOT EXISTS USING TTL {_LOCK_SECONDS}"
    )
    return bool(session.execute(claim, (me,)).was_applied)


def _settle(session: Session, name: str, value: str) -> str:
    """The value of that name: this one, unless another was there first."""
    kept = _value(session, name)
    if kept is None:
        session.execute(
            "INSERT INTO layout (name, value) VALUES (%s, %s) IF NOT EXISTS", (name, value)
        )
        kept = _value(session, name)
    return kept or value


def _value(session: Session, name: str, *, missing_table: bool = False) -> str | None:
    keyspace = session.cluster.metadata.keyspaces.get(session.keyspace)
    if missing_table and (keyspace is None or "layout" not in keyspace.tables):
        return None
    query = SimpleStatement(
        "SELECT value FROM layout WHERE name = %s", consistency_level=ConsistencyLevel.SERIAL
    )
    row = session.execute(query, (name,)).one()
    return None if row is None else str(row[0])
