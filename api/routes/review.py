"""GET /review: what the review page needs besides the history: thumbnails, counts, reliability."""

from base64 import b64encode
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, QueryFilters, Service
from api.schemas import PredictionResponse
from services import accuracy
from services.accuracy import Reliability

router = APIRouter(prefix="/review", tags=["review"], dependencies=REVIEWERS_ONLY)

COUNT_SECONDS = 0.4  # after which the count so far is returned


class ThumbnailResponse(PredictionResponse):
    """A prediction with its thumbnail, so that one request fetches a page of them."""

    image: str = Field(description="PNG of the drawing or image, base64")


class ThumbnailPageResponse(BaseModel):
    """A page of predictions with thumbnails, newest first; `next` continues it as `before`."""

    items: list[ThumbnailResponse]
    next: str | None
    complete: bool = Field(
        description="false if the history is unreachable and only queued predictions are listed"
    )


class CountResponse(BaseModel):
    """Number of matching predictions, as far as they could be counted in a short time."""

    count: int
    complete: bool = Field(
        serialization_alias="all", description="false: there are more than `count`"
    )


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


@router.get("")
def list_thumbnails(
    service: Service,
    filters: QueryFilters,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    before: Annotated[str | None, Query(description="`next` of the previous page")] = None,
) -> ThumbnailPageResponse:
    """Return a page of predictions with their thumbnails, newest first."""
    page = service.store.page(limit, before, filters)
    return ThumbnailPageResponse(
        items=[
            ThumbnailResponse(
                **PredictionResponse.of(item).model_dump(), image=b64encode(item.image).decode()
            )
            for item in page.items
        ],
        next=page.next,
        complete=page.complete,
    )


@router.get("/count")
def count(service: Service, filters: QueryFilters) -> CountResponse:
    """Count the matching predictions; in a large history this is a lower bound."""
    result = service.store.count(filters, seconds=COUNT_SECONDS)
    return CountResponse(count=result.count, complete=result.complete)


@router.get("/reliability")
def reliability(service: Service) -> ReliabilityResponse:
    """Return how often labelled digits were right, in ten bins of confidence."""
    return ReliabilityResponse.of(accuracy.reliability(service.store))
