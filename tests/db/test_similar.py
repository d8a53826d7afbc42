"""The most similar other drawings."""

import random

import numpy as np
import pytest

from db import Store, new_id
from tests.db.records import a_reading, direction, random_direction


def test_the_nearest_come_first_with_their_cosine(history: Store) -> None:
    readings = {
        degrees: a_reading(embedding=direction(degrees)) for degrees in (0, 10, 45, 90, 180)
    }
    for reading in readings.values():
        history.save(reading)
    found = history.similar(readings[0].id, limit=3)
    assert [prediction.id for prediction, _ in found] == [readings[d].id for d in (10, 45, 90)]
    cosines = [np.cos(np.radians(degrees)) for degrees in (10, 45, 90)]
    assert [similarity for _, similarity in found] == pytest.approx(cosines, abs=1e-3)
    assert history.similar(readings[0].id)[-1][1] == pytest.approx(-1, abs=1e-3)


def test_the_same_as_comparing_with_every_one(history: Store) -> None:
    source = random.Random(1)
    readings = [a_reading(embedding=random_direction(source)) for _ in range(300)]
    for reading in readings:
        history.save(reading)
    assert history.flush(20)
    vectors = np.array([reading.embedding for reading in readings])
    hits = 0
    for asked in range(0, 300, 30):
        order = np.argsort(-vectors @ vectors[asked])[1:13]
        found = history.similar(readings[asked].id)
        hits += len({readings[row].id for row in order} & {p.id for p, _ in found})
    assert hits >= 114, "fewer than 95 % of the nearest were found"


def test_a_replaced_reading_is_compared_as_it_is_now(history: Store) -> None:
    one, other = a_reading(embedding=direction(0)), a_reading(embedding=direction(5))
    history.save(one)
    history.save(other)
    assert history.similar(one.id)[0][1] == pytest.approx(np.cos(np.radians(5)), abs=1e-3)
    history.save(a_reading(id=other.id, embedding=direction(120)))
    assert history.similar(one.id)[0][1] == pytest.approx(-0.5, abs=1e-3)


def test_nothing_is_similar_to_a_blank_or_unknown_one(history: Store) -> None:
    blank = a_reading("", digits=(), embedding=())
    history.save(blank)
    history.save(a_reading())
    assert history.similar(blank.id) == []
    assert history.similar(new_id()) == []
