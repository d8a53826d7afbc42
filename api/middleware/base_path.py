"""Serving under a path of a host, such as https://school.example/inkling/."""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class BasePathMiddleware:
    """Removes the base path from requests and WebSockets, so that no route needs to know it.

    base_path: without slashes at its ends; "" for none. Requests without it pass too: a gateway may
    have removed it, and health checks of containers do not know it. It is in `Request.base_url`.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app = app
        self._base = f"/{base_path}" if base_path else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the base path."""
        if not self._base or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == self._base and scope["type"] == "http":
            # Relative URLs of the page need the slash. This one is relative for gateways that
            # publish the base path under another path.
            query = scope["query_string"].decode("latin-1")
            url = f"{path.rpartition('/')[2]}/" + (f"?{query}" if query else "")
            await RedirectResponse(url, 301, {"Cache-Control": "no-cache"})(scope, receive, send)
            return
        if path.startswith(f"{self._base}/"):
            scope = {**scope, "path": path.removeprefix(self._base)}
            scope["raw_path"] = scope["path"].encode()
        # Where Starlette looks for what precedes the path in `Request.base_url`. `root_path` would
        # have to be part of `path`, which Streamlit's routes and the middlewares compare.
        await self.app({**scope, "app_root_path": self._base}, receive, send)
