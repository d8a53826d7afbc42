"""The log line and the metrics of each request."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.metrics import REQUEST_SECONDS, REQUESTS

logger = logging.getLogger("inkling.http")


class RequestLogMiddleware:
    """Counts, times and logs every HTTP request by its route."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and record its status and duration."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def send_and_record(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_record)
        finally:
            _record_request(scope, status, time.perf_counter() - start)


def _record_request(scope: Scope, status: int, seconds: float) -> None:
    # The route's pattern, not the path: an id in a label would create a time series per id.
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
