"""GET and DELETE /history/mine: the predictions made in the browser that sends the request."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Caller, Service
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
def count_own_predictions(identity: Caller, service: Service) -> CountResponse:
    """Count the predictions made in this browser (cookie `inkling_session`)."""
    if identity.owner is None:
        return CountResponse(count=0)
    return CountResponse(count=service.store.count(identity.restrict(Filters(), own=True)).count)


@router.delete("")
def delete_own_predictions(identity: Caller, service: Service) -> DeletedResponse:
    """Delete every prediction made in this browser (cookie `inkling_session`), permanently."""
    if identity.owner is None:
        return DeletedResponse(deleted=0)
    own = list(service.store.export(identity.restrict(Filters(), own=True)))
    return DeletedResponse(deleted=sum(service.store.delete(item.id) for item in own))
