"""Labels and their corrections."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cassandra.cluster import Session

from db import Correction, Filters, LabelConflictError, PredictionRecord, Store, new_id
from tests.db.conftest import OpenStore
from tests.db.records import make_id, make_record


def test_a_label_is_stored_with_name_and_time(store: Store) -> None:
    record = make_record("1")
    store.save(record)
    for _ in range(2):
        labelled = store.label(record.id, "7", by="ada")
        assert labelled is not None
        assert labelled.labelled_at is not None
        assert abs(labelled.labelled_at - datetime.now(UTC)) < timedelta(seconds=10)
        assert labelled == replace(
            record,
            label="7",
            labelled_by="ada",
            labelled_at=labelled.labelled_at,
            corrections=labelled.corrections,
        )
        assert store.get(record.id) == labelled
        assert store.flush(10)
        assert store.get(record.id) == labelled


def test_a_label_can_be_changed_and_removed(store: Store) -> None:
    record = make_record("1")
    store.save(record)
    store.flush(10)
    store.label(record.id, "7", by="ada")
    changed = store.label(record.id, "9")
    assert changed is not None
    assert (changed.label, changed.labelled_by) == ("9", None)
    store.flush(10)
    removed = store.label(record.id, None)
    assert removed == replace(record, corrections=removed.corrections if removed else ())
    assert store.get(record.id) == removed
    store.flush(10)
    assert store.get(record.id) == removed
    assert store.page(filters=Filters(labelled=True)).items == ()


def corrections_of(prediction: PredictionRecord | None) -> list[tuple[str | None, str | None]]:
    """Return text and name of each correction, oldest first."""
    assert prediction is not None
    moments = [correction.at for correction in prediction.corrections]
    assert moments == sorted(set(moments))
    return [(correction.text, correction.by) for correction in prediction.corrections]


@pytest.mark.parametrize("seconds", [0, 10], ids=["queued", "delivered"])
def test_every_label_stays_among_the_corrections(store: Store, seconds: float) -> None:
    """Corrections have a name and a time, include removals, and are left out of pages."""
    record, other = make_record("1"), make_record("4")
    store.save(record)
    store.save(other)
    for text, by in (("7", "ada"), ("9", None), (None, "bob"), ("9", "ada")):
        labelled = store.label(record.id, text, by=by)
        store.flush(seconds)
    expected = [("7", "ada"), ("9", None), (None, "bob"), ("9", "ada")]
    store.save(replace(make_record("17"), id=record.id))
    for _ in range(2):
        assert corrections_of(labelled) == expected
        found = store.get(record.id)
        assert corrections_of(found) == expected
        assert found is not None
        assert found.labelled_at is not None
        assert found.corrections[-1].at - found.labelled_at < timedelta(milliseconds=1)
        exported = {item.id: item for item in store.export()}
        assert corrections_of(exported[record.id]) == expected
        assert corrections_of(exported[other.id]) == []
        assert [item.corrections for item in store.page().items] == [(), ()]
        assert store.flush(10)
    store.delete(record.id)
    store.save(record)
    assert store.flush(10)
    assert corrections_of(store.get(record.id)) == []


def test_a_label_of_a_version_without_corrections_becomes_one(
    open_store: OpenStore, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """A file or keyspace of the previous version keeps its labels."""
    store = open_store()
    record = make_record("1")
    store.save(record)
    labelled = store.label(record.id, "7", by="ada")
    assert store.flush(10)
    store.close()
    remove_corrections(request, tmp_path)
    store = open_store()
    found = store.get(record.id)
    assert labelled is not None
    assert labelled.labelled_at is not None
    assert found == replace(labelled, corrections=(Correction(labelled.labelled_at, "7", "ada"),))
    store.label(record.id, "9", by="bob")
    assert store.flush(10)
    assert corrections_of(store.get(record.id)) == [("7", "ada"), ("9", "bob")]


def remove_corrections(request: pytest.FixtureRequest, folder: Path) -> None:
    """Turn the files, or the keyspace, into those of the version before corrections."""
    for file in folder.glob("*.sqlite3"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("DROP TABLE corrections")
            for later in (
                "clock",
                "training_jobs",
                "training_lease",
                "model_versions",
                "model_adoptions",
                "model_comparisons",
                "version_predictions",
                "shadow",
            ):
                connection.execute(f"DROP TABLE IF EXISTS {later}")
            connection.execute("PRAGMA user_version=1")
    if "cassandra" in request.node.callspec.id:
        session: Session = request.getfixturevalue("cql")
        keyspace: str = request.getfixturevalue("keyspace")
        session.execute(f"ALTER TABLE {keyspace}.predictions DROP corrections")
        session.execute(f"UPDATE {keyspace}.layout SET value = '2' WHERE name = 'version'")


def test_a_blank_image_can_be_labelled(store: Store) -> None:
    blank = make_record("", digits=(), embedding=())
    store.save(blank)
    store.flush(10)
    labelled = store.label(blank.id, "")
    assert labelled is not None
    assert labelled.label == ""
    store.flush(10)
    assert [item.id for item in store.page(filters=Filters(wrong=False)).items] == [blank.id]


def test_an_unknown_id_cannot_be_labelled(store: Store) -> None:
    assert store.label(new_id(), "7") is None
    assert store.label(uuid4(), "7") is None
    store.flush(10)
    assert store.page().items == ()


def test_a_prediction_that_changes_after_its_label_counts_as_wrong(store: Store) -> None:
    began = datetime.now(UTC) - timedelta(minutes=5)
    record = make_record("1", id=make_id(began))
    store.save(record)
    store.label(record.id, "1")
    store.flush(10)
    store.save(replace(make_record("7"), id=record.id))
    store.flush(10)
    assert [item.id for item in store.page(filters=Filters(wrong=True)).items] == [record.id]
    assert store.page(filters=Filters(wrong=False)).items == ()


@pytest.mark.parametrize("seconds", [0, 10], ids=["queued", "delivered"])
def test_a_label_replaces_only_the_one_that_its_author_saw(store: Store, seconds: float) -> None:
    record = make_record("1")
    store.save(record)
    store.flush(seconds)
    first = store.label(record.id, "7", "ada", replaces=None)
    assert first is not None
    store.flush(seconds)
    for seen in (None, record.created):
        with pytest.raises(LabelConflictError) as conflict:
            store.label(record.id, "9", "bob", replaces=seen)
        assert conflict.value.prediction == first
        assert store.get(record.id) == first
    second = store.label(record.id, "9", "bob", replaces=first.labelled_at)
    assert corrections_of(second) == [("7", "ada"), ("9", "bob")]
    store.flush(seconds)
    with pytest.raises(LabelConflictError):
        store.label(record.id, None, "ada", replaces=first.labelled_at)
    assert store.get(record.id) == second
    assert corrections_of(store.label(record.id, "4")) == [("7", "ada"), ("9", "bob"), ("4", None)]


@pytest.mark.parametrize("seconds", [0, 10], ids=["queued", "delivered"])
def test_a_label_that_is_sent_again_is_stored_once(store: Store, seconds: float) -> None:
    record = make_record("1")
    store.save(record)
    first = store.label(record.id, "7", "ada", replaces=None)
    store.flush(seconds)
    assert store.label(record.id, "7", "ada", replaces=None) == first
    store.flush(seconds)
    assert store.get(record.id) == first
    agreed = store.label(record.id, "7", "bob", replaces=None)
    assert corrections_of(agreed) == [("7", "ada"), ("7", "bob")]


def test_a_label_of_another_process_is_not_replaced_unseen(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store, other = open_store(), open_store(outbox_file=tmp_path / "another" / "outbox.sqlite3")
    record = make_record("1")
    store.save(record)
    assert store.flush(20)
    mine = store.label(record.id, "7", "ada")
    assert mine is not None
    assert store.flush(20)
    theirs = other.label(record.id, "9", "bob", replaces=mine.labelled_at)
    assert other.flush(20)
    with pytest.raises(LabelConflictError) as conflict:
        store.label(record.id, "4", "ada", replaces=mine.labelled_at)
    assert conflict.value.prediction == theirs


def test_two_labels_in_a_row_have_different_times(store: Store) -> None:
    record = make_record("1")
    store.save(record)
    labelled = [store.label(record.id, str(digit)) for digit in range(10)]
    times = [prediction.labelled_at for prediction in labelled if prediction is not None]
    assert len(set(times)) == 10
