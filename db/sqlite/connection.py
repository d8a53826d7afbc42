"""A SQLite file that many threads and processes read and write."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from db.sqlite.errors import BUSY_SECONDS, describe, is_damage, is_disk_full
from db.sqlite.reserve import DiskReserve
from db.sqlite.writer import Writer
from db.store import StoreUnavailableError

_CACHE_KIBIBYTES = 8192
# Prepared statements kept for reuse: those that insert rows exist once for each number of rows.
_CACHED_STATEMENTS = 512
_ROWS_PER_STATEMENT = 100

Result = TypeVar("Result")
Item = TypeVar("Item")
_FileState = tuple[int, int, int]  # inode, size, time of the last change


class SqliteConnection:
    """A SQLite file with concurrent reads, and one writer thread that commits writes in groups.

    A write that has returned is on the disk: it survives a kill of the process and a power cut
    (WAL, synchronous=FULL). Threads that write at the same time share one transaction and one
    flush. Every sqlite3.Error and OSError becomes a StoreUnavailableError that names the file.

    On a full disk a write may still use the disk reserve, but not grow the file: deletions always
    succeed, other writes once enough has been deleted. When anything finds the file damaged, every
    read and write raises until the file is replaced: health must not depend on what was read last.
    """

    def __init__(self, path: Path, schema: tuple[str, ...]) -> None:
        """Prepare to open the file on first use.

        schema: one SQL script per version; those newer than the file's version run in order. They
        are split at semicolons, so that their comments must not contain one.
        """
        self.path = path
        self._schema = schema
        self._idle_readers: deque[sqlite3.Connection] = deque()
        self._opening = threading.Lock()
        self._closed = False
        self._inode: int | None = None  # of the file that was opened last
        self._damage: tuple[_FileState, str] | None = None
        self._reserve = DiskReserve(path)
        self._writer = Writer(
            path, self._open_for_writing, self._reserve, on_failure=self._close_readers
        )

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for reading that no other thread uses."""
        with self._translated_errors():
            connection = self._take_reader()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            self._idle_readers.append(connection)
            if self._closed:  # `close` may have emptied the list just before
                self._close_readers()

    def write(
        self, work: Callable[[sqlite3.Connection], Result], *, frees_space: bool = False
    ) -> Result:
        """Return the result of `work` once it is committed.

        Work that raises is rolled back, and its exception is raised here. frees_space: it deletes
        more than it adds, and may add a few pages even on a full disk.
        """
        with self._translated_errors():
            result: Result = self._writer.submit(
                lambda connection, _: work(connection), None, frees_space=frees_space
            )
            return result

    def write_batched(
        self, work: Callable[[sqlite3.Connection, list[Item]], None], item: Item
    ) -> None:
        """Commit `work` on `item`, in one call with the items of concurrent writes by `work`.

        Items come in the order of the calls. Where a batch fails, its items are written one by one,
        and only the calls whose item fails raise.
        """
        with self._translated_errors():
            self._writer.submit(work, item)

    def write_error(self) -> str | None:
        """Return why a write would fail now, as a sentence, or None where it would succeed."""
        try:
            with self._translated_errors():
                self._writer.check()
        except StoreUnavailableError as error:
            return str(error)
        return None

    def close(self) -> None:
        """Commit the writes that are queued and close; readers in use close when they finish."""
        self._closed = True
        self._writer.close()
        self._close_readers()

    def _take_reader(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreUnavailableError(f"The history file {self.path} has been closed.")
        try:
            return self._idle_readers.pop()
        except IndexError:
            return self._open()

    def _close_readers(self) -> None:
        with suppress(IndexError):  # another thread may take the last one first
            while True:
                self._idle_readers.pop().close()

    def _close_all(self) -> None:
        """Close connections to a file that is damaged: they would write to what replaces it."""
        self._writer.disconnect()
        self._close_readers()

    def _open_for_writing(self) -> sqlite3.Connection:
        connection = self._open()
        self._reserve.allocate()
        return connection

    def _open(self) -> sqlite3.Connection:
        try:
            with self._opening:
                return self._connect()
        except (sqlite3.Error, OSError) as error:
            # Even opening the file needs some space, for the index of the log.
            if not is_disk_full(error):
                raise
            with self._reserve.released(), self._opening:
                return self._connect()

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # SQLite gives its other files the mode of this one
            self.path.touch(mode=0o600, exist_ok=False)
        inode = self.path.stat().st_ino
        if inode != self._inode:
            self._close_readers()  # of a file that was there before
            self._inode = inode
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KIBIBYTES}")
            if fetch_one(connection, "PRAGMA user_version")[0] < len(self._schema):
                self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read again under the lock: another process may have migrated the file by now.
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
    def _translated_errors(self) -> Iterator[None]:
        self._raise_if_damaged()
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            sentence = describe(self.path, error)
            if is_damage(error):
                self._close_all()
                state = _state_of(self.path)
                if state is not None and state[0] == self._inode:  # not replaced by now
                    self._damage = (state, sentence)
            raise StoreUnavailableError(sentence) from error

    def _raise_if_damaged(self) -> None:
        """Raise if the file was found damaged, unless it has been replaced since."""
        damage = self._damage
        if damage is None:
            return
        state, sentence = damage
        if _state_of(self.path) == state:
            raise StoreUnavailableError(sentence)
        self._close_all()
        self._damage = None


def _state_of(path: Path) -> _FileState | None:
    """Return what changes when a file is replaced or written, None for a missing file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def fetch_one(connection: sqlite3.Connection, query: str, *values: object) -> Any:
    """Return the first row of a query, or None."""
    with closing(connection.execute(query, values)) as cursor:
        return cursor.fetchone()


def execute_in_batches(
    connection: sqlite3.Connection,
    statement: str,
    rows: Sequence[tuple[object, ...]],
    first: str = "?",
) -> None:
    """Execute a statement whose `{rows}` stands for rows of values, 100 rows at a time.

    One statement with many rows costs far less than `executemany`: sqlite3 releases the interpreter
    lock in every statement, and reacquiring it means waiting for every thread that wants to run.

    first: an SQL expression for the first value of each row.
    """
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        chunk = rows[start : start + _ROWS_PER_STATEMENT]
        values = list(chain.from_iterable(chunk))
        connection.execute(_with_rows(statement, first, len(chunk[0]), len(chunk)), values)


@lru_cache(_CACHED_STATEMENTS)
def _with_rows(statement: str, first: str, columns: int, count: int) -> str:
    row = f"({', '.join([first, *'?' * (columns - 1)])})"
    return statement.format(rows=", ".join([row] * count))
