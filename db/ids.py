"""Version 1 UUIDs: new ids, and positions that sort as Cassandra sorts a timeuuid."""

import hashlib
import os
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

_GREGORIAN_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
_UNIX_EPOCH_TICKS = 0x01B21DD213814000  # 100 ns since the Gregorian epoch, RFC 9562
_MULTICAST_BIT = 1 << 40  # says that a node number is random, RFC 9562 section 6.10
_FLIP_SIGNS = 0x8080808080808080

POSITION_BYTES = 16


class _Clock:
    """Ticks of 100 ns that never repeat, and a random node number for this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self.renew_node()

    def renew_node(self) -> None:
        source = random.SystemRandom()
        self._lock = threading.Lock()
        self.node = source.getrandbits(48) | _MULTICAST_BIT
        self.sequence = source.getrandbits(14)

    def tick(self) -> int:
        with self._lock:
            self._last = max(time.time_ns() // 100 + _UNIX_EPOCH_TICKS, self._last + 1)
            return self._last


_clock = _Clock()
os.register_at_fork(after_in_child=_clock.renew_node)


def new_id() -> UUID:
    """Return a new version 1 UUID, greater than all earlier ones of this process."""
    return _uuid(_clock.tick(), (0x8000 | _clock.sequence) << 48 | _clock.node)


def current_time() -> int:
    """Return the time of ids made now in ms since 1970: never before that of an earlier id."""
    return (_clock.tick() - _UNIX_EPOCH_TICKS) // 10_000


def id_at(moment: datetime, node: int = 0) -> UUID:
    """Return a version 1 UUID of that moment, for imported data; `node` has 48 bits."""
    return _uuid(_ticks(moment), 0x8000 << 48 | node)


def keyed_id(moment: datetime, key: bytes) -> UUID:
    """Return a version 1 UUID of that moment, always the same one for the same key (8 bytes)."""
    return _uuid(_ticks(moment), _random_part(key))


def sibling_id(id: UUID) -> UUID:
    """Return the next id after this one, always the same one for the same id."""
    return _uuid(id.time + 1, _random_part(hashlib.blake2b(id.bytes, digest_size=8).digest()))


def position_of(id: UUID) -> bytes:
    """Return 16 bytes that sort as Cassandra sorts a timeuuid: by time, then by signed bytes."""
    number = id.int
    ticks = (number >> 64 & 0x0FFF) << 48 | (number >> 80 & 0xFFFF) << 32 | number >> 96
    rest = (number & 0xFFFFFFFFFFFFFFFF) ^ _FLIP_SIGNS
    return (ticks << 64 | rest).to_bytes(POSITION_BYTES, "big")


def id_at_position(position: bytes) -> UUID:
    """Return the version 1 UUID of a position, the inverse of `position_of`."""
    number = int.from_bytes(position, "big")
    return _uuid(number >> 64, (number & 0xFFFFFFFFFFFFFFFF) ^ _FLIP_SIGNS)


def first_position(moment: datetime) -> bytes:
    """Return the lowest position of that moment: ids of then or later are at or after it."""
    return (_ticks(moment) << 64).to_bytes(POSITION_BYTES, "big")


def bucket_start(id: UUID, minutes: int) -> datetime:
    """Return the start, UTC, of the bucket of that many minutes that holds the id."""
    seconds = (id.time - _UNIX_EPOCH_TICKS) // 10_000_000
    return datetime.fromtimestamp(seconds - seconds % (minutes * 60), UTC)


def _ticks(moment: datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    ticks = (moment - _GREGORIAN_EPOCH) // timedelta(microseconds=1) * 10
    return min(max(ticks, 0), (1 << 60) - 1)


def _random_part(key: bytes) -> int:
    """Return the variant, sequence and node of a UUID whose 62 other bits come from the key."""
    number = int.from_bytes(key, "big") & (1 << 62) - 1
    return 1 << 63 | number | _MULTICAST_BIT


def _uuid(ticks: int, rest: int) -> UUID:
    low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
    return UUID(int=low << 96 | middle << 80 | (0x1000 | high) << 64 | rest)
