"""Whose drawings are whose: a random word in a cookie, one for each browser.

The word is kept with every reading made in that browser, and whoever sends it may take these
readings out of the history again. Programs may send a word of their own as the same cookie.
"""

import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "inkling_owner"
_WORD = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LIFETIME_SECONDS = 400 * 24 * 3600  # as long as browsers keep a cookie at most


class OwnerCookieMiddleware:
    """Middleware that gives every browser its word with the first page it opens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _opens_a_page(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", _cookie(scope["scheme"]))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def owner_from_cookies(cookies: Mapping[str, str]) -> str | None:
    """The owner's word among cookies, None where there is none of ours."""
    word = cookies.get(COOKIE, "")
    return word if _WORD.fullmatch(word) else None


def _opens_a_page(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    wants_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    return wants_page and owner_from_cookies(cookie_parser(headers.get("cookie", ""))) is None


def _cookie(scheme: str) -> str:
    secure = "; Secure" if scheme == "https" else ""
    word = secrets.token_urlsafe(24)
    return f"{COOKIE}={word}; Path=/; Max-Age={_LIFETIME_SECONDS}; HttpOnly; SameSite=Lax{secure}"
