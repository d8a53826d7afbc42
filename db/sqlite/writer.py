"""The one thread that writes to a SQLite file: many writes in one transaction."""

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from db.sqlite.errors import is_disk_full
from db.sqlite.reserve import DiskReserve
from db.store import StoreUnavailableError

# What a write that frees space may add on a full disk: a deletion splits a few pages at most.
_PAGES_TO_FREE_SPACE = 16
_FREE_BYTES = 1 << 20  # after a failed write, a disk with less than this counts as full


class _Write:
    """A queued write: `work` gets the items of neighboring writes that have the same `work`."""

    __slots__ = ("_unfinished", "error", "frees_space", "item", "result", "work")

    def __init__(
        self,
        work: Callable[[sqlite3.Connection, list[Any]], Any],
        item: Any,
        *,
        frees_space: bool = False,
    ) -> None:
        self.work = work
        self.item = item
        self.frees_space = frees_space
        self.result: Any = None
        self.error: BaseException | None = None
        self._unfinished = threading.Lock()
        self._unfinished.acquire()

    def wait(self) -> Any:
        """Return the result after `finish`, or raise the error."""
        self._unfinished.acquire()
        if self.error is not None:
            raise self.error
        return self.result

    def finish(self) -> None:
        """Let the caller continue."""
        self._unfinished.release()


class Writer:
    """Commits writes in one thread; those queued during a transaction form the next one.

    The flush to the disk is the slow part, and threads that write at the same time share it. The
    callers only wait: Ctrl-C in one of them does not interrupt a transaction.
    """

    def __init__(
        self,
        path: Path,
        connect: Callable[[], sqlite3.Connection],
        reserve: DiskReserve,
        on_failure: Callable[[], None],
    ) -> None:
        """Start the thread.

        connect: opens the file, on the first write and after a failure. reserve: used when the disk
        is full. on_failure: called when the file could not be written.
        """
        self._path = path
        self._connect = connect
        self._reserve = reserve
        self._on_failure = on_failure
        self._connection: sqlite3.Connection | None = None
        self._may_grow = True  # False while writes on a full disk are committed
        self._failed: _Write | None = None  # the last write that failed because of the file
        # An event is set after the file has been closed; None ends the thread.
        self._queue: SimpleQueue[_Write | threading.Event | None] = SimpleQueue()
        self._closed = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="sqlite writer", daemon=True)
        self._thread.start()

    def submit(
        self,
        work: Callable[[sqlite3.Connection, list[Any]], Any],
        item: Any,
        *,
        frees_space: bool = False,
    ) -> Any:
        """Return the result of `work` on `item` once it is committed; raise what it raised.

        frees_space: it may add a few pages even on a full disk.
        """
        if self._closed:
            raise self._closed_error()
        write = _Write(work, item, frees_space=frees_space)
        self._queue.put(write)
        # No lock, for which all callers would contend: if `close` came in between, either the
        # thread still finds the write, or this caller sees that the thread has ended.
        if self._ended:
            self._reject_queued()
        return write.wait()

    def check(self) -> None:
        """Raise what a write would raise now: retry the last failed one and roll it back."""
        self.submit(self._retry_failed, None)

    def disconnect(self) -> None:
        """Close the file, and open it again for the next write: it is, or will be, replaced."""
        done = threading.Event()
        self._queue.put(done)
        if self._ended:
            self._reject_queued()
        done.wait()

    def close(self) -> None:
        """Commit what is queued, close the file, and end the thread."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            group = [self._queue.get()]
            with suppress(Empty):
                while True:
                    group.append(self._queue.get_nowait())
            is_open = None not in group
            for item in group:
                if isinstance(item, threading.Event):
                    self._disconnect()
                    item.set()
            if writes := [write for write in group if isinstance(write, _Write)]:
                self._commit_group(writes)
        self._disconnect()
        self._ended = True
        self._reject_queued()

    def _reject_queued(self) -> None:
        with suppress(Empty):
            while True:
                item = self._queue.get_nowait()
                if isinstance(item, _Write):
                    item.error = self._closed_error()
                    item.finish()
                elif item is not None:
                    item.set()

    def _closed_error(self) -> StoreUnavailableError:
        return StoreUnavailableError(f"The history file {self._path} has been closed.")

    def _commit_group(self, writes: Sequence[_Write]) -> None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            _commit(self._connection, writes)
        except BaseException as error:
            for write in writes:
                write.error = write.error or error
        try:
            without_space = [write for write in writes if is_disk_full(write.error)]
            if without_space:
                self._commit_on_full_disk(without_space)
            self._note_failures(writes)
        finally:
            for write in writes:
                write.finish()

    def _commit_on_full_disk(self, writes: Sequence[_Write]) -> None:
        """Commit writes one by one, with the reserve as space for the log.

        The file does not grow, so that the reserve can be filled up again: a write needs to find
        pages in the file that are free, or that it frees.
        """
        with self._reserve.released():
            self._may_grow = False
            try:
                if self._connection is None:
                    self._connection = self._connect()
                _truncate_log(self._connection)
                for write in writes:
                    write.error = None
                    try:
                        pages = _PAGES_TO_FREE_SPACE if write.frees_space else 0
                        with _limited_growth(self._connection, pages):
                            _commit(self._connection, [write])
                    except BaseException as error:
                        write.error = write.error or error
                _truncate_log(self._connection)
            except (sqlite3.Error, OSError) as error:
                for write in writes:
                    write.error = write.error or error
            finally:
                self._may_grow = True

    def _note_failures(self, writes: Sequence[_Write]) -> None:
        """Remember a write that failed because of the file, until a later one succeeds.

        On a full disk, one of the same kind: a deletion does not show that there is room to save.
        The file is opened again for the next write: it may have been replaced by a good one.
        """
        failures = [write for write in writes if isinstance(write.error, sqlite3.Error | OSError)]
        if not failures:
            if self._failed is not None and (
                not is_disk_full(self._failed.error)
                or any(write.work in (self._failed.work, self._retry_failed) for write in writes)
            ):
                self._failed = None
            return
        if failures[-1].work != self._retry_failed:
            self._failed = failures[-1]
        self._disconnect()
        self._on_failure()

    def _retry_failed(self, connection: sqlite3.Connection, _: list[None]) -> None:
        if self._failed is None:
            return
        connection.execute("SAVEPOINT retry")
        self._failed.work(connection, [self._failed.item])
        connection.execute("ROLLBACK TO retry")
        connection.execute("RELEASE retry")
        # The rollback above writes nothing to the disk; this writes one page.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version={version}")
        if self._may_grow and shutil.disk_usage(self._path.parent).free < _FREE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _truncate_log(connection: sqlite3.Connection) -> None:
    """Copy the write-ahead log into the file and free its space, unless a reader needs it."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def _limited_growth(connection: sqlite3.Connection, pages: int) -> Iterator[None]:
    """Let the file grow by at most so many pages within the block."""
    (limit,) = connection.execute("PRAGMA max_page_count").fetchone()
    (count,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={count + pages}").fetchone()
    try:
        yield
    finally:
        connection.execute(f"PRAGMA max_page_count={limit}").fetchone()


def _commit(connection: sqlite3.Connection, writes: Sequence[_Write]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for _, batch in groupby(writes, attrgetter("work")):
            _execute(connection, list(batch))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _execute(connection: sqlite3.Connection, batch: Sequence[_Write]) -> None:
    """Execute writes that share their work in one call; if it fails, one by one."""
    connection.execute("SAVEPOINT batch")
    try:
        result = batch[0].work(connection, [write.item for write in batch])
    except Exception as error:
        if not connection.in_transaction:  # SQLite has rolled everything back, on a full disk
            raise
        connection.execute("ROLLBACK TO batch")
        if len(batch) == 1:
            batch[0].error = error
        else:
            for write in batch:
                _execute(connection, [write])
    else:
        for write in batch:
            write.result = result
    connection.execute("RELEASE batch")
