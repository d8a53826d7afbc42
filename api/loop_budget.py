"""Shares of the event loop, so that a busy room or connection does not slow the others."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

SHARE = 0.5  # of the event loop's time for all who are busy; a class of 50 in a room uses 0.2
BURST_SECONDS = 0.1


class LoopBudget:
    """A token bucket of seconds on the event loop, of a room or of a connection.

    Handling messages and composing updates spends from it. While it is overdrawn, messages wait in
    the buffers of their senders. Those whose bucket is less than half full share SHARE equally.

    free: seconds of each message that are not counted.
    """

    _busy: ClassVar[set["LoopBudget"]] = set()

    def __init__(self, free: float = 0.0) -> None:
        self._free = free
        self._seconds = BURST_SECONDS
        self._filled_at = time.monotonic()

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Spend the time that the context takes; it must not await anything."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spend(max(0.0, time.perf_counter() - start - self._free))

    def spend(self, seconds: float) -> None:
        """Spend time that other threads will take from the event loop."""
        self._refill()
        self._seconds -= seconds
        if self._seconds < BURST_SECONDS / 2:
            self._busy.add(self)

    async def wait(self) -> None:
        """Wait until the budget is no longer overdrawn."""
        self._refill()
        while self._seconds < 0:
            await asyncio.sleep(-self._seconds / self._share)
            self._refill()

    def close(self) -> None:
        """End the budget when its last user has gone."""
        self._busy.discard(self)

    @property
    def _share(self) -> float:
        return SHARE / max(1, len(self._busy))

    def _refill(self) -> None:
        now = time.monotonic()
        refilled = self._seconds + (now - self._filled_at) * self._share
        self._seconds = min(BURST_SECONDS, refilled)
        self._filled_at = now
        if self._seconds > BURST_SECONDS / 2:
            self._busy.discard(self)
