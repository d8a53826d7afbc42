"""Identity of visitors: a random owner id in a cookie, one per browser.

The owner id is stored with every prediction made in that browser, and a request that carries it
may delete these predictions. Programs may send an owner id of their own in the same cookie.
"""

import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "inkling_owner"
_OWNER_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LIFETIME_SECONDS = 400 * 24 * 3600  # the maximum that browsers allow


class OwnerCookieMiddleware:
    """ASGI middleware that sets the owner cookie with the first page a browser opens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _needs_cookie(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", _new_cookie(scope["scheme"]))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def owner_from_cookies(cookies: Mapping[str, str]) -> str | None:
    """Return the owner id among cookies, None where there is no valid one."""
    owner = cookies.get(COOKIE, "")
    return owner if _OWNER_ID.fullmatch(owner) else None


def _needs_cookie(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    opens_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    return opens_page and owner_from_cookies(cookie_parser(headers.get("cookie", ""))) is None


def _new_cookie(scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    owner = secrets.token_urlsafe(24)
    return f"{COOKIE}={owner}; Path=/; Max-Age={_LIFETIME_SECONDS}; HttpOnly; SameSite=Lax{secure}"
