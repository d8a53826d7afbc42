"""Let the page itself send commands to Streamlit's script in the browser.

Streamlit knows a site that embeds it, which may ask for heartbeats and for a new run, and hide its
error dialogs. It asks the server for the origins of such sites. Here our own page is that site
(components/shared/page_link.js): it notices a silent connection, and says in the visitor's
language what is wrong, where Streamlit would cover the whole page with an English dialog.
"""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware.hosts import headers_named

_PATH = "/_stcore/host-config"


class HostConfigMiddleware:
    """Answers Streamlit's question for its embedding site: our own origin, and no error dialogs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer this one request, pass others on."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        hosts = headers_named(scope, b"host")[:1]
        # Both schemes: a gateway may speak HTTPS with the browser and HTTP with this server.
        origins = [f"{scheme}://{host}" for scheme in ("https", "http") for host in hosts]
        config = {
            "allowedOrigins": origins,
            "useExternalAuthToken": False,
            "enableCustomParentMessages": False,
            "enforceDownloadInNewTab": False,
            "metricsUrl": "",
            "blockErrorDialogs": True,
            "resourceCrossOriginMode": None,
        }
        response = JSONResponse(config, headers={"Cache-Control": "no-cache"})
        await response(scope, receive, send)
