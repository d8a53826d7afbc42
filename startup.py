"""What is loaded while the first visitor's browser still loads its own part.

The modules with weight are imported where they are loaded, so that the server listens without them.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from core import gc_tuning

if TYPE_CHECKING:
    from services.predictions import PredictionService

_HTTP_SECONDS = 3  # until HTTP is loaded although nobody asks: the first page has come by then

_log = logging.getLogger(__name__)


class LazyApplication:
    """An ASGI application that is loaded beside the server; requests wait until it is there."""

    def __init__(
        self, applications: Future[dict[str, ASGIApp]], name: str, asked: threading.Event
    ) -> None:
        self._applications = applications
        self._name = name
        self._asked = asked
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            self._asked.set()
            self._app = (await asyncio.wrap_future(self._applications))[self._name]
        await self._app(scope, receive, send)


class BackgroundLoader:
    """The network, the history, what the page's first run needs, and HTTP, loaded in a thread."""

    def __init__(self) -> None:
        self._applications: Future[dict[str, ASGIApp]] = Future()
        self._asked = threading.Event()  # for HTTP

    def application(self, name: str) -> LazyApplication:
        """`api`, or `kept` for the routes of the service that Inkling replaces."""
        return LazyApplication(self._applications, name, self._asked)

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._load, name="loading", daemon=True).start()

    def service(self) -> PredictionService | None:
        """The service once it is loaded; None where that failed."""
        self._asked.set()
        if self._applications.exception():
            return None
        from services.predictions import get_service

        return get_service()

    def _load(self) -> None:
        try:
            from services.predictions import get_service

            get_service()
            if self._asked.is_set():
                self._load_http()
                _load_page()
            else:
                _load_page()
                self._asked.wait(_HTTP_SECONDS)
                self._load_http()
        except Exception as error:
            _log.critical("Inkling could not be loaded.", exc_info=True)
            if not self._applications.done():
                self._applications.set_exception(error)
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            gc_tuning.resume()

    def _load_http(self) -> None:
        from api import create_api, create_legacy_api

        self._applications.set_result({"api": create_api(), "kept": create_legacy_api()})


def _load_page() -> None:
    for module in ("pandas", "components.draw.page"):
        importlib.import_module(module)
