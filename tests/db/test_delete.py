"""Forgetting a reading."""

from uuid import uuid4

from db import Filters, Store, new_id
from tests.db.records import a_reading


def test_a_deleted_reading_is_gone(history: Store) -> None:
    readings = [a_reading(str(number)) for number in range(5)]
    for reading in readings:
        history.save(reading)
    assert history.delete(readings[1].id)
    history.flush(10)
    assert history.delete(readings[3].id)
    for _ in range(2):
        assert history.get(readings[3].id) is None
        assert [item.text for item in history.page().items] == ["4", "2", "0"]
        assert [item.text for item in history.page(2).items] == ["4", "2"]
        assert not history.delete(readings[1].id)
        assert not history.delete(readings[3].id)
        assert history.label(readings[3].id, "3") is None
        assert readings[3].id not in {found.id for found, _ in history.similar(readings[4].id)}
        history.flush(10)
    assert history.summary().total == 3


def test_an_unknown_id_was_never_there(history: Store) -> None:
    assert not history.delete(new_id())
    assert not history.delete(uuid4())


def test_a_page_is_full_though_many_were_deleted(history: Store) -> None:
    readings = [a_reading(str(number), embedding=()) for number in range(60)]
    for reading in readings:
        history.save(reading)
    history.flush(10)
    for reading in readings[30:58]:
        assert history.delete(reading.id)
    for _ in range(2):
        page = history.page(10)
        assert [item.text for item in page.items] == ["59", "58", *map(str, range(29, 21, -1))]
        assert len(history.page(10, page.next).items) == 10
        assert history.flush(10)


def test_a_deleted_reading_saved_again_is_a_new_one(history: Store) -> None:
    reading = a_reading("1")
    history.save(reading)
    history.label(reading.id, "7")
    history.flush(10)
    history.delete(reading.id)
    history.save(reading)
    for _ in range(2):
        assert history.get(reading.id) == reading
        assert history.page(filters=Filters(labelled=True)).items == ()
        assert history.flush(10)
