"""Disk space that is held back for writes on a full disk."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# As long as the write-ahead log usually gets before SQLite copies it into the database, so that
# the copy always has room.
_MAX_BYTES = 4 << 20
_CHUNK_BYTES = 1 << 16


class DiskReserve:
    """A file next to a database that only takes up space, and gives it up when it is needed.

    Even deleting needs space, for the write-ahead log.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-reserve")
        self._released_bytes = 0
        self._lock = threading.RLock()

    def allocate(self) -> None:
        """Take up 4 MiB; where space is scarce, a quarter of it, or as much as was released."""
        with self._lock, suppress(OSError):
            self._path.touch(mode=0o600)
            size = self._path.stat().st_size
            free = shutil.disk_usage(self._path.parent).free
            wanted = max(self._released_bytes, min(_MAX_BYTES, (size + free) // 4))
            with self._path.open("ab", buffering=0) as file:
                for start in range(size, wanted, _CHUNK_BYTES):  # as many as fit
                    if hasattr(os, "posix_fallocate"):  # not on macOS
                        os.posix_fallocate(file.fileno(), start, _CHUNK_BYTES)
                    else:
                        file.write(bytes(_CHUNK_BYTES))

    @contextmanager
    def released(self) -> Iterator[None]:
        """Give up the space within the block, and take it up again afterwards."""
        with self._lock:
            with suppress(OSError):
                self._released_bytes = max(self._released_bytes, self._path.stat().st_size)
                os.truncate(self._path, 0)
            try:
                yield
            finally:
                self.allocate()
