"""Delete predictions."""

from uuid import uuid4

from db import Filters, Store, new_id
from tests.db.records import make_record


def test_a_deleted_prediction_is_found_nowhere(store: Store) -> None:
    records = [make_record(str(number)) for number in range(5)]
    for record in records:
        store.save(record)
    assert store.delete(records[1].id)
    store.flush(10)
    assert store.delete(records[3].id)
    for _ in range(2):
        assert store.get(records[3].id) is None
        assert [item.text for item in store.page().items] == ["4", "2", "0"]
        assert [item.text for item in store.page(2).items] == ["4", "2"]
        assert not store.delete(records[1].id)
        assert not store.delete(records[3].id)
        assert store.label(records[3].id, "3") is None
        assert records[3].id not in {found.id for found, _ in store.similar(records[4].id)}
        store.flush(10)
    assert store.summary().total == 3


def test_deleting_an_unknown_id_returns_false(store: Store) -> None:
    assert not store.delete(new_id())
    assert not store.delete(uuid4())


def test_a_page_is_full_after_many_deletions(store: Store) -> None:
    records = [make_record(str(number), embedding=()) for number in range(60)]
    for record in records:
        store.save(record)
    store.flush(10)
    for record in records[30:58]:
        assert store.delete(record.id)
    for _ in range(2):
        page = store.page(10)
        assert [item.text for item in page.items] == ["59", "58", *map(str, range(29, 21, -1))]
        assert len(store.page(10, page.next).items) == 10
        assert store.flush(10)


def test_a_deleted_prediction_that_is_saved_again_has_no_label(store: Store) -> None:
    record = make_record("1")
    store.save(record)
    store.label(record.id, "7")
    store.flush(10)
    store.delete(record.id)
    store.save(record)
    for _ in range(2):
        assert store.get(record.id) == record
        assert store.page(filters=Filters(labelled=True)).items == ()
        assert store.flush(10)


def test_all_predictions_of_an_owner_are_deleted_and_no_others(store: Store) -> None:
    """More than one transaction of either store holds, some of them labelled."""
    records = [make_record("7", owner="ada", embedding=()) for _ in range(1203)]
    others = [make_record("8", owner="bob"), make_record("9")]
    for record in (others[0], *records, others[1]):
        store.save(record)
    store.label(records[0].id, "1")
    store.flush(30)
    last = make_record("6", owner="ada")
    store.save(last)
    assert store.delete_owner("ada") == 1204
    for _ in range(2):
        assert store.count(Filters(owner="ada")).count == 0
        assert [item.id for item in store.page().items] == [others[1].id, others[0].id]
        assert store.get(records[0].id) is None
        assert store.delete_owner("ada") == 0
        assert store.flush(30)
    assert store.summary().total == 2
    assert store.delete_owner("nobody we know") == 0
