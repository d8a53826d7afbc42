"""The two FastAPI applications."""

from fastapi import FastAPI

from api import documentation
from api.errors import add_error_handlers
from api.middleware import BodyLimitMiddleware
from api.routes import (
    dataset,
    explain,
    health,
    history,
    legacy,
    live,
    metrics,
    owner_history,
    predict,
    review,
    rooms,
)
from core.settings import get_settings

# What a multipart body or JSON holds beside the picture or the points themselves, bytes.
_ENVELOPE = 2**20

DESCRIPTION = """Reads handwritten digits from pen strokes or pictures and keeps every reading.

Errors are `{"error": {"code": "…", "message": "one sentence: what was wrong, what to do"}}`."""


def create_api() -> FastAPI:
    """Everything under `/api`, with its documentation at `/api/docs`."""
    api = _application(title="Inkling", description=DESCRIPTION)
    api.include_router(predict.router)
    api.include_router(owner_history.router)  # before /history/{id}
    api.include_router(history.router)
    api.include_router(explain.router)
    api.include_router(review.router)
    api.include_router(dataset.router)
    api.include_router(health.router)
    api.include_router(live.router)
    api.include_router(rooms.router)
    api.include_router(metrics.router)
    documentation.add_documentation(api)
    return api


def create_legacy_api() -> FastAPI:
    """The routes of the service that Inkling replaces, at the paths its clients know."""
    api = _application(title="Inkling, kept routes")
    api.include_router(legacy.router)
    return api


def _application(title: str, description: str = "") -> FastAPI:
    api = FastAPI(title=title, description=description, docs_url=None, redoc_url=None)
    add_error_handlers(api)
    largest = int(get_settings().max_upload_megabytes * 2**20)
    api.add_middleware(BodyLimitMiddleware, limit=largest + _ENVELOPE)
    api.add_middleware(metrics.RequestLogMiddleware)
    return api
