"""What is wrong with a SQLite file, and sentences that say so."""

import errno
import sqlite3
from pathlib import Path

BUSY_SECONDS = 5.0
_DISK_FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


class CorruptRowError(sqlite3.DatabaseError):
    """A row holds what cannot have been stored there: the file is damaged."""


def is_disk_full(error: BaseException | None) -> bool:
    """Return whether a write failed for lack of space."""
    if isinstance(error, sqlite3.Error):
        return _name(error).startswith(_DISK_FULL)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_damage(error: BaseException) -> bool:
    """Return whether the content of the file is not what SQLite has written."""
    return isinstance(error, CorruptRowError) or _name(error).startswith(_DAMAGED)


def describe(path: Path, error: sqlite3.Error | OSError) -> str:
    """Return a sentence that says what is wrong with the file and what to do."""
    if is_disk_full(error):
        return f"The disk that holds {path} is full; make room on it."
    if is_damage(error):
        return (
            f"{path} is damaged or not a SQLite file; move it away and a new one will be created."
        )
    if _name(error).startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")) or isinstance(
        error, PermissionError
    ):
        return f"{path} cannot be opened for writing; check its folder and the permissions."
    if _name(error).startswith("SQLITE_BUSY"):
        return f"{path} was busy for {BUSY_SECONDS:.0f} seconds; try again."
    return f"{path} cannot be used ({error}); check its disk."


def _name(error: BaseException) -> str:
    return getattr(error, "sqlite_errorname", None) or ""
