"""GET /review/most-useful: the predictions whose labels would teach the network most."""

from base64 import b64encode
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, QueryFilters, Service
from api.routes.review import ThumbnailResponse
from api.schemas import PredictionResponse
from services.most_useful import UsefulPrediction

router = APIRouter(prefix="/review", tags=["review"], dependencies=REVIEWERS_ONLY)


class UsefulPredictionResponse(ThumbnailResponse):
    """A prediction with its thumbnail, and why its label would be useful."""

    reasons: list[Literal["uncertain", "unlike", "differs", "varied"]] = Field(
        description="`uncertain`; `unlike`: anything labelled; `differs`: another version of the "
        "network predicts `other_text`; `varied`: none of these, it differs most from the others"
    )
    likeliest: tuple[str, str] = Field(
        description="the two likeliest values of the digit that is least certain; "
        "`?`: it is not a digit"
    )

    @classmethod
    def of_useful(cls, item: UsefulPrediction) -> "UsefulPredictionResponse":
        """Return the response for a prediction."""
        return cls(
            **PredictionResponse.of(item.record).model_dump(),
            image=b64encode(item.record.image).decode(),
            other_text=item.other_text,
            reasons=list(item.reasons),
            likeliest=item.likeliest,
        )


class UsefulPredictionListResponse(BaseModel):
    """The most useful predictions, best first; no two of them are near-duplicates."""

    items: list[UsefulPredictionResponse]
    candidates: int = Field(description="how many predictions were compared, the newest")
    complete: bool = Field(description="false: there are more, older ones")
    near_duplicates: int = Field(
        description="how many were left out because they look like these or like labelled ones"
    )


@router.get("/most-useful")
def most_useful(
    service: Service,
    filters: QueryFilters,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
) -> UsefulPredictionListResponse:
    """Return the predictions whose labels would teach the network most.

    None of them has a reviewer's label; labels of visitors do not count.
    """
    found = service.most_useful.select(filters, limit)
    return UsefulPredictionListResponse(
        items=[UsefulPredictionResponse.of_useful(item) for item in found.items],
        candidates=found.candidates,
        complete=found.complete,
        near_duplicates=found.near_duplicates,
    )
