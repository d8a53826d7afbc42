"""Refusing a request or a WebSocket in a middleware, before any route sees it."""

from collections.abc import Mapping

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from api.websockets import TRY_AGAIN_LATER


async def refuse(
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer with the error envelope of the API.

    A WebSocket is refused with 403 before it is accepted; for 429 it is accepted and closed with
    the message as the reason, because scripts cannot see the status of a refused one.
    """
    if scope["type"] == "http":
        response = JSONResponse({"error": {"code": code, "message": message}}, status, headers)
        await response(scope, receive, send)
        return
    socket = WebSocket(scope, receive, send)
    await socket.receive()  # websocket.connect
    if status == 429:
        await socket.accept()
        await socket.close(TRY_AGAIN_LATER, message)
    else:
        await socket.close()
