"""What was read in the browser that asks: how much is kept of it, and forgetting it."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Owner
from api.routes.predict import Service
from db import Filters

router = APIRouter(prefix="/history/mine", tags=["history"])


class CountResponse(BaseModel):
    """How many readings of this browser the history holds."""

    count: int


class DeletedResponse(BaseModel):
    """How many readings have been forgotten."""

    forgotten: int = Field(description="0 also where the request carries no owner")


@router.get("")
def count(owner: Owner, service: Service) -> CountResponse:
    """How many readings were made in this browser (the cookie `inkling_owner`)."""
    if not owner:
        return CountResponse(count=0)
    return CountResponse(count=service.store.count(Filters(owner=owner)).count)


@router.delete("")
def forget(owner: Owner, service: Service) -> DeletedResponse:
    """Forget every reading made in this browser (the cookie `inkling_owner`), for good."""
    readings = list(service.store.export(Filters(owner=owner))) if owner else []
    return DeletedResponse(forgotten=sum(service.store.delete(one.id) for one in readings))
