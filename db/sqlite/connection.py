"""A SQLite file that many threads and processes read and write."""

import errno
import os
import shutil
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from db.store import StoreUnavailableError

_BUSY_SECONDS = 5.0
_CACHE_KIBIBYTES = 8192
_STATEMENTS = 512  # kept ready: those for many rows come in as many forms as there are rows
_ROWS = 100  # in one statement
_ROOM_BYTES = 1 << 20  # less on a disk on which a write has failed counts as none

Result = TypeVar("Result")
Item = TypeVar("Item")


class _Write:
    """One caller's work on an item, its result, and whether it has been committed or has failed.

    Its caller sleeps until that is so, or until it is its turn to commit all that wait.
    """

    def __init__(self, work: Callable[[sqlite3.Connection, list[Any]], Any], item: Any) -> None:
        self.work = work
        self.item = item
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = False
        self._sleep = threading.Lock()
        self._sleep.acquire()

    def sleep(self) -> None:
        """Return after `wake`, now or later."""
        self._sleep.acquire()

    def wake(self) -> None:
        """Let its caller go on."""
        self._sleep.release()


class SqliteConnection:
    """Runs reads side by side and writes in groups, each group one durable transaction.

    What `write` has returned from is on the disk: the file survives the process being killed and
    the power being cut (WAL, synchronous=FULL). Threads that write at once share one flush.
    Every sqlite3.Error comes out as StoreUnavailableError with a sentence that names the file.
    """

    def __init__(self, path: Path, schema: tuple[str, ...]) -> None:
        """`schema`: scripts, one a version; those new to a file are run on it in order."""
        self.path = path
        self._schema = schema
        self._idle: deque[sqlite3.Connection] = deque()
        self._waiting: list[_Write] = []
        self._queue = threading.Lock()
        self._committing = False
        self._preparing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._closed = False
        self._failed: _Write | None = None

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for this caller alone, to be used for reading only."""
        with self._sentences():
            connection = self._idle.pop() if self._idle else self._connect()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """The result of `work`, committed. Work that raises changes nothing and raises here."""
        result: Result = self._write(_Write(lambda connection, _: work(connection), None))
        return result

    def write_together(
        self, work: Callable[[sqlite3.Connection, list[Item]], None], item: Item
    ) -> None:
        """Commit `work` done on `item`, and on those of others who write the same way meanwhile.

        The items come in the order of the calls. Where they cannot be written together, each is
        written alone, and only those that cannot be written raise.
        """
        self._write(_Write(work, item))

    def _write(self, request: _Write) -> Any:
        with self._queue:
            self._waiting.append(request)
            must_wait, self._committing = self._committing, True
        if must_wait:
            request.sleep()
        if not request.done:
            self._commit_group(self._take_all())
        if request.error is not None:
            with self._sentences():
                raise request.error
        return request.result

    def trouble(self) -> str | None:
        """Why a write would fail, or None; the one that failed last is tried again and undone."""
        try:
            self._write(_Write(self._probe, None))
        except StoreUnavailableError as error:
            return str(error)
        return None

    def _probe(self, connection: sqlite3.Connection, _: list[None]) -> None:
        if self._failed is None:
            return
        connection.execute("SAVEPOINT probe")
        self._failed.work(connection, [self._failed.item])
        connection.execute("ROLLBACK TO probe")
        connection.execute("RELEASE probe")
        connection.execute(f"PRAGMA user_version={len(self._schema)}")
        if shutil.disk_usage(self.path.parent).free < _ROOM_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Close all connections; those in use close when they are given back."""
        with self._queue:
            self._closed = True
            if not self._committing:
                self._start_over()

    def _take_all(self) -> list[_Write]:
        with self._queue:
            group, self._waiting = self._waiting, []
        return group

    def _commit_group(self, group: Sequence[_Write]) -> None:
        try:
            with self._sentences():
                if self._writer is None:
                    self._writer = self._connect()
                self._commit(self._writer, group)
        except BaseException as error:
            for request in group:
                request.error = request.error or error
        finally:
            try:
                self._judge(group)
            finally:
                self._end_group(group)

    def _end_group(self, group: Sequence[_Write]) -> None:
        """Let its callers go, and the first of those who came meanwhile commit the next."""
        with self._queue:
            following = self._waiting[:1]
            self._committing = bool(following)
            if self._closed:
                self._start_over()
        for request in group:
            request.done = True
        for request in (*following, *group):
            request.wake()

    def _judge(self, group: Sequence[_Write]) -> None:
        """Remember a write that failed by the file's fault, until one after it succeeds."""
        failures = [
            request
            for request in group
            if isinstance(request.error, sqlite3.Error | OSError | StoreUnavailableError)
        ]
        if failures:
            self._start_over()
            if failures[-1].work != self._probe:
                self._failed = failures[-1]
        else:
            self._failed = None

    def _commit(self, connection: sqlite3.Connection, group: Sequence[_Write]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for _, alike in groupby(group, attrgetter("work")):
                _run(connection, list(alike))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _start_over(self) -> None:
        """Open the file anew next time: what was wrong with it may have been put right."""
        while self._idle:
            self._idle.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _connect(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreUnavailableError(f"The history file {self.path} has been closed.")
        with self._preparing:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_STATEMENTS,
            )
            try:
                connection.execute("PRAGMA journal_mode=WAL").fetchone()
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute(f"PRAGMA cache_size=-{_CACHE_KIBIBYTES}")
                if read_one(connection, "PRAGMA user_version")[0] < len(self._schema):
                    self._migrate(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            for script in self._schema[version:]:
                for statement in filter(str.strip, script.split(";")):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={max(version, len(self._schema))}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailableError(_sentence(self.path, error)) from error


def _run(connection: sqlite3.Connection, alike: Sequence[_Write]) -> None:
    """Do work that is alike at once; where that fails, one by one."""
    connection.execute("SAVEPOINT alike")
    try:
        result = alike[0].work(connection, [request.item for request in alike])
    except Exception as error:
        connection.execute("ROLLBACK TO alike")
        if len(alike) == 1:
            alike[0].error = error
        else:
            for request in alike:
                _run(connection, [request])
    else:
        for request in alike:
            request.result = result
    connection.execute("RELEASE alike")


def _sentence(path: Path, error: sqlite3.Error | OSError) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL") or "No space left" in str(error):
        return f"The disk that holds {path} is full; make room on it."
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return f"{path} is damaged or no SQLite file; move it away, a new one is made by itself."
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")) or isinstance(
        error, PermissionError
    ):
        return f"{path} cannot be opened for writing; check its folder and who may write there."
    if name.startswith("SQLITE_BUSY"):
        return f"{path} was busy for {_BUSY_SECONDS:.0f} seconds; try again."
    return f"{path} cannot be used ({error}); check its disk."


def read_one(connection: sqlite3.Connection, query: str, *values: object) -> Any:
    """The first row of a query, or None."""
    with closing(connection.execute(query, values)) as cursor:
        return cursor.fetchone()


def execute_rows(
    connection: sqlite3.Connection,
    statement: str,
    rows: Sequence[tuple[object, ...]],
    first: str = "?",
) -> None:
    """Execute a statement whose `{rows}` stands for rows of values.

    Many rows in one statement cost far less than one each: after every one the thread would have
    to wait for all others that want to run. first: an expression for the first value of each row.
    """
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        values = list(chain.from_iterable(some))
        connection.execute(_with_rows(statement, first, len(some[0]), len(some)), values)


@lru_cache(_STATEMENTS)
def _with_rows(statement: str, first: str, columns: int, count: int) -> str:
    row = f"({', '.join([first, *'?' * (columns - 1)])})"
    return statement.format(rows=", ".join([row] * count))
