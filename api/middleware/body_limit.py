"""The limit on request bodies."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLargeError

MAX_JSON_BYTES = 2**20  # limit for a body that is not an upload
# Arrays and objects in such a body: points are arrays, which take long to parse for their size.
MAX_JSON_ARRAYS = 50_000


class BodyLimitMiddleware:
    """Answers 413 to a body that is too large before it fills memory or is parsed.

    A multipart body, which holds an image, may have `limit` bytes; any other MAX_JSON_BYTES bytes
    and MAX_JSON_ARRAYS opening brackets. A body with a Content-Length is refused at the first
    read, a streamed one as soon as a limit is passed.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting the bytes and brackets of its body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        content_type = headers.get(b"content-type", b"").lower()
        is_multipart = content_type.startswith(b"multipart/form-data")
        limit = self.limit if is_multipart else MAX_JSON_BYTES
        content_length = headers.get(b"content-length", b"0")
        is_too_long = content_length.isdigit() and int(content_length[:20]) > limit
        received = arrays = 0

        async def receive_counted() -> Message:
            nonlocal received, arrays
            if is_too_long:
                raise self._too_large_error(is_multipart)
            message = await receive()
            body = message.get("body", b"")
            received += len(body)
            if received > limit:
                raise self._too_large_error(is_multipart)
            if not is_multipart:
                arrays += body.count(b"[") + body.count(b"{")
                if arrays > MAX_JSON_ARRAYS:
                    raise BodyTooLargeError(
                        "too_many_points",
                        f"The drawing is too large: send at most {MAX_JSON_ARRAYS:,} points and "
                        "strokes.",
                    )
            return message

        await self.app(scope, receive_counted, send)

    def _too_large_error(self, is_multipart: bool) -> BodyTooLargeError:
        if is_multipart:
            megabytes = self.limit // 2**20 - 1
            message = f"The body is larger than {megabytes} MB: send a smaller image."
        else:
            message = "The body is larger than 1 MB: send fewer points, or an image as a form file."
        return BodyTooLargeError("file_too_large", message)
