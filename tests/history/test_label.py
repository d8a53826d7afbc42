"""What a reading truly was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from db import Filters, History, new_id
from tests.history.readings import a_reading, id_of


def test_a_label_is_kept_with_who_and_when(history: History) -> None:
    reading = a_reading("1")
    history.save(reading)
    for _ in range(2):
        labelled = history.label(reading.id, "7", by="ada")
        assert labelled is not None
        assert labelled.labelled_at is not None
        assert abs(labelled.labelled_at - datetime.now(UTC)) < timedelta(seconds=10)
        assert labelled == replace(
            reading, label="7", labelled_by="ada", labelled_at=labelled.labelled_at
        )
        assert history.get(reading.id) == labelled
        assert history.flush(10)
        assert history.get(reading.id) == labelled


def test_a_label_can_be_changed_and_taken_back(history: History) -> None:
    reading = a_reading("1")
    history.save(reading)
    history.flush(10)
    history.label(reading.id, "7", by="ada")
    changed = history.label(reading.id, "9")
    assert changed is not None
    assert (changed.label, changed.labelled_by) == ("9", None)
    history.flush(10)
    assert history.label(reading.id, None) == reading
    assert history.get(reading.id) == reading
    history.flush(10)
    assert history.get(reading.id) == reading
    assert history.page(filters=Filters(labelled=True)).items == ()


def test_a_blank_picture_can_be_labelled(history: History) -> None:
    blank = a_reading("", digits=(), embedding=())
    history.save(blank)
    history.flush(10)
    labelled = history.label(blank.id, "")
    assert labelled is not None
    assert labelled.label == ""
    history.flush(10)
    assert [item.id for item in history.page(filters=Filters(wrong=False)).items] == [blank.id]


def test_an_unknown_id_cannot_be_labelled(history: History) -> None:
    assert history.label(new_id(), "7") is None
    assert history.label(uuid4(), "7") is None
    history.flush(10)
    assert history.page().items == ()


def test_a_reading_that_changes_after_its_label_is_found_as_wrong(history: History) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    reading = a_reading("1", id=id_of(began))
    history.save(reading)
    history.label(reading.id, "1")
    history.flush(10)
    history.save(replace(a_reading("7"), id=reading.id))
    history.flush(10)
    assert [item.id for item in history.page(filters=Filters(wrong=True)).items] == [reading.id]
    assert history.page(filters=Filters(wrong=False)).items == ()
