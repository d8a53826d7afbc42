"""Limits on Streamlit's own routes, which know none."""

import asyncio
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.loop_budget import LoopBudget
from api.middleware.page_messages import InvalidPageMessageError, check_page_message
from api.middleware.refusal import refuse
from api.websockets import (
    POLICY_VIOLATION,
    TRY_AGAIN_LATER,
    UNSUPPORTED_DATA,
    CloseConnectionError,
    TokenBucket,
)
from core.rate_limits import RateLimitedError, RateLimits, client_address

_PREFIXES = ("/_stcore/", "/component/", "/media/")
# Streamlit's own metrics, and its own sign-in, which is not used.
_REFUSED = ("/_stcore/metrics", "/auth/", "/oauth2callback")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The page runs its script for each message.
MESSAGES_PER_SECOND = 20
BURST = 200  # messages
# A drawing of 20 strokes takes 60 KB, the largest one 2 MB.
BYTES_PER_SECOND = 2_000_000
BURST_BYTES = 8_000_000

_log = logging.getLogger(__name__)


class StreamlitLimitsMiddleware:
    """Refuses uploads to Streamlit, which the page does not use, and limits its messages."""

    def __init__(self, app: ASGIApp, limits: RateLimits) -> None:
        self.app = app
        self._limits = limits
        self._budgets: dict[str, tuple[LoopBudget, int]] = {}  # by client, with open pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it; close a socket with too many messages."""
        if scope["type"] == "http" and scope["path"].startswith(_REFUSED):
            await refuse(
                scope, receive, send, status=404, code="not_found", message="There is no such page."
            )
        elif scope["type"] == "lifespan" or not scope["path"].startswith(_PREFIXES):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            client = client_address(scope)
            with self._budget_of(client) as budget:
                messages = _PageMessages(receive, client, budget, self._limits)
                await self.app(scope, messages.receive, send)
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

    @contextmanager
    def _budget_of(self, client: str) -> Iterator[LoopBudget]:
        """Yield what the pages of a client share: with one for each, more pages could do more."""
        budget, pages = self._budgets.get(client, (LoopBudget(), 0))
        self._budgets[client] = budget, pages + 1
        try:
            yield budget
        finally:
            pages = self._budgets[client][1] - 1
            self._budgets[client] = budget, pages
            if not pages:
                del self._budgets[client]
                budget.close()


class _PageMessages:
    """The messages of one page, checked, and at a limited rate.

    What comes too fast has to wait; anything else that the page does not do ends the
    connection.
    """

    def __init__(
        self,
        receive: Receive,
        client: str,
        budget: LoopBudget,
        limits: RateLimits,
    ) -> None:
        self._budget = budget
        self._receive = receive
        self._client = client
        self._limits = limits
        self._bucket = TokenBucket(MESSAGES_PER_SECOND, BURST)
        self._bytes = _ByteBucket(BYTES_PER_SECOND, BURST_BYTES)

    async def receive(self) -> Message:
        """Return the next message for Streamlit."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            data = message.get("bytes")
            if data is None:  # Streamlit's messages are binary
                return _disconnect(UNSUPPORTED_DATA)
            await self._bytes.take(len(data))
            await self._budget.wait()
            try:
                self._bucket.take()
                self._limits.take("page_messages", self._client)
                self._limits.take("page_kilobytes", self._client, math.ceil(len(data) / 1000))
                with self._budget.spending():
                    seconds = check_page_message(data)
            except CloseConnectionError:
                return _disconnect(POLICY_VIOLATION)
            except RateLimitedError:
                return _disconnect(TRY_AGAIN_LATER)
            except InvalidPageMessageError as error:
                _log.info("A page sent an invalid message: %s.", error)
                return _disconnect(UNSUPPORTED_DATA)
            if seconds is not None:
                self._budget.spend(seconds)
                return message


class _ByteBucket:
    """A rate limit of bytes a second, which delays what is above it."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._refilled_at = time.monotonic()

    async def take(self, count: int) -> None:
        """Take so many bytes, and wait until they have been refilled if there were too few."""
        now = time.monotonic()
        refilled = self._left + (now - self._refilled_at) * self._rate
        self._left = min(self._burst, refilled) - count
        self._refilled_at = now
        if self._left < 0:
            await asyncio.sleep(-self._left / self._rate)


def _disconnect(code: int) -> Message:
    return {"type": "websocket.disconnect", "code": code}
