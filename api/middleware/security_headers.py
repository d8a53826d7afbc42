"""Security headers of every response: what a browser may load, embed, store and send on."""

import re
from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STREAMLIT_PAGE = Path(streamlit.__file__).parent / "static" / "index.html"
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
# Answers of the API load nothing, also when a browser opens one.
API_POLICY = "default-src 'none'; frame-ancestors 'none'"

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`, with which browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def page_policy(html: str) -> str:
    """Return the Content-Security-Policy of a page whose own inline scripts may run."""
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(html)
    )
    directives = (
        "default-src 'self'",
        # blob: Streamlit loads the script of a component from a string. wasm: its data tables.
        f"script-src 'self' {hashes} blob: 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",  # Streamlit creates its styles in the browser
        "img-src 'self' data: blob:",
        "font-src 'self' data:",  # the icon font of Streamlit's toolbar
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
    return "; ".join(directives)


@lru_cache
def streamlit_policy() -> str:
    """Return the policy of Streamlit's page, which is a file of the installed version."""
    return page_policy(_STREAMLIT_PAGE.read_text(encoding="utf-8"))


class SecurityHeadersMiddleware:
    """Adds the headers that a response does not have itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                is_document = headers.get("content-type", "").startswith("text/html")
                policy = API_POLICY if is_api and not is_document else streamlit_policy()
                headers.setdefault("Content-Security-Policy", policy)
                if is_api:
                    headers["Cache-Control"] = _private(headers.get("cache-control"))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _private(cache_control: str | None) -> str:
    """Return a Cache-Control with which only the visitor's own browser may keep the response."""
    if cache_control is None:
        return "private, no-cache"
    if "private" in cache_control or "no-store" in cache_control:
        return cache_control
    return "private, " + cache_control.replace("public, ", "")
