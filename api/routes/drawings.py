"""Pictures of a stored drawing to download, and the link with which it is shared."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.dependencies import Caller, PredictionId, Service, require_accessible
from api.errors import error_response
from api.qr_code import Address, qr_response
from services.drawing_images import render_gif, render_png
from services.sharing import create_share_token, share_path

router = APIRouter(prefix="/history", tags=["history"])

_NOT_CACHED = {"Cache-Control": "no-cache"}  # another stroke changes the drawing


class ShareLinkResponse(BaseModel):
    """The link that shows one prediction to everyone who has it."""

    path: str = Field(description="relative to the root of the site; the same at each request")


@router.get("/{id}/drawing.png", response_class=Response)
def drawing_png(id: PredictionId, service: Service, identity: Caller) -> Response:
    """Return a drawing as a PNG of at most 640 pixels a side, an image as it is stored."""
    record = require_accessible(service.store.get(id), identity)
    return Response(render_png(record), media_type="image/png", headers=_NOT_CACHED)


@router.get("/{id}/drawing.gif", response_class=Response)
def drawing_gif(id: PredictionId, service: Service, identity: Caller) -> Response:
    """Return a GIF of the strokes being drawn; an image has none, and the answer is 404."""
    record = require_accessible(service.store.get(id), identity)
    if not record.strokes:
        message = "This prediction is of an image: only drawings have strokes."
        return error_response(404, "no_strokes", message)
    return Response(render_gif(record), media_type="image/gif", headers=_NOT_CACHED)


@router.get("/{id}/share")
def share_link(id: PredictionId, service: Service, identity: Caller) -> ShareLinkResponse:
    """Return the link that shows this prediction without a sign-in until it is deleted."""
    record = require_accessible(service.store.get(id), identity)
    return ShareLinkResponse(path=share_path(create_share_token(record.id, service.settings)))


@router.get("/{id}/qr.svg", response_class=Response)
def share_qr_code(
    id: PredictionId, service: Service, identity: Caller, address: Address
) -> Response:
    """Return a QR code with the address of the link that shares this prediction."""
    record = require_accessible(service.store.get(id), identity)
    if not address.endswith("/" + share_path(create_share_token(record.id, service.settings))):
        message = "`address` is not a link to this prediction: it ends with the `path` of `share`."
        return error_response(422, "invalid_address", message)
    return qr_response(address)
