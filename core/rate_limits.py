"""Rate limits: how much one client may do in a minute and in an hour.

They are far above what a class of 50 behind one address needs, which is what the comments compare
them with, and far below what the server can do: one client cannot take all of it.
"""

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from core.settings import get_settings

RATES = {
    # A class that draws 10 digits each in a minute: 500. A core answers about 12,000.
    "predictions": "6000/minute; 100000/hour",
    "images": "1200/minute",  # decoding one takes up to ten times as long as a drawing
    # Frames of live cameras, which send at most 5 a second: ten cameras at the same time.
    "frames": "3000/minute",
    # Runs of the page's script: a class that draws a stroke a second each causes 3,000.
    "page_messages": "12000/minute",
    "page_kilobytes": "200000/minute",  # a class that draws a stroke of 4 KB a second each: 12,000
    # Heat maps, similar drawings, statistics, exports: a few milliseconds to seconds each.
    "searches": "3000/minute",
    "feature_maps": "15000/minute",  # ten people look inside, at 20 frames a second: 12,000
    "reads": "30000/minute",  # a class that opens a page with 50 thumbnails each needs 2,500
    "qr_codes": "1200/minute",
    # Labels and deletions; a reviewer who selects a whole page of 500 sends as many.
    "changes": "6000/minute",
    "rooms": "120/minute; 600/hour",  # a class uses one
    # Drawings that a room saves, by room: a class that draws 10 digits each in a minute: 500.
    "room_saves": "3000/minute",
    # A class whose phones all try to come back to a server that restarts: 1,000.
    "hellos": "3000/minute",
    # Room codes and tokens that are wrong; there are 17 million codes.
    "wrong_codes": "1000/minute",
}
# At the same time. A class with the drawing page open on every phone: 50, 50 live and 51 in a room.
CONCURRENT = {"sockets": 500, "pages": 200, "rooms": 50}


class RateLimitedError(Exception):
    """The client has done too much; it may go on after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"Too many requests from your address: try again in {retry_after} seconds."
        )
        self.retry_after = retry_after


class RateLimits:
    """Counts what clients do, in the memory of this process.

    factor: multiplies every rate; 0 disables all limits.
    """

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._items = {name: _scaled(rates, factor) for name, rates in RATES.items()}
        self._open: Counter[tuple[str, str]] = Counter()

    def take(self, name: str, client: str, cost: int = 1) -> None:
        """Count `cost` more; raises RateLimitedError above the rate."""
        if self._factor:
            for item in self._items[name]:
                if not self._limiter.hit(item, name, client, cost=cost):
                    raise self._error(item, name, client)

    def check(self, name: str, client: str) -> None:
        """Raise RateLimitedError if the rate is reached, without counting."""
        if self._factor:
            for item in self._items[name]:
                if not self._limiter.test(item, name, client):
                    raise self._error(item, name, client)

    @contextmanager
    def hold(self, name: str, client: str) -> Iterator[None]:
        """Count something as open at the same time; raises RateLimitedError if too many are."""
        key = (name, client)
        if self._factor and self._open[key] >= max(1, CONCURRENT[name] * self._factor):
            raise RateLimitedError(10)
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    def _error(self, item: RateLimitItem, name: str, client: str) -> RateLimitedError:
        reset_at = self._limiter.get_window_stats(item, name, client).reset_time
        return RateLimitedError(max(1, math.ceil(reset_at - time.time())))


def client_address(scope: Mapping[str, Any]) -> str:
    """Return the client's address; of IPv6 the network, as each client has 2^64 addresses.

    Behind a gateway it is the address that the gateway reports (TRUSTED_PROXIES).
    """
    host = str((scope.get("client") or ("unknown",))[0])
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host


@lru_cache
def get_rate_limits() -> RateLimits:
    """Return the limits of the process."""
    return RateLimits(get_settings().rate_limit_factor)


def _scaled(rates: str, factor: float) -> list[RateLimitItem]:
    return [
        type(item)(max(1, round(item.amount * factor)), item.multiples)
        for item in parse_many(rates)
    ]
