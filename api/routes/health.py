"""Whether the process lives, and whether it can do its work."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.routes.predict import Service

router = APIRouter(prefix="/health", tags=["health"])


class LiveResponse(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class StoreResponse(BaseModel):
    """How the history is."""

    store: Literal["sqlite", "cassandra"]
    reachable: bool
    outbox: int = Field(description="readings that wait to reach the history")
    detail: str | None = Field(description="what is the matter and what to do")


class ReadyResponse(BaseModel):
    """Readings can be made and kept (`waiting`: kept here until the history is reachable again)."""

    status: Literal["ready", "waiting", "unavailable"]
    history: StoreResponse
    model: str


@router.get("/live")
async def live() -> LiveResponse:
    """Whether the process answers."""
    return LiveResponse()


@router.get("/ready")
def ready(service: Service, response: Response) -> ReadyResponse:
    """Whether readings can be made and kept; 503 where they can neither be stored nor queued."""
    health = service.store.health()
    status: Literal["ready", "waiting", "unavailable"] = "ready" if health.reachable else "waiting"
    if not health.accepting:
        status = "unavailable"
        response.status_code = 503
    return ReadyResponse(
        status=status,
        history=StoreResponse(
            store=health.store,
            reachable=health.reachable,
            outbox=health.outbox,
            detail=health.detail,
        ),
        model=service.recognizer.version,
    )
