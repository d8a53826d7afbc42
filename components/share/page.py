"""One shared prediction, read-only and without scripts, and its pictures.

The token in the path is the only proof (services/sharing.py). A token that is wrong and a
prediction that was deleted are answered alike.
"""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from components.i18n import Language, texts_for
from components.share.content import page_metadata, prediction_html
from components.site.document import text_document
from components.site.head import PageMetadata, relative_root, request_language
from core.concurrency_limit import BusyError
from core.settings import get_settings
from db import PredictionRecord, StoreUnavailableError
from services.drawing_images import render_gif, render_png, render_preview
from services.predictions import get_service
from services.sharing import read_share_token

# Nothing keeps a copy: the link ends when the prediction is deleted. Search engines show none.
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept-Language"}
_RETRY = {"Retry-After": "5"}
_STYLES = ("share/share.css",)


def share_page(request: Request) -> Response:
    """Return the page of a shared prediction; 404 for a wrong token, or after its deletion."""
    language = request_language(request)
    try:
        record = _shared_record(request)
    except StoreUnavailableError:
        return _message(request, language, "unavailable", 503)
    if record is None:
        return _message(request, language, "gone", 404)
    document = text_document(
        request,
        language,
        "share",
        prediction_html(record, language, request.path_params["token"], _root(request)),
        styles=_STYLES,
        metadata=page_metadata(record, language, request.path_params["token"]),
    )
    return HTMLResponse(document, headers=_HEADERS)


def share_picture(request: Request) -> Response:
    """Return a picture of a shared prediction: drawing.png, drawing.gif or preview.png."""
    name: str = request.path_params["picture"]
    try:
        record = _shared_record(request)
        if record is None or (name == "drawing.gif" and not record.strokes):
            return Response(status_code=404, headers=_HEADERS)
        if name == "drawing.gif":
            return Response(render_gif(record), media_type="image/gif", headers=_HEADERS)
        render = {"drawing.png": render_png, "preview.png": render_preview}.get(name)
        if render is None:
            return Response(status_code=404, headers=_HEADERS)
        return Response(render(record), media_type="image/png", headers=_HEADERS)
    except (StoreUnavailableError, BusyError):
        return Response(status_code=503, headers=_HEADERS | _RETRY)


def _shared_record(request: Request) -> PredictionRecord | None:
    id = read_share_token(request.path_params["token"], get_settings())
    return None if id is None else get_service().store.get(id)


def _message(request: Request, language: Language, name: str, status: int) -> Response:
    """Return a page that says why there is nothing to see."""
    texts = texts_for(language, "share")
    content = f"""<h1>{escape(texts[name])}</h1>
<p>{escape(texts[f"{name}_more"])}</p>
<p><a class="button" href="{_root(request)}?lang={language}">{escape(texts["draw"])}</a></p>"""
    headers = _HEADERS | (_RETRY if status == 503 else {})
    title = f"{texts[name]} · Inkling"
    metadata = PageMetadata(title, description=texts[f"{name}_more"], image_text="Inkling")
    document = text_document(request, language, "share", content, styles=_STYLES, metadata=metadata)
    return HTMLResponse(document, status, headers)


def _root(request: Request) -> str:
    return escape(relative_root(request.scope["path"]))
