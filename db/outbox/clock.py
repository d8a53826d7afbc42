"""The clock of the outbox: later than everything the outbox has recorded.

The system clock may be set back. A deletion with the time that it then shows would be older for
Cassandra than the save before it, and lose.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable

from db.sqlite.connection import fetch_one

CLOCK = """
CREATE TABLE clock (last INTEGER NOT NULL);
INSERT INTO clock SELECT coalesce(max(max(turn, coalesce(done_at, 0))), 0) FROM waiting
"""
_ADVANCE = "UPDATE clock SET last = max(last + 1, ?) + ? RETURNING last"
_WARN_MICROSECONDS = 60_000_000

_log = logging.getLogger(__name__)


def system_time() -> int:
    """Return the time of the system clock in microseconds since 1970."""
    return time.time_ns() // 1000


class OutboxClock:
    """Times in microseconds since 1970 that never repeat or go back, also after a restart.

    A hybrid logical clock of one node (Kulkarni et al. 2014): the system's time, or the last
    recorded one plus one while the system's is behind it.
    """

    def __init__(self, system_time: Callable[[], int] = system_time) -> None:
        self._system_time = system_time
        self._lock = threading.Lock()
        self._last = 0
        self._has_warned = False

    def now(self) -> int:
        """Return the time, later than all that were returned or observed before."""
        with self._lock:
            self._last = max(self._system_time(), self._last + 1)
            return self._last

    def observe(self, connection: sqlite3.Connection) -> None:
        """Go on from the last time that the file holds, if that is later."""
        (last,) = fetch_one(connection, "SELECT last FROM clock")
        self._advance(last)

    def record(self, connection: sqlite3.Connection, count: int = 1) -> int:
        """Return the first of `count` successive times, and store the last in the transaction.

        They are later than those that any process has recorded in the file.
        """
        ((last,),) = connection.execute(_ADVANCE, (self.now(), count - 1)).fetchall()
        self._advance(last)
        return int(last) - count + 1

    def _advance(self, last: int) -> None:
        with self._lock:
            self._last = max(self._last, last)
        ahead = last - self._system_time()
        if ahead > _WARN_MICROSECONDS and not self._has_warned:
            self._has_warned = True
            _log.warning(
                "The system clock is %d s behind the last change in the outbox; changes by other "
                "servers may lose against those of this one until it has caught up.",
                ahead // 1_000_000,
            )
