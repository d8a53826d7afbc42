"""The connection to Cassandra: made in the background, watched, made again."""

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
from db.cassandra.schema import Layout, prepare_keyspace

READ = EXEC_PROFILE_DEFAULT
WRITE = "write"
SCAN = "scan"
NEAREST = "nearest"

REQUEST_SECONDS = 1.4  # of one read on behalf of somebody who waits
_WRITE_SECONDS = 5.0
_IN_FLIGHT = 4  # batches: a slow Cassandra gets no more than it can answer in that time
_SCAN_SECONDS = 30.0
_SPECULATION_SECONDS = 0.25  # then another replica is asked as well
_PROBE_SECONDS = 1.0
_PROBE_PAUSE_SECONDS = 0.25
_CONNECT_SECONDS = 5.0
_BACK_OFF_SECONDS = (0.25, 10.0)
_RENEWAL_SECONDS = 5.0  # without an answer, then the contact points are looked up again

_log = logging.getLogger(__name__)
# The driver logs every attempt with a traceback; what matters of it is said here in a sentence.
logging.getLogger("cassandra").setLevel(logging.CRITICAL)

Row = tuple[Any, ...]
Request = tuple[PreparedStatement, Sequence[Any]]
Batch = Sequence[Request]  # writes of one partition: Cassandra takes them as one mutation


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection that is up, and the queries that were prepared on it."""

    cluster: Cluster
    session: Session
    layout: Layout
    statements: dict[str, PreparedStatement]


class CassandraConnection:
    """One session for the process; reachable or not, and if not, why.

    It connects in a thread of its own, with back-off, for as long as it takes. After a request that
    nobody answered, further ones fail at once until a small probe is answered again.
    """

    def __init__(self, settings: Settings, on_reachable: Callable[[], None]) -> None:
        self._settings = settings
        self._on_reachable = on_reachable
        self._line: _Line | None = None
        self._trouble: str | None = "Cassandra is being connected to."
        # The driver's own limit on preparing is ten seconds.
        self._preparer = ThreadPoolExecutor(2, "cassandra prepare")
        self._closing = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="cassandra link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    @property
    def reachable(self) -> bool:
        """Whether requests are sent; they may still fail."""
        return self._line is not None and self._trouble is None

    @property
    def trouble(self) -> str | None:
        """Why Cassandra is not reachable, a sentence for people; None where it is."""
        return self._trouble

    @property
    def layout(self) -> Layout:
        """Layout of the keyspace. Raises CassandraUnavailableError before the first connection."""
        return self._up().layout

    def ask(
        self, *requests: Request, profile: object = READ, seconds: float = REQUEST_SECONDS
    ) -> list[list[Row]]:
        """Send the requests at once, return the rows of each. Raises CassandraUnavailableError."""
        return list(self.begin(*requests, profile=profile, seconds=seconds))

    def begin(
        self, *requests: Request, profile: object = READ, seconds: float = REQUEST_SECONDS
    ) -> Iterator[list[Row]]:
        """Send requests at once, give the rows of each as they are asked for; raises as `ask`."""
        session = self._up().session
        try:
            if seconds <= 0:
                raise OperationTimedOut()
            futures = [
                session.execute_async(statement, values, timeout=seconds, execution_profile=profile)
                for statement, values in requests
            ]
        except FAILURES as error:
            raise self._lose(error) from error

        return self._answers(futures)

    def send(self, batches: Sequence[Batch]) -> list[Exception | None]:
        """Write batches; for each None, or what went wrong with all of it. Never raises."""
        try:
            session = self._up().session
        except CassandraUnavailableError as error:
            return [error] * len(batches)
        outcomes: list[Exception | None] = []
        in_flight: deque[ResponseFuture] = deque()
        for batch in batches:
            if len(in_flight) == _IN_FLIGHT:
                outcomes.append(_outcome(in_flight.popleft()))
            in_flight.append(session.execute_async(_as_one(batch), execution_profile=WRITE))
        outcomes += map(_outcome, in_flight)
        for outcome in outcomes:
            if outcome is not None and is_outage(outcome):
                self._lose(outcome)
                break
        return outcomes

    def statement(self, query: str) -> PreparedStatement:
        """The query prepared; its tables stand in `keyspace.`, whatever that is called.

        All our statements may be sent twice without harm, so the driver may repeat them.
        """
        line = self._up()
        prepared = line.statements.get(query)
        if prepared is None:
            try:
                named = query.replace("keyspace.", f"{self._settings.cassandra_keyspace}.")
                preparing = self._preparer.submit(line.session.prepare, named)
                prepared = preparing.result(REQUEST_SECONDS)
            except FAILURES as error:
                raise self._lose(error) from error
            prepared.is_idempotent = True
            line.statements[query] = prepared
        return prepared

    def probe(self) -> bool:
        """Whether Cassandra answers now, within about a second."""
        line = self._line
        if line is None:
            return False
        try:
            self._query(line)
        except FAILURES as error:
            self._lose(error)
            return False
        return self.reachable

    def close(self) -> None:
        """Give the connections back."""
        self._closing.set()
        self._lost.set()
        self._preparer.shutdown(wait=False, cancel_futures=True)
        self._thread.join(timeout=_CONNECT_SECONDS)
        if self._line is not None:
            self._line.cluster.shutdown()

    def _answers(self, futures: list[ResponseFuture]) -> Iterator[list[Row]]:
        try:
            for future in futures:
                yield _rows_of(future)
        except FAILURES as error:
            raise self._lose(error) from error

    def _up(self) -> _Line:
        line = self._line
        if line is None or self._trouble is not None:
            raise CassandraUnavailableError(self._trouble or "The history has been closed.")
        return line

    def _lose(self, error: Exception) -> CassandraUnavailableError:
        sentence = explain(error, self._settings)
        if is_outage(error):
            self._trouble = sentence
            self._lost.set()
        return CassandraUnavailableError(sentence)

    def _keep_up(self) -> None:
        pause, longest = _BACK_OFF_SECONDS
        while not self._closing.is_set():
            try:
                self._line = self._connect()
            except Exception as error:
                self._trouble = explain(error, self._settings, connecting=True)
                _log.warning("%s Trying again in %.1f s.", self._trouble, pause)
                self._closing.wait(pause * random.uniform(0.8, 1.2))
                pause = min(2 * pause, longest)
                continue
            break
        while not self._closing.is_set():
            self._trouble = None
            self._on_reachable()
            _log.info("Cassandra is reachable.")
            self._lost.wait()
            self._lost.clear()
            if not (self.reachable or self._closing.is_set()):
                _log.warning("%s", self._trouble)
                self._wait_for_answer()

    def _wait_for_answer(self) -> None:
        renewal = time.monotonic() + _RENEWAL_SECONDS
        while self._line is not None and not self._closing.is_set():
            try:
                if time.monotonic() >= renewal:
                    self._renew(self._line)
                    renewal = time.monotonic() + _RENEWAL_SECONDS
                self._query(self._line)
            except Exception as error:  # whatever it is, Cassandra does not answer
                self._trouble = explain(error, self._settings)
                self._closing.wait(_PROBE_PAUSE_SECONDS)
            else:
                return

    def _renew(self, line: _Line) -> None:
        """Connect by the contact points' names, for the driver itself knows addresses only and a
        container that was started again may have another one.
        """
        try:
            self._line = self._connect()
        except Exception as error:
            _log.info("%s", explain(error, self._settings, connecting=True))
        else:
            line.cluster.shutdown()

    def _query(self, line: _Line) -> None:
        """Ask the replicas of the list of buckets, at the consistency of every other read."""
        buckets = f"{self._settings.cassandra_keyspace}.buckets"
        query = f"SELECT shards FROM {buckets} WHERE history = 'all' LIMIT 1"
        line.session.execute(query, timeout=_PROBE_SECONDS)

    def _connect(self) -> _Line:
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
            known = {host.datacenter for host in cluster.metadata.all_hosts() if host.datacenter}
            cluster.shutdown()
            wanted = settings.cassandra_datacenter
            if isinstance(error, NoHostAvailable) and wanted and known and wanted not in known:
                raise CassandraUnavailableError(
                    f"Cassandra has no datacentre {wanted!r}; set CASSANDRA_DATACENTER to "
                    f"{' or '.join(sorted(known))}."
                ) from error
            raise
        return _Line(cluster, session, layout, statements={})


def _rows_of(future: ResponseFuture) -> list[Row]:
    result = future.result()
    page = result.current_rows
    rows = list(result)
    # The driver's futures lie in reference cycles; what they hold would wait for the collector.
    page.clear()
    return rows


def _outcome(future: ResponseFuture) -> Exception | None:
    try:
        future.result()
    except FAILURES as error:
        return error
    return None


def _as_one(batch: Batch) -> Statement:
    if len(batch) == 1:
        ((statement, values),) = batch
        return statement.bind(values)
    together = BatchStatement(BatchType.UNLOGGED)
    together.is_idempotent = True
    for statement, values in batch:
        together.add(statement, values)
    return together


def _profiles(settings: Settings) -> dict[object, ExecutionProfile]:
    consistency = ConsistencyLevel.name_to_value[settings.cassandra_consistency]

    def profile(seconds: float, level: int, *, hedged: bool) -> ExecutionProfile:
        return ExecutionProfile(
            load_balancing_policy=TokenAwarePolicy(
                DCAwareRoundRobinPolicy(local_dc=settings.cassandra_datacenter or "")
            ),
            consistency_level=level,
            serial_consistency_level=ConsistencyLevel.LOCAL_SERIAL,
            request_timeout=seconds,
            row_factory=tuple_factory,
            speculative_execution_policy=(
                ConstantSpeculativeExecutionPolicy(_SPECULATION_SECONDS, 2) if hedged else None
            ),
        )

    return {
        READ: profile(REQUEST_SECONDS, consistency, hedged=True),
        WRITE: profile(_WRITE_SECONDS, consistency, hedged=False),
        SCAN: profile(_SCAN_SECONDS, consistency, hedged=True),
        # Cassandra 5.0 answers these with one replica only.
        NEAREST: profile(REQUEST_SECONDS, ConsistencyLevel.LOCAL_ONE, hedged=True),
    }


def _credentials(settings: Settings) -> PlainTextAuthProvider | None:
    if settings.cassandra_username is None:
        return None
    password = settings.cassandra_password
    return PlainTextAuthProvider(
        settings.cassandra_username, password.get_secret_value() if password else ""
    )


def _local_datacenter(session: Session) -> str:
    policy = session.get_execution_profile(READ).load_balancing_policy
    return next(
        str(host.datacenter)
        for host in session.cluster.metadata.all_hosts()
        if policy.distance(host) == 0
    )
