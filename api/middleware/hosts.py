"""The check of the Host header, which defeats DNS rebinding.

A website whose name is rebound to this machine's address is same-origin with us for a browser;
only the name in the Host header gives it away. So names are refused that are not known to be ours.
An address is accepted: a browser sends it only where the user opened that address.
"""

import ipaddress
import re
import socket
from collections.abc import Collection, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware.refusal import refuse

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.%]+\]|[^\[\]:/@?#\s]+)(?::(?P<port>\d{1,5}))?")


class HostMiddleware:
    """Refuses requests and WebSockets whose Host is no name or address of this server.

    allowed_hosts: further names; `*.school.example` also allows subdomains, `*` every name.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str] = ()) -> None:
        self.app = app
        self._allowed = (*own_names(), *(name.lower() for name in allowed_hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its Host is allowed."""
        if scope["type"] in ("http", "websocket") and not self._is_allowed(scope):
            await refuse(
                scope,
                receive,
                send,
                status=400,
                code="unknown_host",
                message="This server does not know that host name: open it by its address, or add "
                "the name to ALLOWED_HOSTS.",
            )
            return
        await self.app(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        hosts = headers_named(scope, b"host")
        if not hosts:  # as in health checks of gateways; HTTP/1.1 requires one
            return str(scope.get("http_version")) == "1.0"
        parsed = split_host(hosts[0])
        if len(hosts) > 1 or parsed is None:
            return False
        return is_address(parsed[0]) or is_listed(parsed[0], self._allowed)


def own_names() -> tuple[str, ...]:
    """Return the names of the loopback interface and of this machine."""
    name = socket.gethostname().lower()
    return ("localhost", "*.localhost", name, f"{name.partition('.')[0]}.local")


def split_host(host: str) -> tuple[str, int | None] | None:
    """Return the name in lower case without its final dot, and the port; None if malformed."""
    match = _HOST.fullmatch(host)
    if match is None:
        return None
    return match["name"].lower().rstrip("."), int(match["port"]) if match["port"] else None


def is_address(name: str) -> bool:
    """Return whether a host is an IP address, IPv6 in brackets."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def is_listed(name: str, allowed: Iterable[str]) -> bool:
    """Return whether the name is in the list, or below one of its entries `*.domain`."""
    return any(
        entry in ("*", name) or (entry.startswith("*.") and name.endswith(entry[1:]))
        for entry in allowed
    )


def headers_named(scope: Scope, name: bytes) -> list[str]:
    """Return the values of every header with this name in lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]
