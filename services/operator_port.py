"""The operator's port: metrics, health and `/query` without a token, for a private network."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_address

import uvicorn
from starlette.datastructures import URL, Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import Settings
from services.access import OPERATOR_SCOPE_KEY

PATHS = frozenset({"/api/metrics", "/api/health/live", "/api/health/ready", "/query"})


class OperatorApplication:
    """Passes requests for PATHS on as the operator's; everything else is 404.

    It answers under IP addresses, names without a dot (of containers) and `allowed_hosts`, so that
    no website can reach it by giving its own name this address (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self.app = app
        self._allowed_hosts = frozenset(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif not self._is_allowed_host(Headers(scope=scope).get("host", "")):
            await PlainTextResponse("This host is not allowed", 400)(scope, receive, send)
        else:
            await self.app({**scope, OPERATOR_SCOPE_KEY: True}, receive, send)

    def _is_allowed_host(self, host: str) -> bool:
        try:
            name = URL(f"http://{host}").hostname or ""
        except ValueError:
            return False
        return "." not in name or name in self._allowed_hosts or _is_address(name)


@asynccontextmanager
async def operator_port(app: ASGIApp, settings: Settings) -> AsyncIterator[None]:
    """Listen on OPERATOR_PORT, if it is set, as long as the context is active."""
    if settings.operator_port is None:
        yield
        return
    server = _SecondServer(
        uvicorn.Config(
            OperatorApplication(app, settings.allowed_hosts),
            host=settings.operator_host,
            port=settings.operator_port,
            log_config=None,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
    )
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task


class _SecondServer(uvicorn.Server):
    """A second server, which handles the signals of the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the main server."""
        yield


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
