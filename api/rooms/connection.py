"""Sending updates and receiving messages on the sockets of a room.

An update is composed when the socket can accept it, so that a slow client gets the newest state
instead of a growing queue.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from api.loop_budget import LoopBudget
from api.websockets import (
    MAX_MESSAGE,
    MESSAGE_TOO_LARGE,
    POLICY_VIOLATION,
    UNSUPPORTED_DATA,
    CloseConnectionError,
    close,
    count_brackets,
)

SEND_SECONDS = 10  # within which a client must accept an update

# Close codes 4000-4999 are free for applications (RFC 6455, section 7.4.2).
CLOSE_CODES = {
    "move": 4000,  # connect again immediately: the room is on another replica now
    "replaced": 4001,  # the same participant has connected again
    "removed": 4003,
    "unknown": 4004,  # there is no such room
    "closed": 4005,
    "full": 4006,
    "over": 4007,  # the token is invalid or expired
}


class UpdateSender:
    """Sends what `compose` returns after each `notify`, at most once every `interval` seconds."""

    def __init__(self, socket: WebSocket, interval: float, budget: LoopBudget) -> None:
        self.compose: Callable[[], Mapping[str, Any] | None] = lambda: None
        self._socket = socket
        self._interval = interval
        self._budget = budget
        self._changed = asyncio.Event()
        self._is_pinged = False
        self._close_reason: str | None = None

    def notify(self) -> None:
        """Schedule an update."""
        self._changed.set()

    def answer_ping(self) -> None:
        """Show the client that its messages arrive, with the next update."""
        self._is_pinged = True
        self._changed.set()

    def close(self, reason: str) -> None:
        """Close the connection with one of CLOSE_CODES."""
        self._close_reason = reason
        self._changed.set()

    async def run(self) -> None:
        """Send updates until the connection ends or is closed."""
        clock = asyncio.get_running_loop().time
        try:
            while self._close_reason is None:
                await self._changed.wait()
                self._changed.clear()
                start = clock()
                with self._budget.spending():
                    update = self.compose()
                    if self._is_pinged:
                        update = {**(update or {}), "pong": True}
                        self._is_pinged = False
                    text = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
                if update is not None and self._close_reason is None:
                    async with asyncio.timeout(SEND_SECONDS):
                        await self._socket.send_text(text)
                    await asyncio.sleep(max(0.0, start + self._interval - clock()))
            await close(self._socket, CLOSE_CODES[self._close_reason], self._close_reason)
        except TimeoutError:
            await close(self._socket, CLOSE_CODES["move"], "too slow")
        except (WebSocketDisconnect, RuntimeError):
            return  # the client has disconnected; the receiving task ends for the same reason


@asynccontextmanager
async def sending(sender: UpdateSender) -> AsyncIterator[None]:
    """Send updates in a task for as long as the context is active."""
    sender.notify()
    task = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        task.cancel()


async def receive_message(
    socket: WebSocket, max_brackets: int, budget: LoopBudget | None = None
) -> dict[str, Any]:
    """Return the next message, when the budget of the room allows.

    Raises CloseConnectionError if it is binary, too large or no JSON object, WebSocketDisconnect
    at the end.
    """
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code", 1005))
    text = event.get("text")
    if text is None:
        raise CloseConnectionError(UNSUPPORTED_DATA, "Send JSON as text.")
    if len(text) > MAX_MESSAGE or count_brackets(text) > max_brackets:
        raise CloseConnectionError(POLICY_VIOLATION, MESSAGE_TOO_LARGE)
    budget = budget or LoopBudget()
    await budget.wait()
    with budget.spending():
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            message = None
    if not isinstance(message, dict):
        raise CloseConnectionError(
            POLICY_VIOLATION, "This is not a room message: send a JSON object."
        )
    return message
