"""Admission control: bounds how much work runs at a time and how much may wait for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock


class BusyError(Exception):
    """The queue is full; accepting more work would only make every waiting request slower."""


class ConcurrencyLimiter:
    """Runs at most `running` tasks at a time and lets at most `waiting` more queue. Thread-safe."""

    def __init__(self, running: int, waiting: int) -> None:
        self._capacity = running + waiting
        self._admitted = 0
        self._lock = Lock()
        self._slots = BoundedSemaphore(running)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a free slot and hold it. Raises BusyError if the queue is full."""
        with self._lock:
            if self._admitted >= self._capacity:
                raise BusyError
            self._admitted += 1
        try:
            with self._slots:
                yield
        finally:
            with self._lock:
                self._admitted -= 1
