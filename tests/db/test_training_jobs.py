"""Training jobs: the queue, the lease that lets one job run at a time, progress, the end."""

import threading
import time
from dataclasses import replace
from uuid import uuid4

import pytest

from db import Store
from db.training_jobs import (
    MAX_CURVE_POINTS,
    MAX_LOG_LINES,
    MAX_WAITING_JOBS,
    CurvePoint,
    JobProgress,
    TooManyJobsError,
    TrainingJobs,
)
from tests.db.conftest import OpenStore

PROGRESS = JobProgress(0.5, "train", 1, 4, (CurvePoint(0.5, 1.25, 0.75),), ("started",))


@pytest.fixture
def jobs(store: Store) -> TrainingJobs:
    """The training jobs of an empty store."""
    return store.training_jobs


def test_a_submitted_job_waits(jobs: TrainingJobs) -> None:
    job = jobs.submit("fine_tune", "2026-11-24-a8c0f3d", "Ada")
    assert jobs.get(job.id) == job
    assert (job.state, job.parent, job.by) == ("queued", "2026-11-24-a8c0f3d", "Ada")
    assert jobs.get(uuid4()) is None


def test_jobs_are_listed_newest_first(jobs: TrainingJobs) -> None:
    submitted = [jobs.submit("train") for _ in range(3)]
    assert jobs.newest() == submitted[::-1]
    assert jobs.newest(2) == submitted[:0:-1]


@pytest.mark.parametrize(
    ("kind", "parent"), [("fine_tune", None), ("train", "a version"), ("predict_history", None)]
)
def test_only_a_training_from_random_weights_has_no_parent(
    jobs: TrainingJobs, kind: str, parent: str | None
) -> None:
    with pytest.raises(ValueError, match="needs a version"):
        jobs.submit(kind, parent)  # type: ignore[arg-type]


def test_a_limited_number_of_jobs_waits(jobs: TrainingJobs) -> None:
    waiting = [jobs.submit("train") for _ in range(MAX_WAITING_JOBS)]
    with pytest.raises(TooManyJobsError):
        jobs.submit("train")
    jobs.cancel(waiting[0].id)
    assert jobs.submit("train").state == "queued"


def test_the_job_that_waits_longest_is_claimed(jobs: TrainingJobs) -> None:
    first, _ = jobs.submit("train"), jobs.submit("train")
    claimed = jobs.claim("a")
    assert claimed is not None
    assert claimed.started is not None
    assert claimed == replace(first, state="running", started=claimed.started)
    assert jobs.get(first.id) == claimed


def test_nothing_to_claim_in_an_empty_queue(jobs: TrainingJobs) -> None:
    assert jobs.claim("a") is None


def test_one_job_runs_at_a_time(jobs: TrainingJobs) -> None:
    first, second = jobs.submit("train"), jobs.submit("train")
    assert jobs.claim("a") is not None
    assert jobs.claim("b") is None
    assert jobs.finish(first.id, "a", version="new")
    claimed = jobs.claim("b")
    assert claimed is not None
    assert claimed.id == second.id


def test_of_many_trainers_that_claim_at_once_one_gets_the_job(open_store: OpenStore) -> None:
    stores = [open_store() for _ in range(3)]
    stores[0].training_jobs.submit("train")
    claimed = []
    barrier = threading.Barrier(6)

    def claim(index: int) -> None:
        barrier.wait()
        if stores[index % 3].training_jobs.claim(f"trainer {index}") is not None:
            claimed.append(index)

    threads = [threading.Thread(target=claim, args=(index,)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 1


def test_progress_is_stored_with_the_lease(jobs: TrainingJobs) -> None:
    job = jobs.submit("train")
    jobs.claim("a")
    assert jobs.renew(job.id, "a", PROGRESS)
    stored = jobs.get(job.id)
    assert stored is not None
    assert stored.progress == PROGRESS
    assert jobs.newest()[0].progress == PROGRESS


def test_long_logs_and_curves_are_shortened(jobs: TrainingJobs) -> None:
    job = jobs.submit("train")
    jobs.claim("a")
    points = tuple(CurvePoint(index / 100, 1, 0.5) for index in range(3 * MAX_CURVE_POINTS))
    lines = tuple(map(str, range(3 * MAX_LOG_LINES)))
    assert jobs.renew(job.id, "a", JobProgress(curve=points, log=lines))
    stored = jobs.get(job.id)
    assert stored is not None
    assert stored.progress.log == lines[-MAX_LOG_LINES:]
    assert len(stored.progress.curve) <= MAX_CURVE_POINTS
    assert (stored.progress.curve[0], stored.progress.curve[-1]) == (points[0], points[-1])


def test_the_job_of_a_trainer_that_died_is_claimed_again(jobs: TrainingJobs) -> None:
    job, _ = jobs.submit("train"), jobs.submit("train")
    jobs.claim("a", lease_seconds=2)
    jobs.renew(job.id, "a", PROGRESS, lease_seconds=2)
    assert jobs.claim("b") is None
    claimed = None
    deadline = time.monotonic() + 30
    while claimed is None and time.monotonic() < deadline:
        time.sleep(0.1)
        claimed = jobs.claim("b")
    assert claimed is not None
    assert (claimed.id, claimed.progress) == (job.id, PROGRESS)
    assert not jobs.renew(job.id, "a", JobProgress())
    assert not jobs.finish(job.id, "a", version="late")
    assert jobs.renew(job.id, "b", PROGRESS)


def test_an_expired_lease_that_nobody_took_is_renewed(jobs: TrainingJobs) -> None:
    job = jobs.submit("train")
    jobs.claim("a", lease_seconds=1)
    time.sleep(1.5)
    assert jobs.renew(job.id, "a", PROGRESS)
    assert jobs.claim("b") is None


def test_a_released_job_is_claimed_at_once(jobs: TrainingJobs) -> None:
    job = jobs.submit("train")
    jobs.claim("a")
    jobs.release(job.id, "b")
    assert jobs.claim("b") is None
    jobs.release(job.id, "a")
    claimed = jobs.claim("b")
    assert claimed is not None
    assert claimed.id == job.id


@pytest.mark.parametrize(
    ("version", "error", "state"), [("new", None, "finished"), (None, "No disk.", "failed")]
)
def test_a_job_ends_once(
    jobs: TrainingJobs, version: str | None, error: str | None, state: str
) -> None:
    job = jobs.submit("train")
    jobs.claim("a")
    assert jobs.finish(job.id, "a", version=version, error=error)
    ended = jobs.get(job.id)
    assert ended is not None
    assert (ended.state, ended.version, ended.error) == (state, version, error)
    assert ended.ended is not None
    assert jobs.claim("a") is None
    assert jobs.cancel(job.id) == ended


def test_a_waiting_job_can_be_cancelled(jobs: TrainingJobs) -> None:
    job = jobs.submit("train")
    cancelled = jobs.cancel(job.id)
    assert cancelled is not None
    assert cancelled.state == "cancelled"
    assert jobs.claim("a") is None
    assert jobs.cancel(uuid4()) is None


def test_the_trainer_of_a_cancelled_job_loses_it(jobs: TrainingJobs) -> None:
    job, next_job = jobs.submit("train"), jobs.submit("train")
    jobs.claim("a")
    jobs.cancel(job.id)
    assert not jobs.renew(job.id, "a", PROGRESS)
    assert not jobs.finish(job.id, "a", version="new")
    jobs.release(job.id, "a")
    claimed = jobs.claim("a")
    assert claimed is not None
    assert claimed.id == next_job.id


def test_jobs_survive_a_restart(open_store: OpenStore) -> None:
    store = open_store()
    job = store.training_jobs.submit("fine_tune", "a version")
    store.close()
    assert open_store().training_jobs.get(job.id) == job
