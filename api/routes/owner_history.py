"""GET and DELETE /history/mine: the predictions made in the browser that sends the request."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Caller, Service
from db import Filters

router = APIRouter(prefix="/history/mine", tags=["history"])


class OwnerCountResponse(BaseModel):
    """Number of predictions in the history that were made in this browser."""

    count: int


class OwnerDeletedResponse(BaseModel):
    """Number of predictions that were deleted."""

    deleted: int = Field(
        serialization_alias="forgotten", description="0 also for a request without an owner"
    )


@router.get("")
def count_own_predictions(identity: Caller, service: Service) -> OwnerCountResponse:
    """Count the predictions made in this browser (cookie `inkling_session`)."""
    if identity.owner is None:
        return OwnerCountResponse(count=0)
    return OwnerCountResponse(
        count=service.store.count(identity.restrict(Filters(), own=True)).count
    )


@router.delete("")
def delete_own_predictions(identity: Caller, service: Service) -> OwnerDeletedResponse:
    """Delete every prediction made in this browser (cookie `inkling_session`), permanently."""
    if identity.owner is None:
        return OwnerDeletedResponse(deleted=0)
    return OwnerDeletedResponse(deleted=service.store.delete_owner(identity.owner))
