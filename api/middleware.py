"""Refuses a request body that is too large before it fills memory or disk."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimitMiddleware:
    """ASGI middleware: a body of more than `limit` bytes is answered 413.

    A client that announces the size is told by the first read, one that streams as soon as it has
    sent too much.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting the bytes of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        too_long = announced.isdigit() and int(announced) > self.limit
        received = 0

        async def counted_receive() -> Message:
            nonlocal received
            if too_long:
                raise self._refusal()
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise self._refusal()
            return message

        await self.app(scope, counted_receive, send)

    def _refusal(self) -> HTTPException:
        megabytes = self.limit // 2**20 - 1
        return HTTPException(
            413,
            f"That is more than {megabytes} MB: send a smaller picture, or fewer points.",
            headers={"Connection": "close"},
        )
