"""Training jobs in Cassandra: lightweight transactions in one partition.

Every change is conditional, so that requests that the driver sends twice, and trainers that act at
the same time, cannot contradict each other. The lease is a static column that expires by itself.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from db.cassandra.connection import READ_PROFILE, WRITE_PROFILE, CassandraConnection, Row
from db.cassandra.direct import execute_directly
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

_TABLE = "keyspace.training_jobs"
_COLUMNS = "id, kind, parent, requested_by, state, started_at, ended_at, version, error"
_INSERT = (
    f"INSERT INTO {_TABLE} (jobs, id, kind, parent, requested_by, state) "
    "VALUES ('all', ?, ?, ?, ?, 'queued') IF NOT EXISTS"
)
_SELECT_NEWEST = f"SELECT {_COLUMNS}, progress FROM {_TABLE} WHERE jobs = 'all' LIMIT ?"
_SELECT_STATES = f"SELECT {_COLUMNS} FROM {_TABLE} WHERE jobs = 'all' LIMIT ?"
_SELECT_ONE = f"SELECT {_COLUMNS}, progress FROM {_TABLE} WHERE jobs = 'all' AND id = ?"
_SELECT_HOLDER = f"SELECT holder FROM {_TABLE} WHERE jobs = 'all' LIMIT 1"
_CLAIM = f"""
BEGIN BATCH
UPDATE {_TABLE} USING TTL ? SET holder = ?, leased = ? WHERE jobs = 'all' IF holder = NULL;
UPDATE {_TABLE} SET state = 'running', started_at = ? WHERE jobs = 'all' AND id = ?
    IF state IN ('queued', 'running');
APPLY BATCH
"""
_RENEW = f"""
BEGIN BATCH
UPDATE {_TABLE} USING TTL ? SET holder = ?, leased = ? WHERE jobs = 'all'
    IF holder = ? AND leased = ?;
UPDATE {_TABLE} SET progress = ? WHERE jobs = 'all' AND id = ? IF state = 'running';
APPLY BATCH
"""
_RELEASE = (
    f"UPDATE {_TABLE} SET holder = NULL, leased = NULL WHERE jobs = 'all' "
    "IF holder = ? AND leased = ?"
)
_FINISH = f"""
BEGIN BATCH
UPDATE {_TABLE} SET holder = NULL, leased = NULL WHERE jobs = 'all' IF holder = ? AND leased = ?;
UPDATE {_TABLE} SET state = ?, version = ?, error = ?, ended_at = ? WHERE jobs = 'all' AND id = ?
    IF state = 'running';
APPLY BATCH
"""
_CANCEL = (
    f"UPDATE {_TABLE} SET state = 'cancelled', ended_at = ? WHERE jobs = 'all' AND id = ? "
    "IF state IN ('queued', 'running')"
)
_SEARCHED_JOBS = 500  # newest jobs among which the open ones are searched


class CassandraTrainingJobs(TrainingJobs):
    """Stores training jobs in Cassandra itself: they do not go through the outbox."""

    def __init__(self, connection: CassandraConnection) -> None:
        self._connection = connection

    def submit(
        self, kind: JobKind, parent: str | None = None, by: str | None = None
    ) -> TrainingJob:
        job = new_job(kind, parent, by)
        require_room(self._jobs())
        self._change(_INSERT, job.id, job.kind, job.parent, job.by)
        return job

    def newest(self, limit: int = 50) -> list[TrainingJob]:
        return [_job_of(row) for row in self._read(_SELECT_NEWEST, limit)]

    def get(self, id: UUID) -> TrainingJob | None:
        if id.version != 1:
            return None
        rows = self._read(_SELECT_ONE, id)
        return _job_of(rows[0]) if rows else None

    def claim(self, holder: str, lease_seconds: int = LEASE_SECONDS) -> TrainingJob | None:
        if self._holder() is not None:
            return None
        job = choose_next(self._jobs())
        if job is None or not self._take(job, holder, lease_seconds):
            return None
        return self.get(job.id)

    def renew(
        self,
        id: UUID,
        holder: str,
        progress: JobProgress,
        lease_seconds: int = LEASE_SECONDS,
    ) -> bool:
        values = (lease_seconds, holder, id, holder, id, pack_progress(progress), id)
        if self._change(_RENEW, *values):
            return True
        # The lease may have expired while Cassandra was unreachable, and be free.
        job = self.get(id)
        if job is None or job.state != "running" or self._holder() is not None:
            return False
        return self._take(job, holder, lease_seconds) and self._change(_RENEW, *values)

    def release(self, id: UUID, holder: str) -> None:
        self._change(_RELEASE, holder, id)

    def finish(
        self, id: UUID, holder: str, *, version: str | None = None, error: str | None = None
    ) -> bool:
        state = "finished" if error is None else "failed"
        if self._change(_FINISH, holder, id, state, version, error, now(), id):
            return True
        job = self.get(id)  # a request that the driver sent twice
        return job is not None and (job.state, job.version, job.error) == (state, version, error)

    def cancel(self, id: UUID) -> TrainingJob | None:
        if id.version != 1:
            return None
        self._change(_CANCEL, now(), id)
        return self.get(id)

    def _take(self, job: TrainingJob, holder: str, lease_seconds: int) -> bool:
        """Take the free lease on an open job; return whether that succeeded."""
        if self._change(_CLAIM, lease_seconds, holder, job.id, job.started or now(), job.id):
            return True
        return self._holder() == holder  # a request that the driver sent twice

    def _holder(self) -> str | None:
        rows = self._read(_SELECT_HOLDER)
        return rows[0][0] if rows else None

    def _jobs(self) -> list[TrainingJob]:
        return [_job_of((*row, None)) for row in self._read(_SELECT_STATES, _SEARCHED_JOBS)]

    def _change(self, query: str, *values: object) -> bool:
        """Execute a conditional statement; return whether its conditions held."""
        rows = execute_directly(self._connection, query, values, WRITE_PROFILE)
        return bool(rows[0][0])

    def _read(self, query: str, *values: object) -> list[Row]:
        return execute_directly(self._connection, query, values, READ_PROFILE)


def _job_of(row: tuple[Any, ...]) -> TrainingJob:
    id, kind, parent, by, state, started, ended, version, error, progress = row
    return TrainingJob(
        id=id,
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


def _moment(moment: datetime | None) -> datetime | None:
    """Return a time that Cassandra stores in UTC, without a zone, with its zone."""
    return None if moment is None else moment.replace(tzinfo=UTC)
