"""A logging filter that limits how often the same event is logged."""

import logging
import threading
import time

BURST = 20  # of one event, which come through at once
SECONDS_PER_EVENT = 5.0  # in which one more comes through
_MAX_EVENTS = 1_000  # that are remembered


class RepetitionFilter(logging.Filter):
    """Drops repetitions of a warning or error beyond BURST, and tells how many it dropped.

    A visitor who can cause a log line could otherwise fill the disk. What tells events apart is the
    place in the code, not the text, which may contain what the visitor sent. Lines below WARNING
    are requested by the log level and pass.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._events: dict[tuple[str, str, int], _Event] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log the record."""
        if record.levelno < logging.WARNING:
            return True
        key = (record.name, record.pathname, record.lineno)
        with self._lock:
            if len(self._events) >= _MAX_EVENTS:
                self._events.clear()
            dropped = self._events.setdefault(key, _Event()).take()
        if dropped is None:
            return False
        if dropped:
            record.msg = f"{record.getMessage()} ({dropped} more such events were not logged)"
            record.args = None
        return True


class _Event:
    """A token bucket of one event."""

    def __init__(self) -> None:
        self._tokens = float(BURST)
        self._filled_at = time.monotonic()
        self._dropped = 0

    def take(self) -> int | None:
        """Return how many were dropped before this one, None if this one is dropped too."""
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) / SECONDS_PER_EVENT)
        self._filled_at = now
        if self._tokens < 1:
            self._dropped += 1
            return None
        self._tokens -= 1
        dropped, self._dropped = self._dropped, 0
        return dropped
