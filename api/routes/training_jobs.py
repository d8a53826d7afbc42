"""/training-jobs: reviewers start, watch and cancel trainings, which a trainer process runs."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, Caller, Service
from api.errors import JobEndedError, JobNotFoundError
from api.schemas import Timestamp
from db.training_jobs import JobKind, JobProgress, JobState, TrainingJob
from services.training import submit_training

router = APIRouter(prefix="/training-jobs", tags=["training"], dependencies=REVIEWERS_ONLY)


class TrainingJobRequest(BaseModel):
    """A training to run."""

    kind: JobKind = Field(
        "fine_tune",
        description="`fine_tune`: from a version's weights; `train`: from random weights",
    )
    parent: str | None = Field(
        None, description="version to fine-tune; null: the one that is served"
    )


class CurvePointResponse(BaseModel):
    """Loss and accuracy of the training batches up to a moment."""

    epoch: float = Field(description="epochs done, with a fraction")
    loss: float
    accuracy: float


class JobProgressResponse(BaseModel):
    """How far a training is."""

    fraction: float = Field(ge=0, le=1, description="of the whole job")
    step: str = Field(description="`prepare`, `train`, `export`, `evaluate`, `done`, or empty")
    epoch: int = Field(description="epochs done")
    epochs: int
    curve: list[CurvePointResponse] = Field(description="empty in lists")
    log: list[str] = Field(description="the newest lines, oldest first; empty in lists")

    @classmethod
    def of(cls, progress: JobProgress, *, detailed: bool) -> Self:
        """Return the response for a progress."""
        points = progress.curve if detailed else ()
        return cls(
            fraction=progress.fraction,
            step=progress.step,
            epoch=progress.epoch,
            epochs=progress.epochs,
            curve=[
                CurvePointResponse(epoch=point.epoch, loss=point.loss, accuracy=point.accuracy)
                for point in points
            ],
            log=list(progress.log) if detailed else [],
        )


class TrainingJobResponse(BaseModel):
    """A training job."""

    id: UUID
    kind: JobKind
    parent: str | None = Field(description="version that is fine-tuned")
    by: str | None = Field(description="who requested it")
    state: JobState
    created: Timestamp
    started: Timestamp | None
    ended: Timestamp | None
    version: str | None = Field(description="the candidate that a finished job has made")
    error: str | None = Field(description="why a failed job failed")
    progress: JobProgressResponse

    @classmethod
    def of(cls, job: TrainingJob, *, detailed: bool = True) -> Self:
        """Return the response for a job; not detailed: without curve and log."""
        return cls(
            id=job.id,
            kind=job.kind,
            parent=job.parent,
            by=job.by,
            state=job.state,
            created=job.created,
            started=job.started,
            ended=job.ended,
            version=job.version,
            error=job.error,
            progress=JobProgressResponse.of(job.progress, detailed=detailed),
        )


class TrainingJobListResponse(BaseModel):
    """Training jobs, newest first."""

    items: list[TrainingJobResponse]


async def job_id(job: str) -> UUID:
    """Return the id of a path; a malformed id is 404, like an unknown one."""
    try:
        return UUID(job)
    except ValueError:
        raise JobNotFoundError from None


JobId = Annotated[UUID, Depends(job_id)]


@router.get("")
def list_jobs(
    service: Service, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> TrainingJobListResponse:
    """Return the newest jobs, without curves and logs."""
    jobs = service.store.training_jobs.newest(limit)
    return TrainingJobListResponse(
        items=[TrainingJobResponse.of(job, detailed=False) for job in jobs]
    )


@router.post("", status_code=201)
def start_job(
    service: Service, identity: Caller, request: TrainingJobRequest
) -> TrainingJobResponse:
    """Ask for a training; a trainer process runs one job at a time, in the order of the requests.

    Its result is a candidate in the model registry; it is never served by itself.
    """
    job = submit_training(service, request.kind, request.parent, identity.name)
    return TrainingJobResponse.of(job)


@router.get("/{job}")
def read_job(service: Service, id: JobId) -> TrainingJobResponse:
    """Return a job with its learning curve and the newest lines of its log."""
    return TrainingJobResponse.of(_require(service.store.training_jobs.get(id)))


@router.delete("/{job}")
def cancel_job(service: Service, id: JobId) -> TrainingJobResponse:
    """Cancel a job that waits or runs; the trainer stops within seconds."""
    job = _require(service.store.training_jobs.cancel(id))
    if job.state != "cancelled":
        raise JobEndedError
    return TrainingJobResponse.of(job)


def _require(job: TrainingJob | None) -> TrainingJob:
    if job is None:
        raise JobNotFoundError
    return job
