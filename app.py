"""The ASGI application: the Streamlit page, HTTP under /api, and the legacy routes."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from streamlit.config import get_option, set_option

from api.middleware.base_path import BasePathMiddleware
from api.middleware.host_config import HostConfigMiddleware
from api.middleware.hosts import HostMiddleware
from api.middleware.origins import OriginMiddleware
from api.middleware.rate_limits import RateLimitMiddleware
from api.middleware.security_headers import SecurityHeadersMiddleware
from api.middleware.streamlit_limits import StreamlitLimitsMiddleware
from components.assets import asset_route
from components.join import join_page
from components.sign_in import sign_in_routes
from components.site.routes import site_routes
from core.logging_config import configure_logging
from core.private_files import protect_files
from core.rate_limits import get_rate_limits
from core.settings import ROOT, get_settings
from services.identity import SessionCookieMiddleware
from services.operator_port import operator_port
from startup import BackgroundLoader

LEGACY_PATHS = ("/eval/image", "/upload", "/query")

settings = get_settings()
loader = BackgroundLoader()
operator_routes = [
    Mount("/api", loader.application("api")),
    Route("/query", loader.application("legacy")),
]


def take_base_path() -> str:
    """Return the base path that Streamlit is configured with, which ours replaces.

    `streamlit run` reads the environment variable itself, other servers leave that to us.
    """
    option = "server.baseUrlPath"
    configured = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH") or get_option(option)
    set_option(option, "")  # BasePathMiddleware removes the path from every request
    return str(configured or "").strip("/")


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Start background loading; on shutdown flush and close the history."""
    configure_logging(settings)  # here, because Streamlit has configured logging by now
    protect_files(settings)
    loader.start()
    async with operator_port(Starlette(routes=operator_routes), settings):
        yield
    await run_in_threadpool(loader.close)


routes = [
    Mount("/api", loader.application("api")),
    Route("/join", join_page),
    Route("/assets/{version}/{path:path}", asset_route),
    *sign_in_routes,
    *(Route(path, loader.application("legacy")) for path in LEGACY_PATHS),
    *site_routes,
]
app = st.App(
    ROOT / "components" / "page.py",
    routes=routes,
    middleware=[
        Middleware(BasePathMiddleware, base_path=take_base_path()),
        Middleware(SecurityHeadersMiddleware),  # before refusals, so that they have the headers too
        Middleware(HostMiddleware, allowed_hosts=settings.allowed_hosts),
        Middleware(OriginMiddleware, allowed_hosts=settings.allowed_hosts),
        Middleware(RateLimitMiddleware, limits=get_rate_limits()),
        Middleware(StreamlitLimitsMiddleware, limits=get_rate_limits()),
        Middleware(HostConfigMiddleware),
        Middleware(SessionCookieMiddleware),
    ],
    lifespan=lifespan,
)
