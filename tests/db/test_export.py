"""Everything, one after the other."""

import tracemalloc
from datetime import UTC, datetime, timedelta

from db import Filters, Store
from tests.db.records import a_reading, id_of

START = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


def test_all_that_fits_comes_whole_and_newest_first(history: Store) -> None:
    readings = [
        a_reading(str(number % 30), id=id_of(START + number * timedelta(minutes=3)))
        for number in range(450)
    ]
    for reading in readings:
        history.save(reading)
    assert list(history.export()) == readings[::-1]
    history.flush(20)
    assert list(history.export()) == readings[::-1]
    sevens = [reading for reading in readings[::-1] if reading.text == "7"]
    assert list(history.export(Filters(text="7"))) == sevens


def test_an_export_does_not_grow_with_the_history(history: Store) -> None:
    def peak_bytes() -> int:
        tracemalloc.start()
        try:
            for _ in history.export():
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    ink = bytes(4000)
    for number in range(600):
        history.save(a_reading(str(number), image=ink, embedding=()))
    history.flush(20)
    peak_bytes()
    of_600 = peak_bytes()
    for number in range(1800):
        history.save(a_reading(str(number), image=ink, embedding=()))
    history.flush(30)
    assert peak_bytes() < 2 * of_600, "four times the history, about the same memory"
