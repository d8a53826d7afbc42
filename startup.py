"""Background loading of the heavy modules, so that the server listens before they are imported.

The network, the history and the HTTP API load in a thread while the first visitor's browser
still loads its own files. Modules that take long to import are imported inside functions here.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal

from starlette.types import ASGIApp, Receive, Scope, Send

from core import gc_tuning

if TYPE_CHECKING:
    from services.models import Models
    from services.predictions import PredictionService
    from services.shadow import ShadowPredictor

ApplicationName = Literal["api", "legacy"]

# Without HTTP requests the API is loaded after this delay: by then the first page run, which
# would compete with it for the interpreter lock, is over.
_HTTP_DELAY_SECONDS = 3

_log = logging.getLogger(__name__)


class LazyApplication:
    """An ASGI application that is loaded in the background; requests wait until it is loaded."""

    def __init__(
        self,
        applications: Future[dict[ApplicationName, ASGIApp]],
        name: ApplicationName,
        requested: threading.Event,
    ) -> None:
        self._applications = applications
        self._name = name
        self._requested = requested
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            self._requested.set()
            self._app = (await asyncio.wrap_future(self._applications))[self._name]
        await self._app(scope, receive, send)


class BackgroundLoader:
    """Loads the prediction service, the page's modules and the HTTP applications in a thread."""

    def __init__(self) -> None:
        self._applications: Future[dict[ApplicationName, ASGIApp]] = Future()
        self._http_requested = threading.Event()
        self._models: Models | None = None  # takes up the networks that are adopted
        self._shadow: ShadowPredictor | None = None

    def application(self, name: ApplicationName) -> LazyApplication:
        """Return the application of that name, which may not be loaded yet."""
        return LazyApplication(self._applications, name, self._http_requested)

    def start(self) -> None:
        """Start loading."""
        threading.Thread(target=self._load, name="loading", daemon=True).start()

    def service(self) -> PredictionService | None:
        """Wait until everything is loaded and return the service; None if loading failed."""
        self._http_requested.set()
        if self._applications.exception():
            return None
        from services.predictions import get_service

        return get_service()

    def close(self) -> None:
        """Wait until everything is loaded, then flush and close the history."""
        service = self.service()
        if self._models is not None:
            self._models.stop_polling()
        if self._shadow is not None:
            self._shadow.stop()
        if service is not None:
            service.close()

    def _load(self) -> None:
        try:
            from services.models import Models
            from services.predictions import get_service
            from services.shadow import ShadowPredictor

            self._models = Models(get_service())
            self._models.start_polling()
            self._shadow = ShadowPredictor(get_service())
            self._shadow.start()
            if self._http_requested.is_set():
                self._load_http()
                _load_page()
            else:
                _load_page()
                self._http_requested.wait(_HTTP_DELAY_SECONDS)
                self._load_http()
        except Exception as error:
            _log.critical("Inkling could not be loaded.", exc_info=True)
            if not self._applications.done():
                self._applications.set_exception(error)
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            gc_tuning.freeze_after_startup()

    def _load_http(self) -> None:
        from api.app import create_api, create_legacy_api

        self._applications.set_result({"api": create_api(), "legacy": create_legacy_api()})


def _load_page() -> None:
    for module in ("pandas", "components.draw.page"):
        importlib.import_module(module)
