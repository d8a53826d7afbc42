"""The icons, which `python -m tools.icons` renders from `icon.svg`, and where they are served."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

FOLDER = Path(__file__).resolve().parent
MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}
_CACHING = {"Cache-Control": "public, max-age=86400"}


def icon_route(request: Request) -> Response:
    """Serve an icon at /icons/{name}."""
    file = FOLDER / request.path_params["name"]
    if file.suffix not in MEDIA_TYPES or file not in FOLDER.iterdir():
        error = {"code": "not_found", "message": "There is no such icon."}
        return JSONResponse({"error": error}, 404)
    return FileResponse(file, media_type=MEDIA_TYPES[file.suffix], headers=_CACHING)


def favicon_route(_request: Request) -> Response:
    """Serve /favicon.ico, which programs request without having read a page."""
    return FileResponse(FOLDER / "icon-48.png", media_type="image/png", headers=_CACHING)
