"""The connection to Cassandra: opened in the background, monitored, and reopened."""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from cassandra import ConsistencyLevel, OperationTimedOut
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import (
    EXEC_PROFILE_DEFAULT,
    Cluster,
    ExecutionProfile,
    NoHostAvailable,
    ResponseFuture,
    Session,
)
from cassandra.policies import (
    ConstantSpeculativeExecutionPolicy,
    DCAwareRoundRobinPolicy,
    ExponentialReconnectionPolicy,
    TokenAwarePolicy,
)
from cassandra.query import (
    BatchStatement,
    BatchType,
    PreparedStatement,
    Statement,
    tuple_factory,
)

from core.settings import Settings
from db.cassandra.errors import FAILURES, CassandraUnavailableError, explain, is_outage, tls_context
from db.cassandra.schema import KeyspaceLayout, prepare_keyspace

READ_PROFILE = EXEC_PROFILE_DEFAULT
WRITE_PROFILE = "write"
SCAN_PROFILE = "scan"
NEAREST = "nearest"

REQUEST_SECONDS = 1.4  # of a read that a user waits for
_WRITE_SECONDS = 5.0
_BATCHES_IN_FLIGHT = 4  # few, so that a slow Cassandra answers each within its timeout
_SCAN_SECONDS = 30.0
_SPECULATION_SECONDS = 0.25  # then the driver also sends a read to another node
_PROBE_SECONDS = 1.0
_PROBE_INTERVAL_SECONDS = 0.25
_CONNECT_SECONDS = 5.0
_BACK_OFF_SECONDS = (0.25, 10.0)
_RECONNECT_SECONDS = 5.0  # without an answer until the contact points are resolved again

_log = logging.getLogger(__name__)
# The driver logs every attempt with a traceback; this module logs one sentence instead.
logging.getLogger("cassandra").setLevel(logging.CRITICAL)

Row = tuple[Any, ...]
Request = tuple[PreparedStatement, Sequence[Any]]
Batch = Sequence[Request]  # writes of one partition, which Cassandra applies as one mutation


@dataclass(frozen=True, slots=True)
class _OpenConnection:
    """A connected session and the statements that were prepared on it."""

    cluster: Cluster
    session: Session
    layout: KeyspaceLayout
    statements: dict[str, PreparedStatement]


class CassandraConnection:
    """The session of this process, whether Cassandra is reachable, and if not, why.

    A thread connects with back-off for as long as it takes. After a request without an answer,
    further requests fail at once until a small probe is answered: callers do not wait for timeouts.
    """

    def __init__(self, settings: Settings, on_reachable: Callable[[], None]) -> None:
        self._settings = settings
        self._on_reachable = on_reachable
        self._open: _OpenConnection | None = None
        self._error: str | None = "Connecting to Cassandra."
        # `Session.prepare` always waits up to ten seconds; the future of a pool has a timeout.
        self._prepare_pool = ThreadPoolExecutor(2, "cassandra prepare")
        self._closing = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cassandra", daemon=True)

    def start(self) -> None:
        """Start connecting."""
        self._thread.start()

    @property
    def is_reachable(self) -> bool:
        """Whether requests are sent; they may still fail."""
        return self._open is not None and self._error is None

    @property
    def error(self) -> str | None:
        """Why Cassandra is not reachable, as a sentence; None if it is."""
        return self._error

    @property
    def layout(self) -> KeyspaceLayout:
        """The layout of the keyspace. Raises CassandraUnavailableError if it is not reachable."""
        return self._require_open().layout

    def execute(
        self, *requests: Request, profile: object = READ_PROFILE, seconds: float = REQUEST_SECONDS
    ) -> list[list[Row]]:
        """Send requests in parallel; return the rows of each. Raises CassandraUnavailableError."""
        return list(self.execute_async(*requests, profile=profile, seconds=seconds))

    def execute_async(
        self, *requests: Request, profile: object = READ_PROFILE, seconds: float = REQUEST_SECONDS
    ) -> Iterator[list[Row]]:
        """Send requests in parallel; yield the rows of each, waiting when consumed."""
        session = self._require_open().session
        try:
            if seconds <= 0:
                raise OperationTimedOut()
            futures = [
                session.execute_async(statement, values, timeout=seconds, execution_profile=profile)
                for statement, values in requests
            ]
        except FAILURES as error:
            raise self._handle(error) from error

        return self._results(futures)

    def write_batches(self, batches: Sequence[Batch]) -> list[Exception | None]:
        """Write batches; return for each None or the error of all its rows. Never raises."""
        try:
            session = self._require_open().session
        except CassandraUnavailableError as error:
            return [error] * len(batches)
        errors: list[Exception | None] = []
        in_flight: deque[ResponseFuture] = deque()
        for batch in batches:
            if len(in_flight) == _BATCHES_IN_FLIGHT:
                errors.append(_error_of(in_flight.popleft()))
            in_flight.append(
                session.execute_async(_to_statement(batch), execution_profile=WRITE_PROFILE)
            )
        errors += map(_error_of, in_flight)
        outage = next((error for error in errors if error is not None and is_outage(error)), None)
        if outage is not None:
            self._handle(outage)
        return errors

    def prepare(self, query: str) -> PreparedStatement:
        """Return the prepared query; `keyspace.` in it stands for the keyspace of the settings.

        All statements may be executed twice without harm, so the driver may retry them.
        """
        connection = self._require_open()
        prepared = connection.statements.get(query)
        if prepared is None:
            try:
                cql = query.replace("keyspace.", f"{self._settings.cassandra_keyspace}.")
                preparing = self._prepare_pool.submit(connection.session.prepare, cql)
                prepared = preparing.result(REQUEST_SECONDS)
            except FAILURES as error:
                raise self._handle(error) from error
            prepared.is_idempotent = True
            connection.statements[query] = prepared
        return prepared

    def probe(self) -> bool:
        """Return whether Cassandra answers now, within about a second."""
        connection = self._open
        if connection is None:
            return False
        try:
            self._query(connection)
        except FAILURES as error:
            self._handle(error)
            return False
        return self.is_reachable

    def close(self) -> None:
        """Close the connections."""
        self._closing.set()
        self._lost.set()
        self._prepare_pool.shutdown(wait=False, cancel_futures=True)
        self._thread.join(timeout=_CONNECT_SECONDS)
        if self._open is not None:
            self._open.cluster.shutdown()

    def _results(self, futures: list[ResponseFuture]) -> Iterator[list[Row]]:
        try:
            for future in futures:
                yield _rows_of(future)
        except FAILURES as error:
            raise self._handle(error) from error

    def _require_open(self) -> _OpenConnection:
        connection = self._open
        if connection is None or self._error is not None:
            raise CassandraUnavailableError(self._error or "The history has been closed.")
        return connection

    def _handle(self, error: Exception) -> CassandraUnavailableError:
        """Return the error to raise, and start probing if Cassandra is unreachable."""
        sentence = explain(error, self._settings)
        if is_outage(error):
            self._error = sentence
            self._lost.set()
        return CassandraUnavailableError(sentence)

    def _run(self) -> None:
        pause, longest = _BACK_OFF_SECONDS
        while not self._closing.is_set():
            try:
                self._open = self._connect()
            except Exception as error:
                self._error = explain(error, self._settings, connecting=True)
                _log.warning("%s Trying again in %.1f s.", self._error, pause)
                # Spread out, so that replicas that start together do not all connect together.
                self._closing.wait(pause * random.uniform(0.8, 1.2))
                pause = min(2 * pause, longest)
                continue
            break
        while not self._closing.is_set():
            self._error = None
            self._on_reachable()
            _log.info("Cassandra is reachable.")
            self._lost.wait()
            self._lost.clear()
            if not (self.is_reachable or self._closing.is_set()):
                _log.warning("%s", self._error)
                self._wait_until_reachable()

    def _wait_until_reachable(self) -> None:
        next_reconnect = time.monotonic() + _RECONNECT_SECONDS
        while self._open is not None and not self._closing.is_set():
            try:
                if time.monotonic() >= next_reconnect:
                    self._reconnect(self._open)
                    next_reconnect = time.monotonic() + _RECONNECT_SECONDS
                self._query(self._open)
            except Exception as error:  # of any kind: Cassandra does not answer
                self._error = explain(error, self._settings)
                self._closing.wait(_PROBE_INTERVAL_SECONDS)
            else:
                return

    def _reconnect(self, connection: _OpenConnection) -> None:
        """Connect to the contact points by name.

        The driver itself only retries the addresses it knows, and a container that was started
        again may have another one.
        """
        try:
            self._open = self._connect()
        except Exception as error:
            _log.info("%s", explain(error, self._settings, connecting=True))
        else:
            connection.cluster.shutdown()

    def _query(self, connection: _OpenConnection) -> None:
        """Read the list of buckets, at the consistency of every other read."""
        buckets = f"{self._settings.cassandra_keyspace}.buckets"
        query = f"SELECT shards FROM {buckets} WHERE history = 'all' LIMIT 1"
        connection.session.execute(query, timeout=_PROBE_SECONDS)

    def _connect(self) -> _OpenConnection:
        settings = self._settings
        cluster = Cluster(
            settings.cassandra_contact_points or ("127.0.0.1",),
            port=settings.cassandra_port,
            protocol_version=5,  # Cassandra 4 and newer
            auth_provider=_credentials(settings),
            ssl_context=tls_context(settings),
            execution_profiles=_profiles(settings),
            connect_timeout=_CONNECT_SECONDS,
            control_connection_timeout=_CONNECT_SECONDS,
            idle_heartbeat_interval=5,
            idle_heartbeat_timeout=5,
            reconnection_policy=ExponentialReconnectionPolicy(0.25, 5.0),
            application_name="inkling",
        )
        try:
            session = cluster.connect()
            layout = prepare_keyspace(session, settings, _local_datacenter(session))
        except BaseException as error:
            existing = {host.datacenter for host in cluster.metadata.all_hosts() if host.datacenter}
            cluster.shutdown()
            name = settings.cassandra_datacenter
            if isinstance(error, NoHostAvailable) and name and existing and name not in existing:
                raise CassandraUnavailableError(
                    f"Cassandra has no datacenter {name!r}; set CASSANDRA_DATACENTER to "
                    f"{' or '.join(sorted(existing))}."
                ) from error
            raise
        return _OpenConnection(cluster, session, layout, statements={})


def _rows_of(future: ResponseFuture) -> list[Row]:
    result = future.result()
    page = result.current_rows
    rows = list(result)
    # The driver's futures are in reference cycles: without this the rows stay in memory until the
    # garbage collector runs.
    page.clear()
    return rows


def _error_of(future: ResponseFuture) -> Exception | None:
    try:
        future.result()
    except FAILURES as error:
        return error
    return None


def _to_statement(batch: Batch) -> Statement:
    if len(batch) == 1:
        ((statement, values),) = batch
        return statement.bind(values)
    statements = BatchStatement(BatchType.UNLOGGED)
    statements.is_idempotent = True
    for statement, values in batch:
        statements.add(statement, values)
    return statements


def _profiles(settings: Settings) -> dict[object, ExecutionProfile]:
    consistency = ConsistencyLevel.name_to_value[settings.cassandra_consistency]

    def profile(seconds: float, level: int, *, speculative: bool) -> ExecutionProfile:
        return ExecutionProfile(
            load_balancing_policy=TokenAwarePolicy(
                DCAwareRoundRobinPolicy(local_dc=settings.cassandra_datacenter or "")
            ),
            consistency_level=level,
            serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
            request_timeout=seconds,
            row_factory=tuple_factory,
            speculative_execution_policy=(
                ConstantSpeculativeExecutionPolicy(_SPECULATION_SECONDS, 2) if speculative else None
            ),
        )

    return {
        READ_PROFILE: profile(REQUEST_SECONDS, consistency, speculative=True),
        WRITE_PROFILE: profile(_WRITE_SECONDS, consistency, speculative=False),
        SCAN_PROFILE: profile(_SCAN_SECONDS, consistency, speculative=True),
        # Cassandra 5.0 only supports these queries with one replica.
        NEAREST: profile(REQUEST_SECONDS, ConsistencyLevel.LOCAL_ONE, speculative=True),
    }


def _credentials(settings: Settings) -> PlainTextAuthProvider | None:
    if settings.cassandra_username is None:
        return None
    password = settings.cassandra_password
    return PlainTextAuthProvider(
        settings.cassandra_username, password.get_secret_value() if password else ""
    )


def _local_datacenter(session: Session) -> str:
    policy = session.get_execution_profile(READ_PROFILE).load_balancing_policy
    return next(
        str(host.datacenter)
        for host in session.cluster.metadata.all_hosts()
        if policy.distance(host) == 0
    )
