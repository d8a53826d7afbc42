"""Get a prediction by its id."""

from uuid import uuid4

from db import Store, new_id
from tests.db.records import make_record


def test_an_unknown_id_returns_none(store: Store) -> None:
    assert store.get(new_id()) is None
    store.save(make_record())
    store.flush(10)
    assert store.get(new_id()) is None


def test_an_id_of_another_uuid_version_returns_none(store: Store) -> None:
    assert store.get(uuid4()) is None
