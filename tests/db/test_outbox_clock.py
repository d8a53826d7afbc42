"""The clock of the outbox: later changes have later times, even if the system clock goes back."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.settings import Settings
from db import open_store
from db.cassandra.store import CassandraStore
from db.outbox import queue
from db.outbox.queue import Outbox
from db.sqlite.connection import SqliteConnection
from tests.cassandra_fixture import RunningCassandra
from tests.db.conftest import wait_until_reachable
from tests.db.records import make_record

SECOND = 1_000_000
HOUR = 3600 * SECOND
START = 1_800_000_000 * SECOND


class SystemClock:
    """A system clock that is set by hand."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> int:
        return self.time


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


@pytest.fixture
def open_outbox(tmp_path: Path, clock: SystemClock) -> Iterator[Callable[[], Outbox]]:
    """A function that opens the same outbox, each time as another process would."""
    opened: list[Outbox] = []

    def open_one() -> Outbox:
        opened.append(Outbox(tmp_path / "outbox.sqlite3", clock))
        return opened[-1]

    yield open_one
    for outbox in opened:
        outbox.close()


def times_of(outbox: Outbox) -> tuple[int | None, int | None, int | None]:
    (entry,) = outbox.next_entries(10)
    return entry.saved_at, entry.labelled_at, entry.deleted_at


def deliver_all(outbox: Outbox) -> None:
    outbox.mark_delivered(outbox.next_entries(1000))
    assert len(outbox) == 0


def test_times_follow_the_system_clock_while_it_goes_forward(
    open_outbox: Callable[[], Outbox], clock: SystemClock
) -> None:
    outbox = open_outbox()
    record = make_record("7")
    outbox.save(record)
    assert times_of(outbox)[0] == START
    clock.time += SECOND
    outbox.delete([record.id])
    assert times_of(outbox)[2] == START + SECOND


@pytest.mark.parametrize("restarts", [False, True], ids=["same process", "restart"])
def test_a_change_after_the_clock_was_set_back_is_later_than_the_save(
    open_outbox: Callable[[], Outbox], clock: SystemClock, restarts: bool
) -> None:
    """Also where the save has been delivered and dropped from the outbox."""
    outbox = open_outbox()
    record, other = make_record("7"), make_record("8")
    outbox.save(record)
    saved_at = times_of(outbox)[0]
    assert saved_at is not None
    deliver_all(outbox)
    clock.time += 60 * SECOND
    outbox.save(other)
    deliver_all(outbox)
    assert outbox.find([record.id], 0) == {}
    last = clock.time
    clock.time -= HOUR
    if restarts:
        outbox.close()
        outbox = open_outbox()
    outbox.label(record, "1", None)
    labelled_at = times_of(outbox)[1]
    assert labelled_at is not None
    assert labelled_at > last > saved_at
    outbox.delete([record.id])
    deleted_at = times_of(outbox)[2]
    assert deleted_at is not None
    assert deleted_at > labelled_at
    assert outbox.now() > deleted_at
    outbox.save(record)
    saved_again_at, _, _ = times_of(outbox)
    assert saved_again_at is not None
    assert saved_again_at > deleted_at
    clock.time += 2 * HOUR
    outbox.delete([record.id])
    assert times_of(outbox)[2] == clock.time


def test_processes_that_share_the_outbox_do_not_go_behind_each_other(
    open_outbox: Callable[[], Outbox], clock: SystemClock
) -> None:
    outbox, other = open_outbox(), open_outbox()
    record = make_record("7")
    other.save(make_record("8"))
    clock.time += SECOND
    outbox.save(record)
    deliver_all(outbox)
    clock.time -= HOUR
    other.delete([record.id])
    deleted_at = times_of(outbox)[2]
    assert deleted_at is not None
    assert deleted_at > START + SECOND


def test_saves_that_share_a_transaction_have_different_times(
    open_outbox: Callable[[], Outbox],
) -> None:
    outbox = open_outbox()
    records = [make_record(str(number)) for number in range(5)]
    outbox._file.write(lambda connection: outbox._enqueue_saved(connection, records))
    entries = outbox.next_entries(10)
    assert [entry.id for entry in entries] == [record.id for record in records]
    assert len({entry.saved_at for entry in entries}) == 5
    outbox.delete([records[4].id])
    assert [entry.deleted_at for entry in outbox.next_entries(10)][4] == outbox.now() - 1


def test_an_outbox_of_an_earlier_version_continues_after_its_last_time(
    open_outbox: Callable[[], Outbox], clock: SystemClock, tmp_path: Path
) -> None:
    earlier = SqliteConnection(tmp_path / "outbox.sqlite3", open_outbox()._file._schema[:2])
    future = clock.time + HOUR
    insert = f"INSERT INTO waiting (position, turn, saved_at) VALUES (x'00', {future}, {future})"
    earlier.write(lambda connection: connection.execute(insert))
    earlier.close()
    outbox = open_outbox()
    outbox.delete([make_record("7").id])
    deleted = [entry.deleted_at for entry in outbox.next_entries(10) if entry.deleted_at]
    assert deleted == [future + 1]


def test_delivered_entries_are_dropped_while_the_clock_is_behind(
    open_outbox: Callable[[], Outbox], clock: SystemClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is an hour ahead for a moment: the outbox does not grow for an hour."""
    monotonic = time.monotonic()
    monkeypatch.setattr(queue, "time", SimpleNamespace(monotonic=lambda: monotonic))
    outbox = open_outbox()
    clock.time += HOUR
    outbox.save(make_record("1"))
    deliver_all(outbox)
    clock.time -= HOUR
    records = [make_record(str(number)) for number in range(10)]
    for record in records:
        outbox.save(record)
        deliver_all(outbox)
        monotonic += 5
    left = outbox.find([record.id for record in records], 0)
    assert 5 <= len(left) <= 8


def test_a_clock_far_behind_is_logged_once(
    open_outbox: Callable[[], Outbox], clock: SystemClock, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = open_outbox()
    outbox.save(make_record("1"))
    clock.time -= 30 * SECOND
    outbox.save(make_record("2"))
    assert not caplog.records
    clock.time -= HOUR
    with caplog.at_level(logging.WARNING):
        outbox.save(make_record("3"))
        outbox.save(make_record("4"))
    assert len(caplog.records) == 1
    assert "3630 s behind the last change" in caplog.text


@pytest.mark.parametrize("restarts", [False, True], ids=["same process", "restart"])
def test_in_cassandra_a_deletion_after_the_clock_was_set_back_wins(
    cassandra: RunningCassandra, tmp_path: Path, restarts: bool
) -> None:
    settings = cassandra.settings(tmp_path)

    def open_behind(seconds: int) -> CassandraStore:
        store = open_store(settings)
        assert isinstance(store, CassandraStore)
        set_back(store, seconds)
        wait_until_reachable(store)
        return store

    def set_back(store: CassandraStore, seconds: int) -> None:
        store._outbox._clock._system_time = lambda: time.time_ns() // 1000 - seconds * SECOND

    store = open_behind(0)
    deleted, labelled = make_record("1"), make_record("2")
    for record in (deleted, labelled):
        store.save(record)
    store.label(labelled.id, "3")
    assert store.flush(30)
    if restarts:
        store.close()
        store = open_behind(3600)
    else:
        set_back(store, 3600)
    assert store.delete(deleted.id)
    store.label(labelled.id, "4")
    assert store.flush(30)
    store.close()
    # Another server, with an empty outbox, sees what Cassandra has.
    other = open_store(Settings.model_copy(settings, update={"outbox_file": tmp_path / "other"}))
    wait_until_reachable(other)
    assert [(item.id, item.label) for item in other.page().items] == [(labelled.id, "4")]
    assert other.get(deleted.id) is None
    other.close()
