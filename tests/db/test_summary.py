"""Statistics of the history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import Accuracy, Store, Summary
from tests.db.conftest import OpenStore
from tests.db.records import make_digit, make_id, make_record

DAY = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


def test_the_summary_of_an_empty_history_is_zero(store: Store) -> None:
    assert store.summary() == Summary(
        total=0,
        digits=dict.fromkeys(range(10), 0),
        sources={},
        verdicts={},
        models={},
        days={},
        accuracy=Accuracy(),
        confusion={},
    )


def test_labels_of_visitors_do_not_count(store: Store) -> None:
    records = [make_record("7") for _ in range(3)]
    for record, author in zip(records, ("visitor", "visitor, room K7Q2M", "Ada"), strict=True):
        store.save(record)
        store.label(record.id, "1", author)
    assert store.summary().accuracy == Accuracy(labelled=1, right=0)
    assert store.summary().confusion == {("1", "7"): 1}
    store.label(records[0].id, "7", "Ada")
    assert store.summary().accuracy == Accuracy(labelled=2, right=1)


def test_the_summary_follows_every_change(store: Store) -> None:
    first = make_record("407", id=make_id(DAY), source="upload", model="old")
    second = make_record("4?", id=make_id(DAY + timedelta(minutes=1)))
    third = make_record("7", id=make_id(DAY + timedelta(hours=30)))
    doubtful = replace(make_record("1"), digits=(make_digit(1, 0.5, "unsure"),))
    for record in (first, second, third, doubtful):
        store.save(record)
    today = doubtful.created.date().isoformat()
    summary = store.summary()
    assert summary.total == 4
    assert summary.digits == {0: 1, 1: 1, 2: 0, 3: 0, 4: 2, 5: 0, 6: 0, 7: 2, 8: 0, 9: 0}
    assert summary.sources == {"upload": 1, "pad": 3}
    assert summary.verdicts == {"digit": 2, "not_a_digit": 1, "unsure": 1}
    assert summary.models == {"old": 1, "cnn-1": 3}
    assert summary.days == {"2026-11-20": 2, "2026-11-21": 1, today: 1}
    assert summary.accuracy == Accuracy(0, 0)

    store.label(first.id, "401")
    store.label(second.id, "42")
    store.label(third.id, "7")
    store.label(doubtful.id, "17")  # of another length: no pairs of characters
    summary = store.summary()
    assert summary.accuracy == Accuracy(labelled=4, right=1)
    assert summary.by_model == {"old": Accuracy(1, 0), "cnn-1": Accuracy(3, 1)}
    assert summary.by_day == {
        "2026-11-20": Accuracy(2, 0),
        "2026-11-21": Accuracy(1, 1),
        today: Accuracy(1, 0),
    }
    assert summary.confusion == {
        ("4", "4"): 2,
        ("0", "0"): 1,
        ("1", "7"): 1,
        ("2", "?"): 1,
        ("7", "7"): 1,
    }

    store.label(third.id, None)
    store.delete(first.id)
    store.save(replace(make_record("88"), id=second.id))
    summary = store.summary()
    assert (summary.total, summary.digits[8], summary.digits[4]) == (3, 2, 0)
    assert summary.accuracy == Accuracy(labelled=2, right=0)
    assert summary.days == {"2026-11-20": 1, "2026-11-21": 1, today: 1}


def test_the_summary_follows_changes_of_another_process(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store, other = open_store(), open_store(outbox_file=tmp_path / "another" / "outbox.sqlite3")
    record = make_record("5", id=make_id(DAY))
    store.save(record)
    assert store.summary().total == 1
    assert other.summary().total == 1
    other.label(record.id, "5")
    other.flush(10)
    assert store.summary().accuracy == Accuracy(1, 1)
    store.delete(record.id)
    store.flush(10)
    assert other.summary().total == 0
