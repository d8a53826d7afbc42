"""What the WebSocket routes share: closing with a reason, and the rate limit."""

import time
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

POLICY_VIOLATION = 1008  # close codes of RFC 6455, section 7.4.1
UNSUPPORTED_DATA = 1003
TRY_AGAIN_LATER = 1013

MAX_MESSAGE = 2**19  # characters
MESSAGE_TOO_LARGE = f"Message too large: send at most {MAX_MESSAGE // 1024} KB."


async def close(socket: WebSocket, code: int, reason: str) -> None:
    """Close the connection; nothing happens if the client has gone already."""
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(code, reason)


def count_brackets(text: str) -> int:
    """Return how many arrays and objects a message has at most; much faster than parsing it."""
    return text.count("[") + text.count("{")


class CloseConnectionError(Exception):
    """The connection must be closed with `code`; the message is the reason, at most 120 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class TokenBucket:
    """A rate limit of `rate` messages a second that allows bursts of up to `burst` messages."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = burst
        self._refilled_at = time.monotonic()

    def take(self) -> None:
        """Take a token; raises CloseConnectionError when the bucket is empty."""
        now = time.monotonic()
        refilled = self._tokens + (now - self._refilled_at) * self.rate
        self._tokens = min(self.burst, refilled) - 1
        self._refilled_at = now
        if self._tokens < 0:
            raise CloseConnectionError(
                POLICY_VIOLATION, f"Too many messages: send at most {self.rate:g} a second."
            )
