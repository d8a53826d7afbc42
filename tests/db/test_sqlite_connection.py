"""What several write at once, in the file that both stores write to first."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core.settings import Settings
from db import open_store
from db.outbox.queue import Outbox
from db.sqlite.connection import SqliteConnection, execute_rows, read_one
from db.sqlite.store import SqliteStore
from db.store import Filters, StoreUnavailableError
from tests.db.records import a_reading

SCHEMA = "CREATE TABLE words (word TEXT UNIQUE)"
SECONDS = 10


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteConnection]:
    opened = SqliteConnection(tmp_path / "words.sqlite3", (SCHEMA,))
    yield opened
    opened.close()


class Words:
    """Writes words, and remembers which came together."""

    def __init__(self) -> None:
        self.together: list[list[str]] = []

    def put(self, connection: sqlite3.Connection, words: list[str]) -> None:
        """Insert words, none of which may be there yet."""
        self.together.append(words)
        execute_rows(connection, "INSERT INTO words VALUES {rows}", [(word,) for word in words])


def written(file: SqliteConnection) -> list[str]:
    with file.read() as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")]


def all_at_once(file: SqliteConnection, writes: Sequence[Callable[[], None]]) -> list[Future[None]]:
    """Begin writes one after the other while the file is busy, so that they wait as one group."""
    busy, free = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        busy.set()
        assert free.wait(SECONDS)

    with ThreadPoolExecutor(len(writes) + 1) as threads:
        held = threads.submit(file.write, hold)
        assert busy.wait(SECONDS)
        begun = []
        for number, write in enumerate(writes, start=1):
            begun.append(threads.submit(write))
            while len(file._waiting) < number:
                time.sleep(0.001)
        free.set()
        held.result(SECONDS)
    return begun


def test_what_is_written_the_same_way_is_written_together(file: SqliteConnection) -> None:
    words = Words()
    writes = [partial(file.write_together, words.put, word) for word in "abc"]
    for write in all_at_once(file, writes):
        write.result()
    assert words.together == [["a", "b", "c"]]
    assert written(file) == ["a", "b", "c"]


def test_the_order_of_the_calls_is_kept(file: SqliteConnection) -> None:
    words = Words()

    def remove(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM words")

    all_at_once(
        file,
        [
            lambda: file.write_together(words.put, "a"),
            lambda: file.write(remove),
            lambda: file.write_together(words.put, "b"),
            lambda: file.write_together(words.put, "a"),
        ],
    )
    assert written(file) == ["b", "a"]


def test_what_cannot_be_written_takes_nothing_else_along(file: SqliteConnection) -> None:
    words = Words()
    file.write_together(words.put, "b")
    writes = [partial(file.write_together, words.put, word) for word in "abc"]
    one, there_already, another = all_at_once(file, writes)
    with pytest.raises(StoreUnavailableError, match="UNIQUE"):
        there_already.result()
    assert (one.result(), another.result()) == (None, None)
    assert written(file) == ["b", "a", "c"]


def test_more_rows_than_one_statement_takes(file: SqliteConnection) -> None:
    many = [(str(number),) for number in range(1234)]
    file.write(lambda connection: execute_rows(connection, "INSERT INTO words VALUES {rows}", many))
    with file.read() as connection:
        assert read_one(connection, "SELECT count(*) FROM words") == (1234,)
    file.write(lambda connection: execute_rows(connection, "INSERT INTO words VALUES {rows}", []))
    assert len(written(file)) == 1234


@pytest.mark.parametrize("last_embedding", [(), (0.0, 1.0)])
def test_of_those_saved_at_once_under_one_id_the_last_counts(
    tmp_path: Path, last_embedding: tuple[float, ...]
) -> None:
    first, other = a_reading("1", embedding=(1.0, 0.0)), a_reading("2")
    last = replace(first, text="7", embedding=last_embedding)
    embedded = open_store(Settings(history="sqlite", history_file=tmp_path / "history.sqlite3"))
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    assert isinstance(embedded, SqliteStore)
    for store in (embedded, outbox):
        all_at_once(store._file, [partial(store.save, one) for one in (first, other, last)])
    assert list(embedded.export()) == [other, last]
    assert outbox.newest(10, None, Filters()) == [other, last]
    assert [entry.columns["text"] for entry in outbox.next_entries(10)] == ["2", "7"]
    embedded.close()
    outbox.close()
