"""Saved predictions are stored completely and once."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.settings import Settings
from db import PredictionRecord, Store, StoreUnavailableError, open_store
from tests.db.conftest import OpenStore
from tests.db.records import make_digit, make_record


def test_a_saved_prediction_is_read_back_unchanged(store: Store) -> None:
    record = make_record("407", source="upload", owner="ada", strokes=())
    store.save(record)
    assert store.get(record.id) == record
    assert store.flush(10)
    assert store.get(record.id) == record


def test_a_blank_image_has_no_digits_and_no_embedding(store: Store) -> None:
    blank = make_record("", digits=(), embedding=(), strokes=())
    store.save(blank)
    store.flush(10)
    assert store.get(blank.id) == blank
    assert store.page().items == (blank,)


def test_line_feeds_question_marks_and_other_scripts_are_stored(store: Store) -> None:
    record = make_record("4?\n07", owner="王", model="cnn 1 «β»")
    store.save(record)
    store.flush(10)
    assert store.get(record.id) == record


def test_strokes_are_stored_exactly(store: Store) -> None:
    strokes = (((1e9, -1e9), (1 / 3, 0.1)), (), ((5e-324, 1.5),))
    record = make_record(strokes=strokes)
    store.save(record)
    store.flush(10)
    found = store.get(record.id)
    assert found is not None
    assert found.strokes == strokes


def test_saving_an_id_again_replaces_the_prediction(store: Store) -> None:
    first = make_record("1")
    for text in ("1", "17", "175"):
        store.save(replace(make_record(text), id=first.id))
        store.flush(10)
    items = store.page().items
    assert [item.text for item in items] == ["175"]
    assert len(items[0].digits) == 3
    assert store.summary().total == 1


def test_saving_an_id_again_keeps_the_label(store: Store) -> None:
    record = make_record("1")
    store.save(record)
    store.label(record.id, "7", by="ada")
    assert store.flush(10)
    store.save(replace(make_record("17"), id=record.id))
    for _ in range(2):
        found = store.get(record.id)
        assert found is not None
        assert (found.text, found.label, found.labelled_by) == ("17", "7", "ada")
        assert store.page().items[0].label == "7"
        store.flush(10)


def test_an_id_of_another_uuid_version_is_rejected(store: Store) -> None:
    with pytest.raises(ValueError, match="version 1 UUID"):
        store.save(make_record(id=uuid4()))


def test_many_threads_can_save_at_once(store: Store) -> None:
    records = [make_record(str(number)) for number in range(200)]

    def save_all(part: list[PredictionRecord]) -> None:
        for record in part:
            store.save(record)

    threads = [threading.Thread(target=save_all, args=(records[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.flush(20)
    found = [item.id for item in store.page(500).items]
    assert found == sorted((r.id for r in records), key=lambda id: id.time, reverse=True)


def test_saved_predictions_are_there_after_reopening(open_store: OpenStore) -> None:
    record = make_record("42")
    first = open_store()
    first.save(record)
    first.close()
    assert open_store().get(record.id) == record


_SAVE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from db import open_store
from core.settings import Settings
from tests.db.records import make_record
settings = Settings.model_validate_json(sys.argv[1])
store = open_store(settings)
for number in range(50):
    record = make_record(str(number))
    store.save(record)
    print(record.id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("kind", ["sqlite", "cassandra"])
def test_a_confirmed_save_survives_a_kill(kind: str, tmp_path: Path) -> None:
    settings = Settings(
        history=kind,
        history_file=tmp_path / "history.sqlite3",
        outbox_file=tmp_path / "outbox.sqlite3",
        cassandra_contact_points=("127.0.0.1",),
        cassandra_port=1,  # not reachable: everything stays in the outbox
    )
    died = subprocess.run(
        [sys.executable, "-c", _SAVE_AND_DIE, settings.model_dump_json()],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    confirmed = [UUID(line) for line in died.stdout.split()]
    assert len(confirmed) == 50, died.stderr
    store = open_store(settings)
    try:
        assert [item.id for item in store.page(100).items] == confirmed[::-1]
    finally:
        store.close()


def test_a_damaged_file_is_explained_until_it_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    file.write_bytes(b"this is no database" * 1000)
    store = open_store(Settings(history="sqlite", history_file=file))
    with pytest.raises(
        StoreUnavailableError, match="is damaged or not a SQLite file; move it away"
    ):
        store.save(make_record())
    health = store.health()
    assert not health.accepting
    file.unlink()
    store.save(make_record())
    assert store.health().accepting
    store.close()


def test_a_digit_with_low_confidence_makes_the_prediction_unsure(store: Store) -> None:
    doubtful = replace(make_record("12"), digits=(make_digit(1), make_digit(2, 0.55, "unsure")))
    store.save(doubtful)
    store.flush(10)
    found = store.get(doubtful.id)
    assert found is not None
    assert (found.verdict, found.confidence) == ("unsure", 0.55)
