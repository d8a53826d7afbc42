"""GET /health: liveness and readiness of the process."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.dependencies import Caller, Service
from core.draining import draining
from core.version import VERSION
from db.ids import current_time

router = APIRouter(prefix="/health", tags=["health"])

ReadyStatus = Literal["ready", "waiting", "degraded", "unavailable"]


class LivenessResponse(BaseModel):
    """The process is alive."""

    status: Literal["alive"] = "alive"
    version: str = Field(VERSION, description="version of Inkling")
    time: int = Field(
        default_factory=current_time,
        description="the server's clock, in milliseconds since 1970, UTC",
    )


class HistoryHealthResponse(BaseModel):
    """The state of the history store."""

    store: Literal["sqlite", "cassandra"]
    reachable: bool
    outbox: int = Field(description="outbox entries not yet written to the history")
    detail: str | None = Field(description="what is wrong and what to do")


class ReadinessResponse(BaseModel):
    """Whether predictions can be made and saved.

    `waiting`: the history is unreachable, predictions are queued in the outbox. `degraded`: the
    outbox cannot be used; predictions are saved to the history itself, other requests may get 503.
    """

    status: ReadyStatus
    history: HistoryHealthResponse | None = Field(
        description="null unless everybody on this machine is trusted, or an operator asks"
    )
    model: str = Field(description="version of the network")


@router.get("/live")
async def live() -> LivenessResponse:
    """Liveness: the process answers."""
    return LivenessResponse()


@router.get("/ready")
def ready(service: Service, identity: Caller, response: Response) -> ReadinessResponse:
    """Readiness: 503 if predictions can neither be stored nor queued, or while stopping."""
    health = service.store.health()
    status: ReadyStatus = "ready" if health.reachable else "waiting"
    if health.degraded:
        status = "degraded"
    if draining.is_set() or not health.accepting:
        status = "unavailable"
        response.status_code = 503
    return ReadinessResponse(
        status=status,
        history=HistoryHealthResponse(
            store=health.store,
            reachable=health.reachable,
            outbox=health.outbox,
            detail=health.detail,
        )
        if identity.is_operator
        else None,
        model=service.recognizer.version,
    )
