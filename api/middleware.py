"""ASGI middlewares: the limit on request bodies, and the log line and metrics of each request."""

import logging
import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.metrics import REQUEST_SECONDS, REQUESTS

logger = logging.getLogger("inkling.http")


class BodyLimitMiddleware:
    """Answers 413 to a body of more than `limit` bytes before it fills memory or disk.

    A body with a Content-Length is refused at the first read, a streamed one as soon as the limit
    is passed.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting the bytes of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        content_length = dict(scope["headers"]).get(b"content-length", b"0")
        is_too_long = content_length.isdigit() and int(content_length) > self.limit
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            if is_too_long:
                raise self._too_large_error()
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise self._too_large_error()
            return message

        await self.app(scope, receive_counted, send)

    def _too_large_error(self) -> HTTPException:
        megabytes = self.limit // 2**20 - 1
        return HTTPException(
            413,
            f"The body is larger than {megabytes} MB: send a smaller image, or fewer points.",
            headers={"Connection": "close"},
        )


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
