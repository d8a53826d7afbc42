"""One reading by its id."""

from uuid import uuid4

from db import Store, new_id
from tests.db.records import a_reading


def test_an_unknown_id_is_none(history: Store) -> None:
    assert history.get(new_id()) is None
    history.save(a_reading())
    history.flush(10)
    assert history.get(new_id()) is None


def test_an_id_of_another_version_is_none(history: Store) -> None:
    assert history.get(uuid4()) is None
