"""GET /metrics: the Prometheus metrics of the process."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.dependencies import OPERATORS_ONLY, Service
from core.metrics import HISTORY_REACHABLE, OUTBOX_ENTRIES

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, dependencies=OPERATORS_ONLY)
def metrics(service: Service) -> Response:
    """Return all metrics in Prometheus' text format."""
    health = service.store.health()
    OUTBOX_ENTRIES.set(health.outbox)
    HISTORY_REACHABLE.set(health.reachable)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
