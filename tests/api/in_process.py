"""A synchronous HTTP client of an ASGI application in this process."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp


class InProcessTransport(httpx.BaseTransport):
    """Passes requests to an application that runs on an event loop in another thread."""

    def __init__(self, app: ASGIApp, portal: BlockingPortal) -> None:
        self._transport = httpx.ASGITransport(app)
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response with its whole body."""
        return self._portal.call(self._handle, request)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        buffered = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        response = await self._transport.handle_async_request(buffered)
        return httpx.Response(
            response.status_code, headers=response.headers, content=await response.aread()
        )


@contextmanager
def in_process_client(app: ASGIApp) -> Iterator[httpx.Client]:
    """Yield a client of the application."""
    with (
        start_blocking_portal() as portal,
        httpx.Client(
            transport=InProcessTransport(app, portal), base_url="http://inkling.example"
        ) as client,
    ):
        yield client
