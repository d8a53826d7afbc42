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
from db.cursor import Cursors
from tests.db.conftest import OpenStore
from tests.db.records import a_digit, a_reading, id_of

PATIENCE_SECONDS = 30
START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
APART = timedelta(minutes=4)


def complete_page(history: Store, limit: int, cursor: str | None, filters: Filters) -> Page:
    """A page with all that is on it; a Cassandra that was too busy for it is asked again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (page := history.page(limit, cursor, filters)).complete:
        assert time.monotonic() < deadline, history.health().detail
        time.sleep(0.1)
    return page


def read_all(history: Store, limit: int, filters: Filters = Filters()) -> list[PredictionRecord]:
    """Every page, one after the other."""
    items: list[PredictionRecord] = []
    cursor = None
    while True:
        page = complete_page(history, limit, cursor, filters)
        assert len(page.items) <= limit
        items += page.items
        cursor = page.next
        if cursor is None:
            return items
        assert len(page.items) == limit


def spread_over_days(history: Store, count: int, step: timedelta) -> list[PredictionRecord]:
    """Readings at even distances, varied in everything that can be filtered; oldest first."""
    sources = itertools.cycle(["pad", "upload", "sample"])
    readings = []
    for number in range(count):
        confidence = (number * 37 % 100) / 100
        verdict: Verdict = "digit" if confidence >= 0.5 else "unsure"
        reading = a_reading(
            str(number % 40),
            id=id_of(START + number * step, number % 3),
            source=next(sources),
            model=f"cnn-{number % 2}",
            owner=f"owner-{number % 5}" if number % 7 else None,
            digits=tuple(a_digit(int(c), confidence, verdict) for c in str(number % 40)),
            embedding=(),
            strokes=(),
        )
        history.save(reading)
        readings.append(reading)
    assert history.flush(20)
    return readings


def test_an_empty_history_is_an_empty_page(history: Store) -> None:
    page = history.page()
    assert (page.items, page.next, page.complete) == ((), None, True)


@pytest.mark.parametrize("limit", [1, 7, 50, 120])
def test_pages_join_without_gap_or_double(history: Store, limit: int) -> None:
    readings = spread_over_days(history, 120, timedelta(minutes=23))
    assert read_all(history, limit) == readings[::-1]


def test_readings_of_one_moment_have_one_order(history: Store) -> None:
    ids = [id_of(START, node) for node in (0, 1, 127, 128, 255, 2**40, 2**47, 2**48 - 1)]
    for id in ids:
        history.save(a_reading(id=id, embedding=()))
    before = [item.id for item in read_all(history, 3)]
    assert history.flush(10)
    assert [item.id for item in read_all(history, 3)] == before
    assert set(before) == set(ids)


def test_a_quiet_month_lies_between_two_readings(history: Store) -> None:
    old = a_reading("1", id=id_of(START - timedelta(days=400)), embedding=(), strokes=())
    new = a_reading("2", embedding=(), strokes=())
    for reading in (old, new):
        history.save(reading)
    history.flush(10)
    assert read_all(history, 1) == [new, old]


def test_an_hour_that_another_process_begins_is_seen_at_once(
    open_store: OpenStore, tmp_path: Path
) -> None:
    here, there = open_store(), open_store(outbox_file=tmp_path / "another" / "outbox.sqlite3")
    hours = [
        a_reading(str(hour), id=id_of(START + timedelta(hours=hour)), embedding=(), strokes=())
        for hour in range(3)
    ]
    for number, reading in enumerate(hours):
        (there if number == 1 else here).save(reading)
        assert (there if number == 1 else here).flush(10)
        assert read_all(here, 1) == hours[number::-1]
        assert read_all(here, 50) == hours[number::-1]


def test_pages_leave_out_what_is_only_read_whole(history: Store) -> None:
    reading = a_reading("7")
    history.save(reading)
    for settled in (False, True):  # as it may stand in the outbox, and as it stands in the store
        if settled:
            assert history.flush(10)
        (on_page,) = complete_page(history, 50, None, Filters()).items
        assert on_page == replace(reading, embedding=(), strokes=())
        assert history.page(with_drawing=True).items == (reading,)
    assert history.get(reading.id) == reading


def test_new_readings_do_not_move_the_next_page(history: Store) -> None:
    first = [a_reading(str(number), embedding=(), strokes=()) for number in range(9)]
    for reading in first:
        history.save(reading)
    page = history.page(4)
    history.save(a_reading("99", embedding=()))
    assert history.page(4, page.next).items == tuple(first[4::-1][:4])


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
    Filters(since=START + 60 * APART),
    Filters(until=START + 60 * APART),
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


def test_the_newest_page_follows_an_hour_that_begins_and_one_that_empties(
    history: Store,
) -> None:
    """What the page before took of the hours is a guess only."""
    readings = spread_over_days(history, 40, timedelta(minutes=23))
    assert history.flush(10)
    for _ in range(2):
        assert newest_ids(history, 20) == [reading.id for reading in readings[-1:-21:-1]]
    later = a_reading("8", id=id_of(START + timedelta(days=3)))
    history.save(later)
    assert history.flush(10)
    for _ in range(2):
        ids = [later.id, *(reading.id for reading in readings[-1:-20:-1])]
        assert newest_ids(history, 20) == ids
    for reading in (later, *readings[-6:]):
        history.delete(reading.id)
    assert history.flush(10)
    for _ in range(2):
        assert newest_ids(history, 20) == [reading.id for reading in readings[-7:-27:-1]]
        assert len(newest_ids(history, 50)) == 34


def newest_ids(history: Store, limit: int) -> list[UUID]:
    """The ids on the newest page."""
    return [item.id for item in complete_page(history, limit, None, Filters()).items]


def test_every_filter_gives_what_fits_and_nothing_else(history: Store) -> None:
    readings = spread_over_days(history, 120, APART)
    for reading in readings[::4]:
        history.label(reading.id, reading.text)
    for reading in readings[2::8]:
        history.label(reading.id, "8", by="bob")
    for _ in range(2):
        everything = read_all(history, 50)
        assert len(everything) == 120
        for filters in FILTERS:
            expected = [reading for reading in everything if _fits(reading, filters)]
            assert read_all(history, 40, filters) == expected, filters
        assert history.flush(10)
    for filters in PAIRS:
        expected = [reading for reading in everything if _fits(reading, filters)]
        assert read_all(history, 120, filters) == expected, filters


def test_every_filter_there_is_was_tried() -> None:
    assert EVERY_FILTER.keys() == {one.name for one in fields(Filters)}


def _fits(reading: PredictionRecord, filters: Filters) -> bool:
    """Filters as the interface words them, one sentence after the other."""
    asked = {
        "text": reading.text == filters.text,
        "digit": str(filters.digit) in reading.text,
        "source": reading.source == filters.source,
        "verdict": reading.verdict == filters.verdict,
        "min_confidence": reading.confidence >= (filters.min_confidence or 0),
        "max_confidence": reading.confidence <= (filters.max_confidence or 1),
        "model": reading.model == filters.model,
        "owner": reading.owner == filters.owner,
        "labelled": (reading.label is not None) == filters.labelled,
        "wrong": reading.label is not None and (reading.label != reading.text) == filters.wrong,
        "label": reading.label == filters.label,
        "confused": reading.label is not None
        and len(reading.label) == len(reading.text)
        and filters.confused in set(zip(reading.label, reading.text, strict=True)),
        "since": filters.since is None or reading.created >= filters.since,
        "until": filters.until is None or reading.created < filters.until,
    }
    return all(holds for name, holds in asked.items() if getattr(filters, name) is not None)


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_out_of_range_is_refused(history: Store, limit: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 500 readings, not {limit}"):
        history.page(limit)


@pytest.mark.parametrize("cursor", ["", "x", "ü", "A" * 38, "A" * 10_000, "é=", "../../etc"])
def test_a_cursor_made_up_is_refused(history: Store, cursor: str) -> None:
    with pytest.raises(InvalidCursorError, match="start again from the first page"):
        history.page(before=cursor)


def test_a_cursor_tampered_with_is_refused(history: Store) -> None:
    for _ in range(3):
        history.save(a_reading(embedding=()))
    cursor = history.page(1).next
    assert cursor is not None
    for place in range(len(cursor) - 1):
        other = "A" if cursor[place] != "A" else "B"
        with pytest.raises(InvalidCursorError):
            history.page(before=cursor[:place] + other + cursor[place + 1 :])


def test_a_cursor_survives_a_restart(open_store: OpenStore) -> None:
    history = open_store()
    readings = [a_reading(str(number), embedding=(), strokes=()) for number in range(5)]
    for reading in readings:
        history.save(reading)
    cursor = history.page(2).next
    history.close()
    assert open_store().page(5, cursor).items == tuple(readings[2::-1])


def test_cursors_of_another_secret_are_refused() -> None:
    cursor = Cursors(b"one").sign(bytes(16))
    assert Cursors(b"one").verify(cursor) == bytes(16)
    with pytest.raises(InvalidCursorError):
        Cursors(b"two").verify(cursor)


def test_processes_that_start_at_once_keep_one_secret(tmp_path: Path) -> None:
    settings = Settings(
        history="sqlite",
        history_file=tmp_path / "history.sqlite3",
        secret_file=tmp_path / "var" / "secret",
    )
    histories = [open_store(settings) for _ in range(2)]
    histories[0].save(a_reading())
    histories[0].save(a_reading())
    cursor = histories[0].page(1).next
    assert len(histories[1].page(1, cursor).items) == 1
    assert (tmp_path / "var" / "secret").stat().st_mode & 0o777 == 0o600
    for history in histories:
        history.close()
