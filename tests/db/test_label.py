"""What a reading truly was."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cassandra.cluster import Session

from db import Correction, Filters, PredictionRecord, Store, new_id
from tests.db.conftest import OpenStore
from tests.db.records import a_reading, id_of


def test_a_label_is_kept_with_who_and_when(history: Store) -> None:
    reading = a_reading("1")
    history.save(reading)
    for _ in range(2):
        labelled = history.label(reading.id, "7", by="ada")
        assert labelled is not None
        assert labelled.labelled_at is not None
        assert abs(labelled.labelled_at - datetime.now(UTC)) < timedelta(seconds=10)
        assert labelled == replace(
            reading,
            label="7",
            labelled_by="ada",
            labelled_at=labelled.labelled_at,
            corrections=labelled.corrections,
        )
        assert history.get(reading.id) == labelled
        assert history.flush(10)
        assert history.get(reading.id) == labelled


def test_a_label_can_be_changed_and_taken_back(history: Store) -> None:
    reading = a_reading("1")
    history.save(reading)
    history.flush(10)
    history.label(reading.id, "7", by="ada")
    changed = history.label(reading.id, "9")
    assert changed is not None
    assert (changed.label, changed.labelled_by) == ("9", None)
    history.flush(10)
    taken_back = history.label(reading.id, None)
    assert taken_back == replace(reading, corrections=taken_back.corrections if taken_back else ())
    assert history.get(reading.id) == taken_back
    history.flush(10)
    assert history.get(reading.id) == taken_back
    assert history.page(filters=Filters(labelled=True)).items == ()


def said(prediction: PredictionRecord | None) -> list[tuple[str | None, str | None]]:
    """What was said of a prediction and by whom, oldest first."""
    assert prediction is not None
    moments = [correction.at for correction in prediction.corrections]
    assert moments == sorted(set(moments))
    return [(correction.text, correction.by) for correction in prediction.corrections]


@pytest.mark.parametrize("settle", [0, 10], ids=["waiting", "arrived"])
def test_all_that_was_ever_said_is_kept(history: Store, settle: float) -> None:
    """A reading's corrections, each with who and when, those taken back too, but not on pages."""
    reading, other = a_reading("1"), a_reading("4")
    history.save(reading)
    history.save(other)
    for text, by in (("7", "ada"), ("9", None), (None, "bob"), ("9", "ada")):
        labelled = history.label(reading.id, text, by=by)
        history.flush(settle)
    expected = [("7", "ada"), ("9", None), (None, "bob"), ("9", "ada")]
    history.save(replace(a_reading("17"), id=reading.id))
    for _ in range(2):
        assert said(labelled) == expected
        found = history.get(reading.id)
        assert said(found) == expected
        assert found is not None
        assert found.labelled_at is not None
        assert found.corrections[-1].at - found.labelled_at < timedelta(milliseconds=1)
        exported = {one.id: one for one in history.export()}
        assert said(exported[reading.id]) == expected
        assert said(exported[other.id]) == []
        assert [one.corrections for one in history.page().items] == [(), ()]
        assert history.flush(10)
    history.delete(reading.id)
    history.save(reading)
    assert history.flush(10)
    assert said(history.get(reading.id)) == []


def test_a_label_from_before_corrections_were_kept_is_one_of_them(
    open_store: OpenStore, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """A file or a keyspace of the version before goes on, and forgets nothing."""
    history = open_store()
    reading = a_reading("1")
    history.save(reading)
    labelled = history.label(reading.id, "7", by="ada")
    assert history.flush(10)
    history.close()
    forget_corrections(request, tmp_path)
    history = open_store()
    found = history.get(reading.id)
    assert labelled is not None
    assert labelled.labelled_at is not None
    assert found == replace(labelled, corrections=(Correction(labelled.labelled_at, "7", "ada"),))
    history.label(reading.id, "9", by="bob")
    assert history.flush(10)
    assert said(history.get(reading.id)) == [("7", "ada"), ("9", "bob")]


def forget_corrections(request: pytest.FixtureRequest, folder: Path) -> None:
    """Bring what is in the folder, and the keyspace, back to the version before corrections."""
    for file in folder.glob("*.sqlite3"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("DROP TABLE corrections")
            connection.execute("PRAGMA user_version=1")
    if "cassandra" in request.node.callspec.id:
        session: Session = request.getfixturevalue("own_session")
        keyspace: str = request.getfixturevalue("keyspace")
        session.execute(f"ALTER TABLE {keyspace}.predictions DROP corrections")
        session.execute(f"UPDATE {keyspace}.layout SET value = '2' WHERE name = 'version'")


def test_a_blank_picture_can_be_labelled(history: Store) -> None:
    blank = a_reading("", digits=(), embedding=())
    history.save(blank)
    history.flush(10)
    labelled = history.label(blank.id, "")
    assert labelled is not None
    assert labelled.label == ""
    history.flush(10)
    assert [item.id for item in history.page(filters=Filters(wrong=False)).items] == [blank.id]


def test_an_unknown_id_cannot_be_labelled(history: Store) -> None:
    assert history.label(new_id(), "7") is None
    assert history.label(uuid4(), "7") is None
    history.flush(10)
    assert history.page().items == ()


def test_a_reading_that_changes_after_its_label_is_found_as_wrong(history: Store) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    reading = a_reading("1", id=id_of(began))
    history.save(reading)
    history.label(reading.id, "1")
    history.flush(10)
    history.save(replace(a_reading("7"), id=reading.id))
    history.flush(10)
    assert [item.id for item in history.page(filters=Filters(wrong=True)).items] == [reading.id]
    assert history.page(filters=Filters(wrong=False)).items == ()
