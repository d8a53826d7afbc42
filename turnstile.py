"""Lets so many in at a time and so many wait; who comes after that is sent away at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock


class BusyError(Exception):
    """So much work waits already that more would only make everybody wait longer."""


class Turnstile:
    """Bounds how much work is under way and how much waits for it. Safe to use from any thread."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._most = at_once + waiting
        self._here = 0
        self._count = Lock()
        self._places = BoundedSemaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place and hold it; raises BusyError where too many wait already."""
        with self._count:
            if self._here >= self._most:
                raise BusyError
            self._here += 1
        try:
            with self._places:
                yield
        finally:
            with self._count:
                self._here -= 1
