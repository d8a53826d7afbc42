"""Pages, newest first, with filters."""

import itertools
import time
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core.settings import Settings
from db import Filters, InvalidCursorError, Page, PredictionRecord, Store, Verdict, open_store
from db.cursor import CursorSigner
from tests.db.conftest import OpenStore
from tests.db.records import make_digit, make_id, make_record

TIMEOUT_SECONDS = 30
START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
STEP = timedelta(minutes=4)


def complete_page(store: Store, limit: int, cursor: str | None, filters: Filters) -> Page:
    """Return a complete page, trying again if Cassandra was too busy."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (page := store.page(limit, cursor, filters)).complete:
        assert time.monotonic() < deadline, store.health().detail
        time.sleep(0.1)
    return page


def read_all(store: Store, limit: int, filters: Filters = Filters()) -> list[PredictionRecord]:
    """Return the predictions of all pages."""
    items: list[PredictionRecord] = []
    cursor = None
    while True:
        page = complete_page(store, limit, cursor, filters)
        assert len(page.items) <= limit
        items += page.items
        cursor = page.next
        if cursor is None:
            return items
        assert len(page.items) == limit


def save_spread(store: Store, count: int, step: timedelta) -> list[PredictionRecord]:
    """Save predictions at regular times that differ in all filtered columns; oldest first."""
    sources = itertools.cycle(["pad", "upload", "sample"])
    records = []
    for number in range(count):
        confidence = (number * 37 % 100) / 100
        verdict: Verdict = "digit" if confidence >= 0.5 else "unsure"
        record = make_record(
            str(number % 40),
            id=make_id(START + number * step, number % 3),
            source=next(sources),
            model=f"cnn-{number % 2}",
            owner=f"owner-{number % 5}" if number % 7 else None,
            digits=tuple(make_digit(int(c), confidence, verdict) for c in str(number % 40)),
            embedding=(),
            strokes=(),
        )
        store.save(record)
        records.append(record)
    assert store.flush(20)
    return records


def test_an_empty_history_has_an_empty_page(store: Store) -> None:
    page = store.page()
    assert (page.items, page.next, page.complete) == ((), None, True)


@pytest.mark.parametrize("limit", [1, 7, 50, 120])
def test_pages_have_no_gaps_and_no_duplicates(store: Store, limit: int) -> None:
    records = save_spread(store, 120, timedelta(minutes=23))
    assert read_all(store, limit) == records[::-1]


def test_predictions_of_one_moment_have_a_fixed_order(store: Store) -> None:
    ids = [make_id(START, node) for node in (0, 1, 127, 128, 255, 2**40, 2**47, 2**48 - 1)]
    for id in ids:
        store.save(make_record(id=id, embedding=()))
    before = [item.id for item in read_all(store, 3)]
    assert store.flush(10)
    assert [item.id for item in read_all(store, 3)] == before
    assert set(before) == set(ids)


def test_pages_skip_a_long_time_without_predictions(store: Store) -> None:
    old = make_record("1", id=make_id(START - timedelta(days=400)), embedding=(), strokes=())
    new = make_record("2", embedding=(), strokes=())
    for record in (old, new):
        store.save(record)
    store.flush(10)
    assert read_all(store, 1) == [new, old]


def test_an_hour_that_another_process_begins_is_read_at_once(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store, other = open_store(), open_store(outbox_file=tmp_path / "another" / "outbox.sqlite3")
    hours = [
        make_record(str(hour), id=make_id(START + timedelta(hours=hour)), embedding=(), strokes=())
        for hour in range(3)
    ]
    for number, record in enumerate(hours):
        writer = other if number == 1 else store
        writer.save(record)
        assert writer.flush(10)
        assert read_all(store, 1) == hours[number::-1]
        assert read_all(store, 50) == hours[number::-1]


def test_pages_leave_out_drawing_embedding_and_corrections(store: Store) -> None:
    record = make_record("7")
    store.save(record)
    for is_delivered in (False, True):  # from the outbox, and from the store
        if is_delivered:
            assert store.flush(10)
        (on_page,) = complete_page(store, 50, None, Filters()).items
        assert on_page == replace(record, embedding=(), strokes=())
        assert store.page(with_drawing=True).items == (record,)
    assert store.get(record.id) == record


def test_new_predictions_do_not_move_the_next_page(store: Store) -> None:
    first = [make_record(str(number), embedding=(), strokes=()) for number in range(9)]
    for record in first:
        store.save(record)
    page = store.page(4)
    store.save(make_record("99", embedding=()))
    assert store.page(4, page.next).items == tuple(first[4::-1][:4])


FILTERS = [
    Filters(text="7"),
    Filters(digit=3),
    Filters(source="upload"),
    Filters(verdict="unsure"),
    Filters(min_confidence=0.9),
    Filters(max_confidence=0.05),
    Filters(min_confidence=0.37, max_confidence=0.37),
    Filters(model="cnn-1"),
    Filters(owner="owner-3"),
    Filters(labelled=True),
    Filters(labelled=False),
    Filters(wrong=True),
    Filters(wrong=False),
    Filters(label="8"),
    Filters(confused=("8", "2")),
    Filters(confused=("8", "9"), label="8", model="cnn-0"),
    Filters(since=START + 60 * STEP),
    Filters(until=START + 60 * STEP),
    Filters(since=START + timedelta(hours=2), until=START + timedelta(hours=5)),
    Filters(digit=1, source="pad", model="cnn-0", verdict="digit", owner="owner-1"),
    Filters(digit=2, labelled=True, wrong=True, until=START + timedelta(hours=7)),
    Filters(text="12", min_confidence=0.2, max_confidence=0.9, since=START),
    Filters(text="no such text"),
]


EVERY_FILTER: dict[str, object] = {
    "text": "12",
    "digit": 2,
    "source": "upload",
    "verdict": "unsure",
    "min_confidence": 0.3,
    "max_confidence": 0.8,
    "labelled": True,
    "wrong": True,
    "label": "8",
    "confused": ("8", "2"),
    "model": "cnn-0",
    "owner": "owner-3",
    "since": START + timedelta(hours=2),
    "until": START + timedelta(hours=7),
}
PAIRS = [
    Filters(**dict(pair))  # type: ignore[arg-type]
    for pair in itertools.combinations(EVERY_FILTER.items(), 2)
]


def test_the_newest_page_follows_when_hours_are_added_and_emptied(
    store: Store,
) -> None:
    """The number of hours to read is only estimated from the page before."""
    records = save_spread(store, 40, timedelta(minutes=23))
    assert store.flush(10)
    for _ in range(2):
        assert newest_ids(store, 20) == [record.id for record in records[-1:-21:-1]]
    later = make_record("8", id=make_id(START + timedelta(days=3)))
    store.save(later)
    assert store.flush(10)
    for _ in range(2):
        ids = [later.id, *(record.id for record in records[-1:-20:-1])]
        assert newest_ids(store, 20) == ids
    for record in (later, *records[-6:]):
        store.delete(record.id)
    assert store.flush(10)
    for _ in range(2):
        assert newest_ids(store, 20) == [record.id for record in records[-7:-27:-1]]
        assert len(newest_ids(store, 50)) == 34


def newest_ids(store: Store, limit: int) -> list[UUID]:
    """Return the ids on the newest page."""
    return [item.id for item in complete_page(store, limit, None, Filters()).items]


def test_every_filter_and_every_pair_returns_exactly_what_matches(store: Store) -> None:
    records = save_spread(store, 120, STEP)
    for record in records[::4]:
        store.label(record.id, record.text)
    for record in records[2::8]:
        store.label(record.id, "8", by="bob")
    for _ in range(2):
        everything = read_all(store, 50)
        assert len(everything) == 120
        for filters in FILTERS:
            expected = [record for record in everything if _matches(record, filters)]
            assert read_all(store, 40, filters) == expected, filters
        assert store.flush(10)
    for filters in PAIRS:
        expected = [record for record in everything if _matches(record, filters)]
        assert read_all(store, 120, filters) == expected, filters


def test_every_filter_is_tested() -> None:
    elsewhere = {"differs"}  # test_version_predictions.py
    assert EVERY_FILTER.keys() | elsewhere == {field.name for field in fields(Filters)}


def _matches(record: PredictionRecord, filters: Filters) -> bool:
    """Return whether a record matches, by the words of the documentation of Filters."""
    asked = {
        "text": record.text == filters.text,
        "digit": str(filters.digit) in record.text,
        "source": record.source == filters.source,
        "verdict": record.verdict == filters.verdict,
        "min_confidence": record.confidence >= (filters.min_confidence or 0),
        "max_confidence": record.confidence <= (filters.max_confidence or 1),
        "model": record.model == filters.model,
        "owner": record.owner == filters.owner,
        "labelled": (record.label is not None) == filters.labelled,
        "wrong": record.label is not None and (record.label != record.text) == filters.wrong,
        "label": record.label == filters.label,
        "confused": record.label is not None
        and len(record.label) == len(record.text)
        and filters.confused in set(zip(record.label, record.text, strict=True)),
        "since": filters.since is None or record.created >= filters.since,
        "until": filters.until is None or record.created < filters.until,
    }
    return all(holds for name, holds in asked.items() if getattr(filters, name) is not None)


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_out_of_range_is_rejected(store: Store, limit: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 500 predictions, not {limit}"):
        store.page(limit)


@pytest.mark.parametrize("cursor", ["", "x", "ü", "A" * 38, "A" * 10_000, "é=", "../../etc"])
def test_an_invented_cursor_is_rejected(store: Store, cursor: str) -> None:
    with pytest.raises(InvalidCursorError, match="start again from the first page"):
        store.page(before=cursor)


def test_a_changed_cursor_is_rejected(store: Store) -> None:
    for _ in range(3):
        store.save(make_record(embedding=()))
    cursor = store.page(1).next
    assert cursor is not None
    for index in range(len(cursor) - 1):
        other = "A" if cursor[index] != "A" else "B"
        with pytest.raises(InvalidCursorError):
            store.page(before=cursor[:index] + other + cursor[index + 1 :])


def test_a_cursor_survives_a_restart(open_store: OpenStore) -> None:
    store = open_store()
    records = [make_record(str(number), embedding=(), strokes=()) for number in range(5)]
    for record in records:
        store.save(record)
    cursor = store.page(2).next
    store.close()
    assert open_store().page(5, cursor).items == tuple(records[2::-1])


def test_cursors_of_another_secret_are_rejected() -> None:
    cursor = CursorSigner(b"one").sign(bytes(16))
    assert CursorSigner(b"one").verify(cursor) == bytes(16)
    with pytest.raises(InvalidCursorError):
        CursorSigner(b"two").verify(cursor)


def test_stores_that_open_at_once_share_one_secret(tmp_path: Path) -> None:
    settings = Settings(
        history="sqlite",
        history_file=tmp_path / "history.sqlite3",
        secret_file=tmp_path / "var" / "secret",
    )
    stores = [open_store(settings) for _ in range(2)]
    stores[0].save(make_record())
    stores[0].save(make_record())
    cursor = stores[0].page(1).next
    assert len(stores[1].page(1, cursor).items) == 1
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    for store in stores:
        store.close()
