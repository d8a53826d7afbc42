"""Limits on Streamlit's own routes, which know none."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.refusal import refuse
from api.websockets import (
    POLICY_VIOLATION,
    UNSUPPORTED_DATA,
    CloseConnectionError,
    TokenBucket,
)

_PREFIXES = ("/_stcore/", "/component/", "/media/")
# Streamlit's own metrics, and its own sign-in, which is not used.
_REFUSED = ("/_stcore/metrics", "/auth/", "/oauth2callback")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The page runs its script for each message.
MESSAGES_PER_SECOND = 20
BURST = 200  # messages


class StreamlitLimitsMiddleware:
    """Refuses uploads to Streamlit, which the page does not use, and limits its messages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it; close a socket with too many messages."""
        if scope["type"] == "http" and scope["path"].startswith(_REFUSED):
            await refuse(
                scope, receive, send, status=404, code="not_found", message="There is no such page."
            )
        elif scope["type"] == "lifespan" or not scope["path"].startswith(_PREFIXES):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.app(scope, _limit_messages(receive), send)
        elif scope["method"] not in _SAFE_METHODS:
            await refuse(
                scope,
                receive,
                send,
                status=405,
                code="method_not_allowed",
                message="This address only answers GET: send images to /api/predict.",
            )
        else:
            await self.app(scope, receive, send)


def _limit_messages(receive: Receive) -> Receive:
    """Return a `receive` that ends the connection when its messages come too fast."""
    bucket = TokenBucket(MESSAGES_PER_SECOND, BURST)

    async def receive_limited() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            if message.get("bytes") is None:  # Streamlit's messages are binary
                return {"type": "websocket.disconnect", "code": UNSUPPORTED_DATA}
            try:
                bucket.take()
            except CloseConnectionError:
                return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        return message

    return receive_limited
