"""Rate limits by client address on requests that cost work or storage, and on open sockets."""

import re
from contextlib import ExitStack

from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware.refusal import refuse
from core.rate_limits import RateLimitedError, RateLimits, client_address
from core.websocket_protocol import PAGE_PATH

# Method, path, and the names in core.rate_limits.RATES that a request counts for.
RULES: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (method, re.compile(path), names)
    for method, path, names in (
        ("POST", r"/api/predict|/eval/image|/upload", ("predictions", "images")),
        ("POST", r"/api/predict/frame", ("frames",)),
        ("POST", r"/api/strokes", ("predictions",)),
        ("POST", r"/api/feature-maps", ("feature_maps",)),
        ("PUT|POST|DELETE", r"/api/(history|review|training-jobs|models)\b.*", ("changes",)),
        ("GET|HEAD", r"/api/history/([^/]+/(explain|similar)|summary|export\.csv)", ("searches",)),
        ("GET|HEAD", r"/api/history/[^/]+/drawing\.(png|gif)", ("images",)),
        ("GET|HEAD", r"/share/[^/]+/(drawing|preview)\.(png|gif)", ("images",)),
        ("GET|HEAD", r"/share/[^/]+", ("reads",)),
        ("GET|HEAD", r"/api/history/[^/]+/qr\.svg", ("qr_codes",)),
        ("GET|HEAD", r"/api/review/.+", ("searches",)),
        ("GET|HEAD", r"/api/(history|review|training-jobs|models)\b.*", ("reads",)),
        ("POST", r"/api/rooms", ("rooms",)),
        ("GET|HEAD", r"/api/rooms/[^/]+/qr\.svg", ("qr_codes",)),
    )
)


class RateLimitMiddleware:
    """Answers 429 with Retry-After to a client above its rate or with too many sockets."""

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self.app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request and pass it on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        client = client_address(scope)
        with ExitStack() as held:
            try:
                if scope["type"] == "http":
                    for name in limited_by(scope["method"], scope["path"]):
                        self._limits.take(name, client)
                else:
                    held.enter_context(self._limits.hold("sockets", client))
                    if scope["path"] == PAGE_PATH:
                        held.enter_context(self._limits.hold("pages", client))
            except RateLimitedError as error:
                await refuse(
                    scope,
                    receive,
                    send,
                    status=429,
                    code="too_many_requests",
                    message=str(error),
                    headers={"Retry-After": str(error.retry_after)},
                )
                return
            await self.app(scope, receive, send)


def limited_by(method: str, path: str) -> tuple[str, ...]:
    """Return the names of the rates that a request counts for."""
    for methods, pattern, names in RULES:
        if method in methods.split("|") and pattern.fullmatch(path):
            return names
    return ()
