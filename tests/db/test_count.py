"""Count matching predictions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.settings import Settings
from db import CountResult, Filters, Store, StoreUnavailableError, Verdict, open_store
from tests.cassandra_fixture import RunningCassandra
from tests.db.conftest import OpenStore, wait_until_reachable
from tests.db.records import make_digit, make_id, make_record

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
FILTERS = [
    Filters(),
    Filters(text="7"),
    Filters(digit=3),
    Filters(source="upload"),
    Filters(verdict="unsure"),
    Filters(min_confidence=0.9),
    Filters(max_confidence=0.9),
    Filters(model="cnn-2"),
    Filters(owner="ada"),
    Filters(labelled=True),
    Filters(labelled=False),
    Filters(wrong=True),
    Filters(wrong=False),
    Filters(label="8"),
    Filters(confused=("8", "2")),
    Filters(since=START + timedelta(hours=3)),
    Filters(until=START + timedelta(hours=3)),
    Filters(digit=1, source="upload", owner="ada"),
    Filters(text="no such text"),
]


def save_many(store: Store) -> None:
    """Save predictions of several hours that differ in all filtered columns; label some."""
    for number in range(60):
        verdict: Verdict = "unsure" if number % 3 else "digit"
        text = str(number % 30)
        record = make_record(
            text,
            id=make_id(START + number * timedelta(minutes=7)),
            source="upload" if number % 2 else "pad",
            model=f"cnn-{number % 4}",
            owner="ada" if number % 5 == 0 else None,
            digits=tuple(make_digit(int(c), 0.85 + number % 10 / 100, verdict) for c in text),
        )
        store.save(record)
        if number % 4 == 0:
            store.label(record.id, text if number % 8 else "8")


def matching(store: Store, filters: Filters) -> CountResult:
    """Return the expected count, from an export."""
    return CountResult(sum(1 for _ in store.export(filters)))


def test_an_empty_history_counts_zero(store: Store) -> None:
    assert store.count() == CountResult(0)
    assert store.count(Filters(owner="ada"), seconds=1) == CountResult(0)


@pytest.mark.parametrize("seconds", [0, 20], ids=["queued", "delivered"])
def test_every_filter_counts_what_an_export_yields(store: Store, seconds: float) -> None:
    save_many(store)
    store.flush(seconds)
    for filters in FILTERS:
        expected = matching(store, filters)
        assert store.count(filters) == expected, filters
        assert store.count(filters, seconds=10) == expected, filters
    assert store.count().count == 60


def test_changes_that_are_still_queued_count(store: Store) -> None:
    """Of delivered predictions one is deleted, one labelled, one changed, and one is new."""
    records = [make_record(str(number)) for number in range(5)]
    for record in records:
        store.save(record)
    assert store.flush(20)
    store.label(records[3].id, "3")
    assert store.flush(20)
    store.delete(records[0].id)
    store.label(records[1].id, "1")
    store.save(replace(make_record("99"), id=records[2].id))
    store.save(make_record("99"))
    for _ in range(2):
        assert store.count() == CountResult(5)
        assert store.count(Filters(text="99")) == CountResult(2)
        assert store.count(Filters(text="0")) == CountResult(0)
        assert store.count(Filters(labelled=True)) == CountResult(2)
        assert store.count(Filters(labelled=False)) == CountResult(3)
        assert store.flush(20)


def test_a_prediction_in_an_hour_that_another_process_begins_counts(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store, other = open_store(), open_store(outbox_file=tmp_path / "another" / "outbox.sqlite3")
    for hour in range(3):
        other.save(make_record(id=make_id(START + timedelta(hours=hour))))
        assert other.flush(20)
        assert store.count() == CountResult(hour + 1)


def test_a_count_with_a_limit_stops_early(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.sqlite.store._COUNT_ROWS", 10)
    monkeypatch.setattr("db.cassandra.counter._MIN_PARTITIONS", 1)
    save_many(store)
    assert store.flush(20)
    result = store.count(seconds=0)
    assert not result.complete
    assert 0 < result.count < 60
    assert store.count(seconds=10) == CountResult(60)


def test_without_cassandra_only_a_count_with_a_limit_answers(
    cassandra: RunningCassandra, tmp_path: Path
) -> None:
    """It counts what is queued and says that this is not all; an exact count is refused."""
    settings = cassandra.settings(tmp_path)
    store = open_store(settings)
    wait_until_reachable(store)
    store.save(make_record("1"))
    assert store.flush(20)
    store.close()
    away = open_store(Settings.model_validate(settings.model_dump() | {"cassandra_port": 1}))
    away.save(make_record("2"))
    try:
        assert away.count(seconds=1) == CountResult(1, complete=False)
        assert away.count(Filters(text="3"), seconds=1) == CountResult(0, complete=False)
        with pytest.raises(StoreUnavailableError):
            away.count()
    finally:
        away.close()
