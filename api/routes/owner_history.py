"""GET and DELETE /history/mine: the predictions made in the browser that sends the request."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Owner, Service
from db import Filters

router = APIRouter(prefix="/history/mine", tags=["history"])


class CountResponse(BaseModel):
    """Number of predictions in the history that were made in this browser."""

    count: int


class DeletedResponse(BaseModel):
    """Number of predictions that were deleted."""

    deleted: int = Field(
        serialization_alias="forgotten", description="0 also for a request without an owner"
    )


@router.get("")
def count_own_predictions(owner: Owner, service: Service) -> CountResponse:
    """Count the predictions made in this browser (cookie `inkling_owner`)."""
    if not owner:
        return CountResponse(count=0)
    return CountResponse(count=service.store.count(Filters(owner=owner)).count)


@router.delete("")
def delete_own_predictions(owner: Owner, service: Service) -> DeletedResponse:
    """Delete every prediction made in this browser (cookie `inkling_owner`), permanently."""
    return DeletedResponse(deleted=service.store.delete_owner(owner) if owner else 0)
