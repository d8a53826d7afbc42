"""Refuses a request body that is too large before it fills memory or is parsed."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyRefusedError

MAX_JSON = 2**20  # bytes of a body that is no upload
MAX_LISTS = 50_000  # and objects in it: JSON's points are lists, costly to parse for their bytes


class BodyLimitMiddleware:
    """ASGI middleware: a body that is too large is answered 413.

    A multipart body, which holds a picture, may have `limit` bytes. Any other may have MAX_JSON,
    and MAX_LISTS opening brackets, which are counted before the body is parsed.
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
        headers = dict(scope["headers"])
        multipart = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        limit = self.limit if multipart else MAX_JSON
        announced = headers.get(b"content-length", b"0")
        too_long = announced.isdigit() and int(announced[:20]) > limit
        received = lists = 0

        async def counted_receive() -> Message:
            nonlocal received, lists
            if too_long:
                raise self._refusal(multipart)
            message = await receive()
            body = message.get("body", b"")
            received += len(body)
            if received > limit:
                raise self._refusal(multipart)
            if not multipart:
                lists += body.count(b"[") + body.count(b"{")
                if lists > MAX_LISTS:
                    raise BodyRefusedError(
                        "too_many_points",
                        f"That is too much ink: send at most {MAX_LISTS:,} points and strokes.",
                    )
            return message

        await self.app(scope, counted_receive, send)

    def _refusal(self, multipart: bool) -> BodyRefusedError:
        if multipart:
            megabytes = self.limit // 2**20 - 1
            sentence = f"That is more than {megabytes} MB: send a smaller picture."
        else:
            sentence = "That is more than 1 MB: send fewer points, and pictures as a form's file."
        return BodyRefusedError("file_too_large", sentence)
