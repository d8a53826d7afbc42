"""Export all predictions."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from db import Filters, Store
from tests.db.records import make_id, make_record

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def test_export_yields_all_matching_predictions_newest_first(store: Store) -> None:
    records = [
        make_record(str(number % 30), id=make_id(START + number * timedelta(minutes=3)))
        for number in range(450)
    ]
    for record in records:
        store.save(record)
    assert list(store.export()) == records[::-1]
    store.flush(20)
    assert list(store.export()) == records[::-1]
    sevens = [record for record in records[::-1] if record.text == "7"]
    assert list(store.export(Filters(text="7"))) == sevens


def test_the_embeddings_of_all_are_read_without_images(store: Store) -> None:
    records = [make_record(str(number), id=make_id(START, number)) for number in range(3)]
    for record in records:
        store.save(record)
    store.label(records[1].id, "7", "Ada")
    expected = [replace(record, image=b"", strokes=()) for record in records[::-1]]
    for is_delivered in (False, True):  # from the outbox, and from the store
        if is_delivered:
            assert store.flush(20)
        found = [
            replace(record, label=None, labelled_by=None, labelled_at=None)
            for record in store.embeddings()
        ]
        assert found == expected
    assert [record.id for record in store.embeddings(Filters(labelled=True))] == [records[1].id]


def test_export_uses_constant_memory(store: Store) -> None:
    def peak_bytes() -> int:
        tracemalloc.start()
        try:
            for _ in store.export():
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    image = bytes(4000)
    for number in range(600):
        store.save(make_record(str(number), image=image, embedding=()))
    store.flush(20)
    peak_bytes()
    of_600 = peak_bytes()
    for number in range(1800):
        store.save(make_record(str(number), image=image, embedding=()))
    store.flush(30)
    assert peak_bytes() < 2 * of_600, "memory must not grow with four times the predictions"
