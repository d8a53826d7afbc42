"""GET /review: what the review page needs besides the history: thumbnails, counts, reliability."""

from base64 import b64encode
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, PredictionId, QueryFilters, Service
from api.schemas import (
    AccuracyResponse,
    ConfusionResponse,
    PredictionResponse,
    Timestamp,
)
from services import accuracy
from services.accuracy import AccuracyReport, Reliability

router = APIRouter(prefix="/review", tags=["review"], dependencies=REVIEWERS_ONLY)

COUNT_SECONDS = 0.4  # after which the count so far is returned


class ThumbnailResponse(PredictionResponse):
    """A prediction with its thumbnail, so that one request fetches a page of them."""

    image: str = Field(description="PNG of the drawing or image, base64")
    other_text: str | None = Field(
        None, description="what the version of the filter `differs` predicts"
    )


class ThumbnailPageResponse(BaseModel):
    """A page of predictions with thumbnails, newest first; `next` continues it as `before`."""

    items: list[ThumbnailResponse]
    next: str | None
    complete: bool = Field(
        description="false if the history is unreachable and only queued predictions are listed"
    )


class VersionPredictionResponse(BaseModel):
    """What another version of the network predicts for a stored prediction."""

    version: str
    text: str
    confidence: float = Field(ge=0, le=1, description="the lowest of the digits")


class VersionPredictionListResponse(BaseModel):
    """What other versions predict, in the order of their names."""

    items: list[VersionPredictionResponse]


class CountResponse(BaseModel):
    """Number of matching predictions, as far as they could be counted in a short time."""

    count: int
    complete: bool = Field(
        serialization_alias="all", description="false: there are more than `count`"
    )
    labelled: int = Field(description="how many of them have a label")
    right: int = Field(description="how many of them have a label that equals the text")


class ReliabilityBinResponse(BaseModel):
    """Labelled digits whose confidence lies in [lowest, lowest + 0.1)."""

    lowest: float = Field(ge=0, le=1)
    digits: int
    right: int
    confidence: float | None = Field(description="mean confidence; null for an empty bin")


class ReliabilityResponse(BaseModel):
    """How often digits were right, by their confidence."""

    bins: list[ReliabilityBinResponse]
    digits: int
    complete: bool = Field(
        serialization_alias="all",
        description="false: only the newest labelled predictions were counted",
    )

    @classmethod
    def of(cls, reliability: Reliability) -> Self:
        """Return the response for a reliability diagram."""
        return cls(
            bins=[
                ReliabilityBinResponse(
                    lowest=part.lowest,
                    digits=part.digits,
                    right=part.right,
                    confidence=part.confidence,
                )
                for part in reliability.bins
            ],
            digits=reliability.digits,
            complete=reliability.complete,
        )


class LabelEffectResponse(BaseModel):
    """A label and how it changed the accuracy on all labels given until then."""

    id: UUID
    text: str
    label: str
    by: str | None
    at: Timestamp
    before: float | None = Field(description="accuracy before it; null for the first label")
    after: float


class AccuracyReportResponse(BaseModel):
    """Accuracy on the labelled predictions that match."""

    accuracy: AccuracyResponse
    by_model: dict[str, AccuracyResponse]
    by_slot: dict[str, AccuracyResponse] = Field(
        description="of those made in the 15 minutes from each time, UTC"
    )
    confusion: list[ConfusionResponse]
    reliability: ReliabilityResponse
    newest_labels: list[LabelEffectResponse] = Field(description="the newest first")
    complete: bool = Field(
        serialization_alias="all",
        description="false: only the newest labelled predictions were counted",
    )

    @classmethod
    def of(cls, report: AccuracyReport) -> Self:
        """Return the response for a report."""
        return cls(
            accuracy=AccuracyResponse.of(report.accuracy),
            by_model={model: AccuracyResponse.of(part) for model, part in report.by_model.items()},
            by_slot={
                slot.strftime("%Y-%m-%dT%H:%MZ"): AccuracyResponse.of(part)
                for slot, part in report.by_slot.items()
            },
            confusion=[
                ConfusionResponse(true=true, predicted=predicted, count=count)
                for (true, predicted), count in sorted(report.confusion.items())
            ],
            reliability=ReliabilityResponse.of(report.reliability),
            newest_labels=[
                LabelEffectResponse(
                    id=effect.id,
                    text=effect.text,
                    label=effect.label,
                    by=effect.by,
                    at=effect.at,
                    before=effect.before,
                    after=effect.after,
                )
                for effect in report.newest_labels
            ],
            complete=report.complete,
        )


@router.get("")
def list_thumbnails(
    service: Service,
    filters: QueryFilters,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    before: Annotated[str | None, Query(description="`next` of the previous page")] = None,
) -> ThumbnailPageResponse:
    """Return a page of predictions with their thumbnails, newest first."""
    page = service.store.page(limit, before, filters)
    others = (
        service.store.version_predictions.find([item.id for item in page.items])
        if filters.differs
        else {}
    )
    return ThumbnailPageResponse(
        items=[
            ThumbnailResponse(
                **PredictionResponse.of(item).model_dump(),
                image=b64encode(item.image).decode(),
                other_text=next(
                    (
                        other.text
                        for other in others.get(item.id, ())
                        if other.version == filters.differs
                    ),
                    None,
                ),
            )
            for item in page.items
        ],
        next=page.next,
        complete=page.complete,
    )


@router.get("/{id}/versions")
def list_versions(service: Service, id: PredictionId) -> VersionPredictionListResponse:
    """Return what other versions of the network predict for a stored prediction."""
    found = service.store.version_predictions.find([id]).get(id, ())
    return VersionPredictionListResponse(
        items=[
            VersionPredictionResponse(
                version=item.version, text=item.text, confidence=item.confidence
            )
            for item in found
        ]
    )


@router.get("/count")
def count(service: Service, filters: QueryFilters) -> CountResponse:
    """Count the matching predictions; in a large history the counts are lower bounds."""
    result = service.store.count(filters, seconds=COUNT_SECONDS)
    labels = accuracy.count_labelled(service.store, filters, seconds=COUNT_SECONDS)
    return CountResponse(
        count=result.count,
        complete=result.complete,
        labelled=labels.labelled,
        right=labels.right,
    )


@router.get("/reliability")
def reliability(service: Service) -> ReliabilityResponse:
    """Return how often labelled digits were right, in ten bins of confidence."""
    return ReliabilityResponse.of(accuracy.reliability(service.store))


@router.get("/accuracy")
def accuracy_report(service: Service, filters: QueryFilters) -> AccuracyReportResponse:
    """Return the accuracy on labelled predictions that match: by model, time, digit, confidence."""
    return AccuracyReportResponse.of(accuracy.report(service.store, filters))
