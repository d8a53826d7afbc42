"""The check of the Origin header, which keeps other websites out.

A browser sends it with every WebSocket, every request that may change something, and every request
of a script of another origin. Streamlit checks it too, but looks up the machine's public address
with a blocking request to the internet first.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware.hosts import headers_named, is_listed, split_host
from api.middleware.refusal import refuse

_DEFAULT_PORTS = {"http": 80, "https": 443}


class OriginMiddleware:
    """Refuses requests and WebSockets that another website's page sends.

    allowed_hosts: names of this server, for a proxy that does not pass the Host header on.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str] = ()) -> None:
        self.app = app
        self._allowed = tuple(name.lower() for name in allowed_hosts if name != "*")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it has no Origin, or ours."""
        if scope["type"] in ("http", "websocket") and not self._is_allowed(scope):
            await refuse(
                scope,
                receive,
                send,
                status=403,
                code="foreign_origin",
                message="A page of another website sent this request: use Inkling's own page.",
            )
            return
        await self.app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        origins = headers_named(scope, b"origin")
        if not origins:
            return True
        origin = split_origin(origins[0])
        if len(origins) > 1 or origin is None:
            return False
        name, port, default_port = origin
        hosts = headers_named(scope, b"host")
        host = split_host(hosts[0]) if hosts else None
        if host is not None and (name, port) == (host[0], host[1] or default_port):
            return True
        return is_listed(name, self._allowed)


def split_origin(origin: str) -> tuple[str, int, int] | None:
    """Return name, port and the scheme's default port of an origin; None for `null` and others."""
    try:
        parts = urlsplit(origin)
        default_port = _DEFAULT_PORTS.get(parts.scheme)
        host = split_host(parts.netloc)
    except ValueError:
        return None
    if default_port is None or host is None:
        return None
    return host[0], host[1] or default_port, default_port
