"""What other versions predict, in both stores: stored beside a prediction, deleted with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from db import Filters, PredictionRecord, Store
from db.version_predictions import Shadow, VersionPrediction
from tests.db.conftest import OpenStore
from tests.db.records import make_id, make_record

SHADOW = Shadow(
    "b", datetime(2026, 12, 1, 9, 0, tzinfo=UTC), datetime(2026, 12, 8, 9, 0, tzinfo=UTC), "Ada 伟"
)


def save(store: Store, texts: Sequence[str], owner: str | None = None) -> list[PredictionRecord]:
    """Save a prediction for each text and wait until they are in the store."""
    records = [make_record(text, owner=owner) for text in texts]
    for record in records:
        store.save(record)
    assert store.flush(20)
    return records


def by_version(record: PredictionRecord, version: str, text: str) -> VersionPrediction:
    """Return what a version predicts for a stored prediction."""
    return VersionPrediction(record.id, version, text, 0.75, differs=text != record.text)


def found(store: Store, *records: PredictionRecord) -> dict[UUID, tuple[VersionPrediction, ...]]:
    """Return what is stored for predictions."""
    return store.version_predictions.find([record.id for record in records])


def test_they_come_back_by_id_in_the_order_of_versions(store: Store) -> None:
    seven, one, four = save(store, "714")
    items = [by_version(seven, "b", "1"), by_version(seven, "a", "7"), by_version(one, "b", "1")]
    store.version_predictions.save(items)
    assert found(store, seven, one, four) == {seven.id: (items[1], items[0]), one.id: (items[2],)}
    assert store.version_predictions.find([]) == {}
    assert store.get(seven.id) == seven  # the original is as it was


def test_a_newer_one_replaces_that_of_the_same_version(store: Store) -> None:
    (seven,) = save(store, "7")
    store.version_predictions.save([by_version(seven, "b", "1")])
    store.version_predictions.save([by_version(seven, "b", "7")])
    assert found(store, seven) == {seven.id: (by_version(seven, "b", "7"),)}
    assert store.version_predictions.differing("b", 10) == []


def test_those_that_differ_are_listed_newest_first(store: Store, open_store: OpenStore) -> None:
    records = save(store, "7142")
    items = [by_version(record, "b", "1") for record in records]
    store.version_predictions.save([*items, by_version(records[1], "a", "9")])
    other_process = open_store().version_predictions
    newest_first = [items[3], items[2], items[0]]  # the second is a 1 for both
    assert other_process.differing("b", 10) == newest_first
    assert other_process.differing("b", 2) == newest_first[:2]
    assert other_process.differing("b", 10, before=records[3].id) == newest_first[1:]
    assert other_process.differing("b", 10, before=records[0].id) == []


def test_they_are_deleted_with_their_prediction(store: Store) -> None:
    seven, four = save(store, "74")
    store.version_predictions.save([by_version(seven, "b", "1"), by_version(four, "b", "9")])
    assert store.delete(seven.id)
    assert store.flush(20)
    assert found(store, seven, four) == {four.id: (by_version(four, "b", "9"),)}
    assert store.version_predictions.differing("b", 10) == [by_version(four, "b", "9")]
    assert store.version_predictions.differing("b", 1) == [by_version(four, "b", "9")]


def test_they_are_deleted_with_all_predictions_of_their_owner(store: Store) -> None:
    mine, other = *save(store, "7", owner="me"), *save(store, "4", owner="you")
    store.version_predictions.save([by_version(mine, "b", "1"), by_version(other, "b", "9")])
    assert store.delete_owner("me") == 1
    assert store.flush(20)
    assert found(store, mine, other) == {other.id: (by_version(other, "b", "9"),)}


def test_nothing_is_stored_for_a_prediction_that_was_deleted_in_between(store: Store) -> None:
    (seven,) = save(store, "7")
    store.delete(seven.id)
    assert store.flush(20)
    store.version_predictions.save([by_version(seven, "b", "1")])
    assert found(store, seven) == {}
    assert store.version_predictions.differing("b", 10) == []


@pytest.mark.parametrize("shadow", [SHADOW, replace(SHADOW, by=None)])
def test_the_shadow_is_the_one_that_was_started_last(
    store: Store, open_store: OpenStore, shadow: Shadow
) -> None:
    assert store.version_predictions.shadow() is None
    store.version_predictions.set_shadow(replace(SHADOW, version="a"))
    store.version_predictions.set_shadow(shadow)
    assert open_store().version_predictions.shadow() == shadow
    store.version_predictions.set_shadow(None)
    assert open_store().version_predictions.shadow() is None


def test_they_expire_with_their_prediction(open_store: OpenStore) -> None:
    store = open_store(history_retention_days=1)
    (seven,) = save(store, "7")
    expired = replace(
        by_version(seven, "b", "1"), id=make_id(datetime.now(UTC) - timedelta(days=2))
    )
    store.version_predictions.save([expired, by_version(seven, "b", "1")])
    assert list(store.version_predictions.find([expired.id, seven.id])) == [seven.id]


def test_the_predictions_of_which_a_version_differs_are_a_filter(store: Store) -> None:
    records = save(store, "7142713")
    differing = [record for record in records if record.text in "72"]
    store.version_predictions.save([by_version(record, "b", "1") for record in records[:6]])
    filters = Filters(differs="b", digit=7)
    newest_first = [records[4].id, records[0].id]
    assert [item.id for item in store.page(10, None, filters).items] == newest_first
    assert [item.id for item in store.export(filters)] == newest_first
    assert store.count(Filters(differs="b")).count == len(differing) + 1  # the four as well
    assert store.count(filters, seconds=1).count == 2
    first = store.page(1, None, filters)
    assert [item.id for item in first.items] == newest_first[:1]
    second = store.page(1, first.next, filters)
    assert ([item.id for item in second.items], second.next) == (newest_first[1:], None)
    since = replace(filters, since=records[4].created)
    assert [item.id for item in store.page(10, None, since).items] == newest_first[:1]
    until = replace(filters, until=records[4].created)
    assert [item.id for item in store.page(10, None, until).items] == newest_first[1:]
    assert store.page(10, None, Filters(differs="a")).items == ()
    assert store.count(Filters(differs="a")).count == 0


def test_the_filter_leaves_out_what_has_changed_or_was_deleted_since(store: Store) -> None:
    seven, four, two = save(store, "742")
    store.version_predictions.save([by_version(record, "b", "1") for record in (seven, four, two)])
    store.save(make_record("1", id=seven.id))  # the drawing went on, and both agree
    store.delete(four.id)
    assert store.flush(20)
    assert [item.id for item in store.page(10, None, Filters(differs="b")).items] == [two.id]
    assert store.label(two.id, "2", "Ada") is not None
    labelled = Filters(differs="b", labelled=True)
    assert [item.id for item in store.page(10, None, labelled).items] == [two.id]
    assert store.page(10, None, replace(labelled, labelled=False)).items == ()
