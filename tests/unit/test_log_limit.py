"""A repeated warning is logged a limited number of times; information passes."""

import logging
import time

import pytest

from core.log_limit import BURST, SECONDS_PER_EVENT, RepetitionFilter


def record(level: int, line: int = 1) -> logging.LogRecord:
    return logging.LogRecord("test", level, "file.py", line, "Message %d", (line,), None)


def test_a_repeated_warning_is_dropped() -> None:
    repetitions = RepetitionFilter()
    passed = [repetitions.filter(record(logging.WARNING)) for _ in range(3 * BURST)]
    assert passed == [True] * BURST + [False] * 2 * BURST
    assert repetitions.filter(record(logging.WARNING, line=2))


def test_information_passes() -> None:
    repetitions = RepetitionFilter()
    assert all(repetitions.filter(record(logging.INFO)) for _ in range(3 * BURST))


def test_the_number_of_dropped_events_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    repetitions = RepetitionFilter()
    for _ in range(BURST + 7):
        repetitions.filter(record(logging.ERROR))
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + SECONDS_PER_EVENT)
    event = record(logging.ERROR)
    assert repetitions.filter(event)
    assert event.getMessage() == "Message 1 (7 more such events were not logged)"
