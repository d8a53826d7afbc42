"""What the review page asks beside the history itself: pages with pictures, counts, reliability."""

import time
from base64 import b64encode
from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.routes.history import RequestedFilters
from api.routes.predict import Service
from api.schemas import PredictionResponse
from db import Filters, PredictionRecord

router = APIRouter(prefix="/review", tags=["review"])

COUNT_SECONDS = 0.4  # after which a count is given as far as it got
RELIABILITY_SECONDS = 2.0
RELIABILITY_READINGS = 20_000  # the newest labelled ones
BINS = 10


class ThumbnailResponse(PredictionResponse):
    """A reading with its ink, so that a page of them is one request."""

    image: str = Field(description="PNG of the ink, base64")


class ThumbnailPageResponse(BaseModel):
    """A page of readings with their ink, newest first; `next` continues it as `before`."""

    items: list[ThumbnailResponse]
    next: str | None
    complete: bool = Field(description="false where only readings that wait to be stored are shown")


class CountResponse(BaseModel):
    """How many readings fit, as far as they could be counted in a short time."""

    count: int
    all: bool = Field(description="false: there are more than `count`")


class ReliabilityBin(BaseModel):
    """Labelled digits whose confidence lay in one tenth: [from, from + 0.1)."""

    lowest: float = Field(ge=0, le=1)
    digits: int
    right: int
    confidence: float | None = Field(description="their mean confidence; null where there are none")


class ReliabilityResponse(BaseModel):
    """How often digits of some confidence were right."""

    bins: list[ReliabilityBin]
    digits: int
    all: bool = Field(description="false: only the newest labelled readings were looked at")


@router.get("")
def page(
    service: Service,
    fitting: RequestedFilters,
    limit: Annotated[int, Query(ge=1, le=500)] = 60,
    before: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> ThumbnailPageResponse:
    """A page of readings with their pictures, newest first."""
    found = service.store.page(limit, before, fitting)
    return ThumbnailPageResponse(
        items=[
            ThumbnailResponse(
                **PredictionResponse.of(item).model_dump(), image=b64encode(item.image).decode()
            )
            for item in found.items
        ],
        next=found.next,
        complete=found.complete,
    )


@router.get("/count")
def count(service: Service, fitting: RequestedFilters) -> CountResponse:
    """How many readings fit; in a large history, at least how many."""
    result = service.store.count(fitting, seconds=COUNT_SECONDS)
    return CountResponse(count=result.count, all=result.complete)


@router.get("/reliability")
def reliability(service: Service) -> ReliabilityResponse:
    """How often labelled digits were right, by tenths of their confidence."""
    labelled = service.store.export(Filters(labelled=True))
    judged, complete = _judged_digits(labelled)
    digits, right, total = [0] * BINS, [0] * BINS, [0.0] * BINS
    for confidence, is_right in judged:
        place = min(int(confidence * BINS), BINS - 1)
        digits[place] += 1
        right[place] += is_right
        total[place] += confidence
    bins = [
        ReliabilityBin(
            lowest=place / BINS,
            digits=digits[place],
            right=right[place],
            confidence=total[place] / digits[place] if digits[place] else None,
        )
        for place in range(BINS)
    ]
    return ReliabilityResponse(bins=bins, digits=len(judged), all=complete)


def truths(prediction: PredictionRecord) -> str | None:
    """The true character of each digit from the label; None where they cannot be told apart."""
    if prediction.label is None:
        return None
    label = prediction.label.replace("\n", "")
    return label if len(label) == len(prediction.digits) else None


def _judged_digits(labelled: Iterator[PredictionRecord]) -> tuple[list[tuple[float, bool]], bool]:
    """Confidence and rightness of what was read as digits, and whether all was looked at."""
    deadline = time.monotonic() + RELIABILITY_SECONDS
    judged: list[tuple[float, bool]] = []
    for prediction in islice(labelled, RELIABILITY_READINGS):
        for digit, truth in zip(prediction.digits, truths(prediction) or "", strict=False):
            if digit.verdict != "not_a_digit":
                judged.append((digit.confidence, truth == str(digit.value)))
        if time.monotonic() > deadline:
            return judged, False
    return judged, next(labelled, None) is None
