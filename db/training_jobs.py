"""The interface of the training jobs, the same for SQLite and Cassandra.

A trainer claims a job and holds a lease on it, which it renews while it works. The lease belongs
to all jobs together, so that one job runs at a time, however many trainers there are. The lease of
a trainer that died expires, and the next claim returns the same job again.
"""

import json
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from db.ids import new_id
from db.records import created_at

# predict_history: predict all stored drawings with a version (trainer/history_prediction.py)
JobKind = Literal["fine_tune", "train", "predict_history"]
JobState = Literal["queued", "running", "finished", "failed", "cancelled"]

LEASE_SECONDS = 20
MAX_WAITING_JOBS = 20
MAX_LOG_LINES = 50
MAX_CURVE_POINTS = 400


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Loss and accuracy of the training batches around one moment.

    epoch: epochs done by then, with a fraction. accuracy: between 0 and 1.
    """

    epoch: float
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is.

    fraction: of the whole job, between 0 and 1. step: what it does at the moment, a word for
    programs such as "train". epoch: the epochs done. log: the newest lines, oldest first.
    """

    fraction: float = 0.0
    step: str = ""
    epoch: int = 0
    epochs: int = 0
    curve: tuple[CurvePoint, ...] = ()
    log: tuple[str, ...] = ()

    def shortened(self) -> "JobProgress":
        """Return the progress with no more log lines and points than a job may store.

        Of too many points every second one stays.
        """
        curve = self.curve
        while len(curve) > MAX_CURVE_POINTS:
            curve = (*curve[:-1:2], curve[-1])
        return replace(self, curve=curve, log=self.log[-MAX_LOG_LINES:])


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A request to train a network, and what came of it.

    id: version 1 UUID; its time is `created`. parent: the version to start from, or to predict
    with; None to train from random weights. by: name of who requested it, None if not given.
    version: what it added to the model registry, or predicted with. error: a sentence, of a failed
    job.
    """

    id: UUID
    kind: JobKind
    parent: str | None = None
    by: str | None = None
    state: JobState = "queued"
    started: datetime | None = None
    ended: datetime | None = None
    version: str | None = None
    error: str | None = None
    progress: JobProgress = field(default_factory=JobProgress)

    @property
    def created(self) -> datetime:
        """When the job was submitted, UTC, from the id."""
        return created_at(self.id)

    @property
    def is_open(self) -> bool:
        """Whether the job is waiting or running."""
        return self.state in ("queued", "running")


class InvalidJobError(ValueError):
    """A job that cannot be run; the message says why."""


class TooManyJobsError(Exception):
    """As many jobs wait as may."""


class TrainingJobs(ABC):
    """Stores training jobs. Every method may be called from any thread.

    All methods raise StoreUnavailableError, with a sentence for the user, if the store cannot
    answer now.
    """

    @abstractmethod
    def submit(
        self, kind: JobKind, parent: str | None = None, by: str | None = None
    ) -> TrainingJob:
        """Add a job to the queue and return it.

        Raises InvalidJobError if a training from random weights has a parent, or another job none;
        TooManyJobsError if MAX_WAITING_JOBS wait already.
        """

    @abstractmethod
    def newest(self, limit: int = 50) -> list[TrainingJob]:
        """Return the newest jobs, newest first."""

    @abstractmethod
    def get(self, id: UUID) -> TrainingJob | None:
        """Return the job, or None if there is none with that id."""

    @abstractmethod
    def claim(self, holder: str, lease_seconds: int = LEASE_SECONDS) -> TrainingJob | None:
        """Return the job to run next, with a lease on it; None if there is none.

        A running job whose lease has expired comes first, then the oldest in the queue. holder: a
        name of the caller that no other trainer has. None also while another one holds a lease.
        """

    @abstractmethod
    def renew(
        self,
        id: UUID,
        holder: str,
        progress: JobProgress,
        lease_seconds: int = LEASE_SECONDS,
    ) -> bool:
        """Store the progress and extend the lease.

        Returns False, and changes nothing, if the job was cancelled or its lease is lost: stop.
        """

    @abstractmethod
    def release(self, id: UUID, holder: str) -> None:
        """Give up the lease, so that the next claim returns this job at once."""

    @abstractmethod
    def finish(
        self, id: UUID, holder: str, *, version: str | None = None, error: str | None = None
    ) -> bool:
        """End a job as finished with a version, or as failed with an error; end the lease.

        Returns False, and changes nothing, if the job was cancelled or its lease is lost.
        """

    @abstractmethod
    def cancel(self, id: UUID) -> TrainingJob | None:
        """Cancel the job if it is open; return it, None if there is none.

        The trainer that runs it learns of it when it renews its lease.
        """


def new_job(kind: JobKind, parent: str | None, by: str | None) -> TrainingJob:
    """Return a new job.

    Raises InvalidJobError if a training from random weights has a parent, or another job none.
    """
    if (kind == "train") == (parent is not None):
        raise InvalidJobError("A job needs a version, unless it trains from random weights.")
    return TrainingJob(new_id(), kind, parent, by)


def choose_next(jobs: list[TrainingJob]) -> TrainingJob | None:
    """Return the job to run next: one that was interrupted, else the one that waits longest."""
    running = [job for job in jobs if job.state == "running"]
    waiting = [job for job in jobs if job.state == "queued"]
    return min(running or waiting, key=lambda job: job.created, default=None)


def require_room(jobs: list[TrainingJob]) -> None:
    """Raise TooManyJobsError if MAX_WAITING_JOBS wait already."""
    if sum(job.state == "queued" for job in jobs) >= MAX_WAITING_JOBS:
        raise TooManyJobsError(
            f"{MAX_WAITING_JOBS} trainings wait already; cancel one of them first."
        )


def pack_progress(progress: JobProgress) -> str:
    """Return the progress as JSON."""
    return json.dumps(asdict(progress.shortened()), separators=(",", ":"))


def unpack_progress(text: str | None) -> JobProgress:
    """Return the progress from JSON; the initial one for None."""
    if text is None:
        return JobProgress()
    values = json.loads(text)
    values["curve"] = tuple(CurvePoint(**point) for point in values["curve"])
    values["log"] = tuple(values["log"])
    return JobProgress(**values)


def now() -> datetime:
    """Return the time in UTC to the millisecond, which is what Cassandra's timestamps hold."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
