"""The two FastAPI applications."""

from fastapi import FastAPI

from api import documentation
from api.errors import add_error_handlers
from api.middleware.body_limit import BodyLimitMiddleware
from api.middleware.request_log import RequestLogMiddleware
from api.routes import (
    dataset,
    drawings,
    explain,
    feature_maps,
    health,
    history,
    legacy,
    live,
    metrics,
    model_comparison,
    models,
    most_useful,
    owner_history,
    predict,
    review,
    rooms,
    shadow,
    training_jobs,
)
from core.settings import get_settings
from core.version import VERSION

# Bytes allowed for the rest of a body: multipart headers and JSON around the image or points.
_BODY_OVERHEAD = 2**20

DESCRIPTION = """Recognizes handwritten digits in pen strokes or images and stores every prediction.

Errors are `{"error": {"code": "…", "message": "one sentence: what was wrong, what to do"}}`."""


def create_api() -> FastAPI:
    """Create the application under `/api`, with its documentation at `/api/docs`."""
    api = _create_application(title="Inkling", description=DESCRIPTION)
    api.include_router(predict.router)
    api.include_router(owner_history.router)  # before history: /history/mine is not an id
    api.include_router(history.router)
    api.include_router(drawings.router)
    api.include_router(explain.router)
    api.include_router(feature_maps.router)
    api.include_router(review.router)
    api.include_router(most_useful.router)
    api.include_router(dataset.router)
    api.include_router(training_jobs.router)
    api.include_router(models.router)
    api.include_router(model_comparison.router)
    api.include_router(shadow.router)
    api.include_router(health.router)
    api.include_router(live.router)
    api.include_router(rooms.router)
    api.include_router(metrics.router)
    documentation.add_documentation(api)
    return api


def create_legacy_api() -> FastAPI:
    """Create the application with the routes of the service that Inkling replaces."""
    api = _create_application(title="Inkling, legacy routes")
    api.include_router(legacy.router)
    return api


def _create_application(title: str, description: str = "") -> FastAPI:
    api = FastAPI(
        title=title,
        description=description,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": "../api"}],  # relative to openapi.json, under whatever base path
        root_path_in_servers=False,
    )
    add_error_handlers(api)
    max_upload = int(get_settings().max_upload_megabytes * 2**20)
    api.add_middleware(BodyLimitMiddleware, limit=max_upload + _BODY_OVERHEAD)
    api.add_middleware(RequestLogMiddleware)
    return api
