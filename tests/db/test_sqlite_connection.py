"""The SQLite file that both stores write to first: concurrent writes, Ctrl-C, close."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.settings import ROOT, Settings
from db import open_store
from db.outbox.queue import Outbox
from db.sqlite.connection import SqliteConnection, execute_in_batches, fetch_one
from db.sqlite.store import SqliteStore
from db.store import Filters, StoreUnavailableError
from tests.db.records import make_record

SCHEMA = "CREATE TABLE words (word TEXT UNIQUE)"
TIMEOUT_SECONDS = 10


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteConnection]:
    opened = SqliteConnection(tmp_path / "words.sqlite3", (SCHEMA,))
    yield opened
    opened.close()


class Words:
    """Inserts words and records which came in one call."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def insert(self, connection: sqlite3.Connection, words: list[str]) -> None:
        """Insert words, none of which may exist yet."""
        self.batches.append(words)
        execute_in_batches(
            connection, "INSERT INTO words VALUES {rows}", [(word,) for word in words]
        )


def words_in(file: SqliteConnection) -> list[str]:
    with file.read() as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")]


class BusyWriter:
    """Keeps the writer of a file busy until `release`, so that writes queue up behind it."""

    def __init__(self, file: SqliteConnection) -> None:
        self.file = file
        self.threads = ThreadPoolExecutor(16)
        self._released = threading.Event()
        started = threading.Event()

        def hold(_: sqlite3.Connection) -> None:
            started.set()
            assert self._released.wait(TIMEOUT_SECONDS)

        self.threads.submit(file.write, hold)
        assert started.wait(TIMEOUT_SECONDS)

    def submit(self, write: Callable[[], None]) -> Future[None]:
        """Start a write in a thread; return when it is queued."""
        length = self.file._writer._queue.qsize()
        future = self.threads.submit(write)
        while self.file._writer._queue.qsize() == length:
            assert not future.done(), future.exception()
        return future

    def release(self) -> None:
        """Let the writer continue, and wait for all writes."""
        self._released.set()
        self.threads.shutdown()


def write_at_once(
    file: SqliteConnection, writes: Sequence[Callable[[], None]]
) -> list[Future[None]]:
    """Queue writes one after the other while the writer is busy, so that they form one group."""
    busy = BusyWriter(file)
    futures = [busy.submit(write) for write in writes]
    busy.release()
    return futures


def test_writes_of_the_same_kind_share_one_call(file: SqliteConnection) -> None:
    words = Words()
    writes = [partial(file.write_batched, words.insert, word) for word in "abc"]
    for future in write_at_once(file, writes):
        future.result()
    assert words.batches == [["a", "b", "c"]]
    assert words_in(file) == ["a", "b", "c"]


def test_writes_keep_the_order_of_the_calls(file: SqliteConnection) -> None:
    words = Words()

    def delete_all(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM words")

    write_at_once(
        file,
        [
            lambda: file.write_batched(words.insert, "a"),
            lambda: file.write(delete_all),
            lambda: file.write_batched(words.insert, "b"),
            lambda: file.write_batched(words.insert, "a"),
        ],
    )
    assert words_in(file) == ["b", "a"]


def test_a_write_that_fails_does_not_affect_the_others(file: SqliteConnection) -> None:
    words = Words()
    file.write_batched(words.insert, "b")
    writes = [partial(file.write_batched, words.insert, word) for word in "abc"]
    first, duplicate, last = write_at_once(file, writes)
    with pytest.raises(StoreUnavailableError, match="UNIQUE"):
        duplicate.result()
    assert (first.result(), last.result()) == (None, None)
    assert words_in(file) == ["b", "a", "c"]


def test_more_rows_than_fit_into_one_statement(file: SqliteConnection) -> None:
    many = [(str(number),) for number in range(1234)]
    file.write(
        lambda connection: execute_in_batches(connection, "INSERT INTO words VALUES {rows}", many)
    )
    with file.read() as connection:
        assert fetch_one(connection, "SELECT count(*) FROM words") == (1234,)
    file.write(
        lambda connection: execute_in_batches(connection, "INSERT INTO words VALUES {rows}", [])
    )
    assert len(words_in(file)) == 1234


def test_close_waits_for_the_running_write_and_commits_those_that_are_queued(
    file: SqliteConnection,
) -> None:
    words = Words()
    busy = BusyWriter(file)
    queued = [busy.submit(partial(file.write_batched, words.insert, word)) for word in "ab"]
    closing_thread = threading.Thread(target=file.close)
    closing_thread.start()
    while not file._writer._closed:
        assert closing_thread.is_alive()
    assert closing_thread.is_alive(), "close returned before the write"
    busy.release()
    closing_thread.join(TIMEOUT_SECONDS)
    assert not closing_thread.is_alive()
    assert [future.result() for future in queued] == [None, None]
    with closing(sqlite3.connect(file.path)) as connection:
        assert connection.execute("SELECT word FROM words").fetchall() == [("a",), ("b",)]


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_the_files_and_their_new_folder_are_private(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        file = SqliteConnection(tmp_path / "var" / "words.sqlite3", (SCHEMA,))
        file.write_batched(Words().insert, "a")
    finally:
        os.umask(before)
    modes = {path.name: oct(path.stat().st_mode & 0o777) for path in file.path.parent.iterdir()}
    file.close()
    suffixes = ("", "-wal", "-shm", "-reserve")
    assert modes == {f"words.sqlite3{suffix}": "0o600" for suffix in suffixes}
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_closed_file_raises_and_leaves_no_thread(file: SqliteConnection) -> None:
    file.write_batched(Words().insert, "a")
    file.close()
    file.close()
    assert not file._writer._thread.is_alive()
    with pytest.raises(StoreUnavailableError, match="has been closed"):
        file.write_batched(Words().insert, "b")
    with pytest.raises(StoreUnavailableError, match="has been closed"):
        words_in(file)


def test_writes_that_race_with_close_are_committed_or_raise(tmp_path: Path) -> None:
    """Eight threads write until the file is closed: none hangs, and what returned is stored."""
    for attempt in range(10):
        file = SqliteConnection(tmp_path / f"{attempt}.sqlite3", (SCHEMA,))
        started = threading.Barrier(9)

        def write_until_closed(
            prefix: int, file: SqliteConnection = file, started: threading.Barrier = started
        ) -> list[str]:
            words: list[str] = []
            started.wait()
            while True:
                word = f"{prefix}-{len(words)}"
                try:
                    file.write_batched(Words().insert, word)
                except StoreUnavailableError:
                    return words
                words.append(word)

        with ThreadPoolExecutor(8) as threads:
            futures = [threads.submit(write_until_closed, prefix) for prefix in range(8)]
            started.wait()
            file.write(lambda connection: connection.execute("SELECT 1"))
            file.close()
            returned = {word for future in futures for word in future.result(TIMEOUT_SECONDS)}
        with closing(sqlite3.connect(file.path)) as connection:
            assert {word for (word,) in connection.execute("SELECT word FROM words")} == returned


_SAVE_UNTIL_CTRL_C = """
import signal, sys, threading
from pathlib import Path
from db.sqlite.connection import SqliteConnection

file = SqliteConnection(Path(sys.argv[1]), ("CREATE TABLE words (word INTEGER)",))
started, released = threading.Event(), threading.Event()
number = 0
def work(connection):
    connection.execute("INSERT INTO words VALUES (?)", (number,))
    if number == 3:
        started.set()
        assert released.wait(10)
def interrupt():
    started.wait()
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
try:
    for number in range(10):
        file.write(work)
except KeyboardInterrupt:
    print("interrupted at", number)
released.set()
file.write(lambda connection: connection.execute("INSERT INTO words VALUES (99)"))
file.close()
"""


def test_ctrl_c_in_a_caller_interrupts_no_transaction(tmp_path: Path) -> None:
    file = tmp_path / "words.sqlite3"
    result = subprocess.run(
        [sys.executable, "-c", _SAVE_UNTIL_CTRL_C, str(file)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=TIMEOUT_SECONDS * 3,
    )
    assert result.stdout == "interrupted at 3\n", result.stderr
    with closing(sqlite3.connect(file)) as connection:
        words = [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")]
    assert words == [0, 1, 2, 3, 99]


@pytest.mark.parametrize("last_embedding", [(), (0.0, 1.0)])
def test_of_concurrent_saves_with_one_id_the_last_one_counts(
    tmp_path: Path, last_embedding: tuple[float, ...]
) -> None:
    first, other = make_record("1", embedding=(1.0, 0.0)), make_record("2")
    last = replace(first, text="7", embedding=last_embedding)
    store = open_store(Settings(history="sqlite", history_file=tmp_path / "history.sqlite3"))
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    assert isinstance(store, SqliteStore)
    for target in (store, outbox):
        saves = [partial(target.save, record) for record in (first, other, last)]
        for future in write_at_once(target._file, saves):
            future.result()
    assert list(store.export()) == [other, last]
    assert outbox.newest(10, None, Filters()) == [other, last]
    assert [entry.columns["text"] for entry in outbox.next_entries(10)] == ["2", "7"]
    store.close()
    outbox.close()
