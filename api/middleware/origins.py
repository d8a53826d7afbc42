"""The check of the Origin header, which keeps other websites out.

A browser sends it with every WebSocket, every request that may change something, and every request
of a script of another origin. Streamlit checks it too, but looks up the machine's public address
with a blocking request to the internet first.
"""

from collections.abc import Collection
from typing import NamedTuple
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
        is_encrypted = scope["scheme"] in ("https", "wss")  # behind TRUSTED_PROXIES as they say
        hosts = headers_named(scope, b"host")
        host = split_host(hosts[0]) if hosts else None
        if host is not None and origin == Origin(
            "https" if is_encrypted else "http", host[0], host[1] or (443 if is_encrypted else 80)
        ):
            return True
        # A page that came without encryption may come from someone in between. Where it seems that
        # this request did, too, TLS may end at a proxy that is not among TRUSTED_PROXIES.
        is_secure = origin.scheme == "https" or not is_encrypted
        return is_secure and is_listed(origin.name, self._allowed)


class Origin(NamedTuple):
    """The origin of a page."""

    scheme: str
    name: str
    port: int


def split_origin(text: str) -> Origin | None:
    """Return the parts of an origin; None for `null` and others."""
    try:
        parts = urlsplit(text)
        default_port = _DEFAULT_PORTS.get(parts.scheme)
        host = split_host(parts.netloc)
    except ValueError:
        return None
    if default_port is None or host is None:
        return None
    return Origin(parts.scheme, host[0], host[1] or default_port)
