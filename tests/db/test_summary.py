"""Totals over the history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import Accuracy, Store, Summary
from tests.db.conftest import OpenStore
from tests.db.records import a_digit, a_reading, id_of

DAY = datetime(2026, 11, 20, 10, 15, tzinfo=UTC)


def test_an_empty_history_counts_nothing(history: Store) -> None:
    assert history.summary() == Summary(
        total=0,
        digits=dict.fromkeys(range(10), 0),
        sources={},
        verdicts={},
        models={},
        days={},
        accuracy=Accuracy(),
        confusion={},
    )


def test_everything_is_counted_again_after_every_change(history: Store) -> None:
    first = a_reading("407", id=id_of(DAY), source="upload", model="old")
    second = a_reading("4?", id=id_of(DAY + timedelta(minutes=1)))
    third = a_reading("7", id=id_of(DAY + timedelta(hours=30)))
    doubtful = replace(a_reading("1"), digits=(a_digit(1, 0.5, "unsure"),))
    for reading in (first, second, third, doubtful):
        history.save(reading)
    today = doubtful.created.date().isoformat()
    summary = history.summary()
    assert summary.total == 4
    assert summary.digits == {0: 1, 1: 1, 2: 0, 3: 0, 4: 2, 5: 0, 6: 0, 7: 2, 8: 0, 9: 0}
    assert summary.sources == {"upload": 1, "pad": 3}
    assert summary.verdicts == {"digit": 2, "not_a_digit": 1, "unsure": 1}
    assert summary.models == {"old": 1, "cnn-1": 3}
    assert summary.days == {"2026-11-20": 2, "2026-11-21": 1, today: 1}
    assert summary.accuracy == Accuracy(0, 0)

    history.label(first.id, "401")
    history.label(second.id, "42")
    history.label(third.id, "7")
    history.label(doubtful.id, "17")  # of another length: no pairs to tell
    summary = history.summary()
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

    history.label(third.id, None)
    history.delete(first.id)
    history.save(replace(a_reading("88"), id=second.id))
    summary = history.summary()
    assert (summary.total, summary.digits[8], summary.digits[4]) == (3, 2, 0)
    assert summary.accuracy == Accuracy(labelled=2, right=0)
    assert summary.days == {"2026-11-20": 1, "2026-11-21": 1, today: 1}


def test_what_one_process_changes_another_counts(open_store: OpenStore, tmp_path: Path) -> None:
    here, there = open_store(), open_store(outbox_file=tmp_path / "another" / "outbox.sqlite3")
    reading = a_reading("5", id=id_of(DAY))
    here.save(reading)
    assert here.summary().total == 1
    assert there.summary().total == 1
    there.label(reading.id, "5")
    there.flush(10)
    assert here.summary().accuracy == Accuracy(1, 1)
    here.delete(reading.id)
    here.flush(10)
    assert there.summary().total == 0
