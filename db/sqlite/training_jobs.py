"""Training jobs in the SQLite file of the history."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from db.codec import from_microseconds, to_microseconds
from db.ids import id_at_position, position_of
from db.sqlite.connection import SqliteConnection, fetch_one
from db.training_jobs import (
    LEASE_SECONDS,
    JobKind,
    JobProgress,
    TrainingJob,
    TrainingJobs,
    choose_next,
    new_job,
    now,
    pack_progress,
    require_room,
    unpack_progress,
)

TRAINING_JOBS = """
CREATE TABLE training_jobs (
    position BLOB PRIMARY KEY,  -- the id as bytes that sort by time
    kind TEXT NOT NULL,
    parent TEXT,
    requested_by TEXT,
    state TEXT NOT NULL,
    started_at INTEGER,  -- microseconds since 1970
    ended_at INTEGER,
    version TEXT,
    error TEXT,
    progress TEXT  -- JSON, db/training_jobs.py
) WITHOUT ROWID;
CREATE TABLE training_lease (
    one INTEGER PRIMARY KEY CHECK (one = 1),  -- one job runs at a time
    position BLOB NOT NULL,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL
)
"""

_COLUMNS = (
    "position, kind, parent, requested_by, state, started_at, ended_at, version, error, progress"
)
_OPEN = "state IN ('queued', 'running')"
_HOLDS_LEASE = "SELECT 1 FROM training_lease WHERE position = ? AND holder = ?"
_SET_LEASE = "INSERT OR REPLACE INTO training_lease VALUES (1, ?, ?, ?)"
_END_LEASE = "DELETE FROM training_lease WHERE position = ? AND holder = ?"


class SqliteTrainingJobs(TrainingJobs):
    """Stores training jobs; each change is one transaction, also across processes."""

    def __init__(self, file: SqliteConnection) -> None:
        self._file = file

    def submit(
        self, kind: JobKind, parent: str | None = None, by: str | None = None
    ) -> TrainingJob:
        job = new_job(kind, parent, by)

        def work(connection: sqlite3.Connection) -> TrainingJob:
            require_room(_open_jobs(connection))
            connection.execute(
                "INSERT INTO training_jobs (position, kind, parent, requested_by, state) "
                "VALUES (?, ?, ?, ?, ?)",
                (position_of(job.id), job.kind, job.parent, job.by, job.state),
            )
            return job

        return self._file.write(work)

    def newest(self, limit: int = 50) -> list[TrainingJob]:
        query = f"SELECT {_COLUMNS} FROM training_jobs ORDER BY position DESC LIMIT ?"
        with self._file.read() as connection:
            return [_job_of(row) for row in connection.execute(query, (limit,)).fetchall()]

    def get(self, id: UUID) -> TrainingJob | None:
        if id.version != 1:
            return None
        with self._file.read() as connection:
            return _find(connection, id)

    def claim(self, holder: str, lease_seconds: int = LEASE_SECONDS) -> TrainingJob | None:
        def work(connection: sqlite3.Connection) -> TrainingJob | None:
            lease = fetch_one(connection, "SELECT expires_at FROM training_lease")
            if lease is not None and lease[0] > to_microseconds(now()):
                return None
            job = choose_next(_open_jobs(connection))
            if job is None:
                return None
            position = position_of(job.id)
            connection.execute(_SET_LEASE, (position, holder, _expiry(lease_seconds)))
            connection.execute(
                "UPDATE training_jobs SET state = 'running', "
                "started_at = coalesce(started_at, ?) WHERE position = ?",
                (to_microseconds(now()), position),
            )
            return _find(connection, job.id)

        return self._file.write(work)

    def renew(
        self,
        id: UUID,
        holder: str,
        progress: JobProgress,
        lease_seconds: int = LEASE_SECONDS,
    ) -> bool:
        position = position_of(id)

        def work(connection: sqlite3.Connection) -> bool:
            if not _holds(connection, id, holder):
                return False
            connection.execute(_SET_LEASE, (position, holder, _expiry(lease_seconds)))
            connection.execute(
                "UPDATE training_jobs SET progress = ? WHERE position = ?",
                (pack_progress(progress), position),
            )
            return True

        return self._file.write(work)

    def release(self, id: UUID, holder: str) -> None:
        self._file.write(lambda connection: _end_lease(connection, id, holder))

    def finish(
        self, id: UUID, holder: str, *, version: str | None = None, error: str | None = None
    ) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            if not _holds(connection, id, holder):
                return False
            connection.execute(
                "UPDATE training_jobs SET state = ?, version = ?, error = ?, ended_at = ? "
                "WHERE position = ?",
                (
                    "finished" if error is None else "failed",
                    version,
                    error,
                    to_microseconds(now()),
                    position_of(id),
                ),
            )
            _end_lease(connection, id, holder)
            return True

        return self._file.write(work)

    def cancel(self, id: UUID) -> TrainingJob | None:
        def work(connection: sqlite3.Connection) -> TrainingJob | None:
            connection.execute(
                "UPDATE training_jobs SET state = 'cancelled', ended_at = ? "
                f"WHERE position = ? AND {_OPEN}",
                (to_microseconds(now()), position_of(id)),
            )
            return _find(connection, id)

        return self._file.write(work) if id.version == 1 else None


def _find(connection: sqlite3.Connection, id: UUID) -> TrainingJob | None:
    query = f"SELECT {_COLUMNS} FROM training_jobs WHERE position = ?"
    row = fetch_one(connection, query, position_of(id))
    return None if row is None else _job_of(row)


def _open_jobs(connection: sqlite3.Connection) -> list[TrainingJob]:
    query = f"SELECT {_COLUMNS} FROM training_jobs WHERE {_OPEN}"
    return [_job_of(row) for row in connection.execute(query).fetchall()]


def _holds(connection: sqlite3.Connection, id: UUID, holder: str) -> bool:
    """Return whether the job still runs and the lease on it is this holder's.

    An expired lease that no other trainer has taken counts: the work goes on.
    """
    if fetch_one(connection, _HOLDS_LEASE, position_of(id), holder) is None:
        return False
    job = _find(connection, id)
    return job is not None and job.state == "running"


def _end_lease(connection: sqlite3.Connection, id: UUID, holder: str) -> None:
    connection.execute(_END_LEASE, (position_of(id), holder))


def _expiry(seconds: int) -> int:
    return to_microseconds(now() + timedelta(seconds=seconds))


def _job_of(row: tuple[Any, ...]) -> TrainingJob:
    position, kind, parent, by, state, started, ended, version, error, progress = row
    return TrainingJob(
        id=id_at_position(position),
        kind=kind,
        parent=parent,
        by=by,
        state=state,
        started=_moment(started),
        ended=_moment(ended),
        version=version,
        error=error,
        progress=unpack_progress(progress),
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_microseconds(microseconds)
