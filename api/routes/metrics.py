"""What the process did, for Prometheus: `/api/metrics`; and one log line a request."""

import logging
import time

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.routes.predict import Service
from core.metrics import OUTBOX, REACHABLE, REQUEST_SECONDS, REQUESTS

router = APIRouter(tags=["health"])
logger = logging.getLogger("inkling.http")


@router.get("/metrics", response_class=Response)
def metrics(service: Service) -> Response:
    """Counters and timings in Prometheus' text format."""
    health = service.store.health()
    OUTBOX.set(health.outbox)
    REACHABLE.set(health.reachable)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class RequestLogMiddleware:
    """ASGI middleware: counts, times and logs every HTTP request by its route."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 500

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        finally:
            _note(scope, status, time.perf_counter() - begun)


def _note(scope: Scope, status: int, seconds: float) -> None:
    # The route's pattern, not the address: an id in it would make a time series of its own.
    route = getattr(scope.get("route"), "path", "unknown")
    REQUESTS.labels(scope["method"], route, status).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
    logger.info(
        "request",
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
        },
    )
