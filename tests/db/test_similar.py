"""Similar drawings."""

import random

import numpy as np
import pytest

from db import Store, new_id
from tests.db.records import make_record, random_unit_vector, unit_vector


def test_the_most_similar_come_first_with_their_cosine(store: Store) -> None:
    records = {
        degrees: make_record(embedding=unit_vector(degrees)) for degrees in (0, 10, 45, 90, 180)
    }
    for record in records.values():
        store.save(record)
    found = store.similar(records[0].id, limit=3)
    assert [prediction.id for prediction, _ in found] == [records[d].id for d in (10, 45, 90)]
    cosines = [np.cos(np.radians(degrees)) for degrees in (10, 45, 90)]
    assert [similarity for _, similarity in found] == pytest.approx(cosines, abs=1e-3)
    assert store.similar(records[0].id)[-1][1] == pytest.approx(-1, abs=1e-3)


def test_similar_finds_the_nearest_of_all(store: Store) -> None:
    source = random.Random(1)
    records = [make_record(embedding=random_unit_vector(source)) for _ in range(300)]
    for record in records:
        store.save(record)
    assert store.flush(20)
    vectors = np.array([record.embedding for record in records])
    hits = 0
    for index in range(0, 300, 30):
        order = np.argsort(-vectors @ vectors[index])[1:13]
        found = store.similar(records[index].id)
        hits += len({records[row].id for row in order} & {p.id for p, _ in found})
    assert hits >= 114, "fewer than 95 % of the nearest were found"


def test_many_deleted_predictions_hide_no_others(store: Store) -> None:
    deleted = [make_record(embedding=unit_vector(1)) for _ in range(300)]
    records = [make_record(embedding=unit_vector(degrees)) for degrees in (0, 20)]
    for record in [*deleted, *records]:
        store.save(record)
    assert store.flush(20)
    for record in deleted:
        store.delete(record.id)
    assert store.flush(20)
    found = store.similar(records[0].id)
    assert [prediction.id for prediction, _ in found] == [records[1].id]


def test_a_replaced_prediction_is_compared_with_its_new_embedding(store: Store) -> None:
    record, other = make_record(embedding=unit_vector(0)), make_record(embedding=unit_vector(5))
    store.save(record)
    store.save(other)
    assert store.similar(record.id)[0][1] == pytest.approx(np.cos(np.radians(5)), abs=1e-3)
    store.save(make_record(id=other.id, embedding=unit_vector(120)))
    assert store.similar(record.id)[0][1] == pytest.approx(-0.5, abs=1e-3)


def test_the_most_similar_of_an_owner_are_found_among_many_others(store: Store) -> None:
    mine = {
        degrees: make_record(embedding=unit_vector(degrees), owner="ada")
        for degrees in (0, 60, 90, 120)
    }
    for record in mine.values():
        store.save(record)
    for degrees in range(150):
        store.save(make_record(embedding=unit_vector(degrees / 10), owner="bob"))
    assert store.flush(20)
    found = store.similar(mine[0].id, limit=2, owner="ada")
    assert [prediction.id for prediction, _ in found] == [mine[60].id, mine[90].id]
    store.delete(mine[60].id)
    found = store.similar(mine[0].id, owner="ada")
    assert [prediction.id for prediction, _ in found] == [mine[90].id, mine[120].id]
    assert store.similar(mine[0].id, owner="eve") == []


def test_nothing_is_similar_to_a_blank_or_an_unknown_prediction(store: Store) -> None:
    blank = make_record("", digits=(), embedding=())
    store.save(blank)
    store.save(make_record())
    assert store.similar(blank.id) == []
    assert store.similar(new_id()) == []
