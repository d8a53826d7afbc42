"""What goes to one socket of a room: composed when the socket can take it, so the newest wins."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

SEND_SECONDS = 10  # in which a socket must take a message

# Close codes of our own: 4000-4999 are free for applications (RFC 6455, 7.4.2).
CLOSE_CODES = {
    "move": 4000,  # come again at once: the room is elsewhere now
    "replaced": 4001,  # the same guest came by another connection
    "removed": 4003,
    "unknown": 4004,  # no such room
    "closed": 4005,
    "full": 4006,
    "over": 4007,  # the token is not, or no longer, good
}


class Connection:
    """Sends what `compose` gives whenever there is news, at most once every `interval` seconds."""

    def __init__(self, socket: WebSocket, interval: float) -> None:
        self.compose: Callable[[], dict[str, Any] | None] = lambda: None
        self._socket = socket
        self._interval = interval
        self._news = asyncio.Event()
        self._ending: str | None = None

    def wake(self) -> None:
        """There is news."""
        self._news.set()

    def close(self, why: str) -> None:
        """End the connection, with one of CLOSE_CODES."""
        self._ending = why
        self._news.set()

    async def run(self) -> None:
        """Send until the connection ends or is to end."""
        clock = asyncio.get_running_loop().time
        try:
            while self._ending is None:
                await self._news.wait()
                self._news.clear()
                begun = clock()
                news = self.compose()
                if news is not None and self._ending is None:
                    text = json.dumps(news, ensure_ascii=False, separators=(",", ":"))
                    async with asyncio.timeout(SEND_SECONDS):
                        await self._socket.send_text(text)
                    await asyncio.sleep(max(0.0, begun + self._interval - clock()))
            await self._socket.close(CLOSE_CODES[self._ending], self._ending)
        except TimeoutError:
            await self._socket.close(CLOSE_CODES["move"], "too slow")
        except (WebSocketDisconnect, RuntimeError):
            return  # the other side has gone; who reads from the socket learns it too
