"""The session cookie, which tells browsers apart.

It holds a random owner id, which is stored with every prediction made in that browser, and who has
signed in there (see services.access). It is signed, so that it cannot be forged or changed.
"""

import hmac
import json
import secrets
import time
from base64 import b64decode
from collections.abc import Mapping, MutableMapping
from typing import Any

from itsdangerous import BadSignature, TimestampSigner
from starlette.datastructures import Headers
from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import Settings, get_settings
from core.signing import signing_secret

COOKIE = "inkling_session"
# In the ASGI scope. Streamlit puts a session of its own under Starlette's usual key, "session".
SCOPE_KEY = "inkling.session"

_LIFETIME_SECONDS = 400 * 24 * 3600  # the maximum that browsers allow

Session = MutableMapping[str, Any]


class SessionCookieMiddleware:
    """ASGI middleware that puts the session into the scope and sets its cookie when it changes.

    The first page that a browser opens gives it an owner id.
    """

    def __init__(self, app: ASGIApp, settings: Settings | None = None) -> None:
        self.app = app
        key = _signing_key(settings or get_settings())
        self._plain, self._secure = (
            SessionMiddleware(
                self._call_app,
                key,
                session_cookie=COOKIE,
                max_age=_LIFETIME_SECONDS,
                https_only=https_only,
            )
            for https_only in (False, True)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its session."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        is_encrypted = scope["scheme"] in ("https", "wss")
        await (self._secure if is_encrypted else self._plain)(scope, receive, send)

    async def _call_app(self, scope: Scope, receive: Receive, send: Send) -> None:
        session: Session = scope["session"]
        if _opens_page(scope):
            get_or_create_owner(session)
        # A copy, in which Streamlit may replace "session" without losing ours.
        await self.app({**scope, SCOPE_KEY: session}, receive, send)


def session_of(scope: Scope) -> Session:
    """Return the session of a request; empty, and not stored, without the middleware."""
    session: Session = scope.setdefault(SCOPE_KEY, {})
    return session


def read_session(cookies: Mapping[str, str], settings: Settings) -> Session:
    """Return the session in the cookies of a page; empty without a valid one."""
    try:
        signer = TimestampSigner(_signing_key(settings))
        session: Session = json.loads(
            b64decode(signer.unsign(cookies.get(COOKIE, ""), max_age=_LIFETIME_SECONDS))
        )
    except (BadSignature, UnicodeError):
        return {}
    return session


def get_or_create_owner(session: Session) -> str:
    """Return the owner id of a session, created on the first call."""
    if "owner" not in session:
        session["owner"] = secrets.token_urlsafe(24)
        session["since"] = int(time.time())
    owner: str = session["owner"]
    return owner


def _signing_key(settings: Settings) -> str:
    return hmac.digest(signing_secret(settings), b"session cookie", "sha256").hex()


def _opens_page(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "text/html" in Headers(scope=scope).get("accept", "")
    )
