"""What is most useful to label in a history: who labelled what, what is new, other versions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.settings import Settings
from db import Filters, PredictionRecord, Store
from db.model_registry import ModelVersion
from db.version_predictions import VersionPrediction
from services import most_useful
from services.most_useful import MostUsefulPredictions
from tests.db.records import make_digit, make_id, make_record, unit_vector

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
CLOSED = Settings(reviewer_password="correct horse")


def make_unsure(number: int, confidence: float = 0.5) -> PredictionRecord:
    """Return a prediction made `number` minutes after START, unlike those of other numbers."""
    return make_record(
        "7",
        id=make_id(START + number * timedelta(minutes=1)),
        digits=(make_digit(7, confidence),),
        embedding=unit_vector(30 * number),
    )


def save(store: Store, *records: PredictionRecord) -> None:
    for record in records:
        store.save(record)
    assert store.flush(20)


def select(ranking: MostUsefulPredictions, **options: object) -> list[PredictionRecord]:
    """Return the most useful predictions."""
    return [item.record for item in ranking.select(**options).items]  # type: ignore[arg-type]


def test_only_labels_of_reviewers_count(store: Store) -> None:
    records = [make_unsure(number) for number in range(4)]
    save(store, *records)
    store.label(records[0].id, "7", "Ada")
    store.label(records[1].id, "7", "visitor")
    store.label(records[2].id, "7", "room ABCDE")
    found = select(MostUsefulPredictions(store, CLOSED, "cnn-1"))
    assert {record.id for record in found} == {record.id for record in records[1:]}
    assert all(record.image for record in found)


def test_what_was_labelled_deleted_or_saved_since_the_first_call_is_known(store: Store) -> None:
    ranking = MostUsefulPredictions(store, CLOSED, "cnn-1")
    assert ranking.select().items == ()
    first = [make_unsure(number) for number in range(3)]
    save(store, *first)
    assert len(select(ranking)) == 3
    store.label(first[2].id, "1", "Ada")
    store.delete(first[1].id)
    new = make_unsure(3)
    repeated = make_record("7", id=make_id(START), digits=new.digits, embedding=first[2].embedding)
    save(store, new, repeated)
    found = ranking.select()
    assert {item.record.id for item in found.items} == {first[0].id, new.id}
    assert found.candidates >= 2


def test_an_older_prediction_is_found_after_the_candidates_are_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranking = MostUsefulPredictions(store, CLOSED, "cnn-1")
    save(store, make_unsure(9))
    assert len(select(ranking)) == 1
    imported = make_unsure(1)
    save(store, imported)
    monkeypatch.setattr(most_useful, "REFRESH_SECONDS", 0.0)
    assert imported.id in {record.id for record in select(ranking)}


def test_the_newest_are_compared_and_the_bound_is_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(most_useful, "MAX_CANDIDATES", 4)
    monkeypatch.setattr(most_useful, "_ROWS", 3)
    records = [make_unsure(number) for number in range(6)]
    save(store, *records)
    ranking = MostUsefulPredictions(store, CLOSED, "cnn-1")
    found = ranking.select()
    assert {item.record.id for item in found.items} == {record.id for record in records[2:]}
    assert (found.candidates, found.complete) == (4, False)
    save(store, make_unsure(6))
    assert make_unsure(6).id in {record.id for record in select(ranking)}
    assert ranking.select().candidates == 4
    all_of_them = MostUsefulPredictions(store, CLOSED, "cnn-1").select(
        Filters(until=START + timedelta(minutes=3))
    )
    assert (all_of_them.candidates, all_of_them.complete) == (3, True)


def test_filters_limit_and_drawings_without_digits(store: Store) -> None:
    uploaded = replace(make_unsure(1), source="upload")
    blank = make_record("", id=make_id(START - timedelta(minutes=1)), digits=(), embedding=())
    save(store, make_unsure(0), uploaded, make_unsure(2, confidence=0.9), blank)
    ranking = MostUsefulPredictions(store, CLOSED, "cnn-1")
    assert [record.id for record in select(ranking, filters=Filters(source="upload"))] == [
        uploaded.id
    ]
    assert len(select(ranking, limit=2)) == 2
    assert len(select(ranking)) == 3


def test_predictions_on_which_another_version_disagrees_come_first(store: Store) -> None:
    records = [make_unsure(number, confidence=0.9) for number in range(3)]
    save(store, *records)
    store.models.add(ModelVersion("cnn-2", START, {"version": "cnn-2"}), b"network")
    store.version_predictions.save(
        [
            VersionPrediction(records[0].id, "cnn-2", "1", 0.8, differs=True),
            VersionPrediction(records[1].id, "cnn-2", "7", 0.8, differs=False),
        ]
    )
    items = MostUsefulPredictions(store, CLOSED, "cnn-1").select().items
    assert items[0].record.id == records[0].id
    assert (items[0].other_text, items[0].reasons[0]) == ("1", "differs")
    assert [item.other_text for item in items[1:]] == [None, None]
