"""What is saved is kept, whole and once."""

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
from tests.db.records import a_digit, a_reading


def test_a_saved_reading_comes_back_whole(history: Store) -> None:
    reading = a_reading("407", source="upload", owner="ada", strokes=())
    history.save(reading)
    assert history.get(reading.id) == reading
    assert history.flush(10)
    assert history.get(reading.id) == reading


def test_a_blank_picture_has_no_digits_and_no_embedding(history: Store) -> None:
    blank = a_reading("", digits=(), embedding=(), strokes=())
    history.save(blank)
    history.flush(10)
    assert history.get(blank.id) == blank
    assert history.page().items == (blank,)


def test_lines_odd_marks_and_other_scripts_survive(history: Store) -> None:
    reading = a_reading("4?\n07", owner="王", model="cnn 1 «β»")
    history.save(reading)
    history.flush(10)
    assert history.get(reading.id) == reading


def test_strokes_keep_every_bit(history: Store) -> None:
    strokes = (((1e9, -1e9), (1 / 3, 0.1)), (), ((5e-324, 1.5),))
    reading = a_reading(strokes=strokes)
    history.save(reading)
    history.flush(10)
    found = history.get(reading.id)
    assert found is not None
    assert found.strokes == strokes


def test_the_same_id_again_replaces_the_reading(history: Store) -> None:
    first = a_reading("1")
    for text in ("1", "17", "175"):
        history.save(replace(a_reading(text), id=first.id))
        history.flush(10)
    items = history.page().items
    assert [item.text for item in items] == ["175"]
    assert len(items[0].digits) == 3
    assert history.summary().total == 1


def test_the_same_id_again_keeps_the_label(history: Store) -> None:
    reading = a_reading("1")
    history.save(reading)
    history.label(reading.id, "7", by="ada")
    assert history.flush(10)
    history.save(replace(a_reading("17"), id=reading.id))
    for _ in range(2):
        found = history.get(reading.id)
        assert found is not None
        assert (found.text, found.label, found.labelled_by) == ("17", "7", "ada")
        assert history.page().items[0].label == "7"
        history.flush(10)


def test_an_id_of_another_version_is_refused(history: Store) -> None:
    with pytest.raises(ValueError, match="version 1 UUID"):
        history.save(a_reading(id=uuid4()))


def test_many_threads_save_at_once(history: Store) -> None:
    readings = [a_reading(str(number)) for number in range(200)]

    def save(part: list[PredictionRecord]) -> None:
        for reading in part:
            history.save(reading)

    threads = [threading.Thread(target=save, args=(readings[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert history.flush(20)
    found = [item.id for item in history.page(500).items]
    assert found == sorted((r.id for r in readings), key=lambda id: id.time, reverse=True)


def test_what_was_saved_is_there_after_opening_again(open_store: OpenStore) -> None:
    reading = a_reading("42")
    first = open_store()
    first.save(reading)
    first.close()
    assert open_store().get(reading.id) == reading


_SAVE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from db import open_store
from core.settings import Settings
from tests.db.records import a_reading
settings = Settings.model_validate_json(sys.argv[1])
history = open_store(settings)
for number in range(50):
    reading = a_reading(str(number))
    history.save(reading)
    print(reading.id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("store", ["sqlite", "cassandra"])
def test_a_confirmed_save_survives_a_kill(store: str, tmp_path: Path) -> None:
    settings = Settings(
        history=store,
        history_file=tmp_path / "history.sqlite3",
        outbox_file=tmp_path / "outbox.sqlite3",
        cassandra_contact_points=("127.0.0.1",),
        cassandra_port=1,  # nobody there: everything waits in the outbox
    )
    died = subprocess.run(
        [sys.executable, "-c", _SAVE_AND_DIE, settings.model_dump_json()],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    confirmed = [UUID(line) for line in died.stdout.split()]
    assert len(confirmed) == 50, died.stderr
    history = open_store(settings)
    try:
        assert [item.id for item in history.page(100).items] == confirmed[::-1]
    finally:
        history.close()


def test_a_damaged_file_is_a_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    file.write_bytes(b"this is no database" * 1000)
    history = open_store(Settings(history="sqlite", history_file=file))
    with pytest.raises(StoreUnavailableError, match="is damaged or no SQLite file; move it away"):
        history.save(a_reading())
    health = history.health()
    assert not health.accepting
    file.unlink()
    history.save(a_reading())
    assert history.health().accepting
    history.close()


def test_a_low_confidence_reading_is_unsure(history: Store) -> None:
    doubtful = replace(a_reading("12"), digits=(a_digit(1), a_digit(2, 0.55, "unsure")))
    history.save(doubtful)
    history.flush(10)
    found = history.get(doubtful.id)
    assert found is not None
    assert (found.verdict, found.confidence) == ("unsure", 0.55)
