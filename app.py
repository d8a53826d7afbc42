"""The one ASGI application: the page, HTTP under /api, and the kept routes."""

import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

import collector
from api import create_api, create_kept_api
from api.kept import PATHS
from api.owner import OwnerCookie
from components.join import join_page
from logs import set_up_logging
from service import get_service
from settings import ROOT, get_settings


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Have the network and the history ready before the first visitor; flush them at the end."""
    set_up_logging(get_settings())  # here, because Streamlit has set up its own by now
    service = await run_in_threadpool(get_service)
    threading.Thread(target=_load_ahead, name="load ahead", daemon=True).start()
    yield
    await run_in_threadpool(service.close)


def _load_ahead() -> None:
    """Load what the first run of the page needs while the first visitor's browser loads its own."""
    try:
        for module in ("pandas", "streamlit.emojis", "components.reading", "components.present"):
            importlib.import_module(module)
    finally:
        collector.resume()


kept_api = create_kept_api()
app = st.App(
    ROOT / "components" / "page.py",
    routes=[
        Mount("/api", create_api()),
        Route("/join", join_page),
        *(Route(path, kept_api) for path in PATHS),
    ],
    middleware=[Middleware(OwnerCookie)],
    lifespan=lifespan,
)
