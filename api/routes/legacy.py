"""Legacy routes: those of the service that Inkling replaces, for its existing clients."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse

from api.dependencies import OPERATORS_ONLY, Caller, Service, owner_for_saving
from api.routes.predict import read_upload
from api.schemas import PageResponse
from services.predictions import ACCEPTED_FILES, PredictionService

router = APIRouter()
ImageFile = Annotated[UploadFile, File()]

_FORM = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Inkling: upload</title>
<h1>Upload an image of a digit</h1>
<form method="post" action="/upload" enctype="multipart/form-data">
<input type="file" name="the_file" accept="{accept}" aria-label="Image" required>
<button>Recognize</button>
</form>
{result}
</html>"""


@router.post("/eval/image", response_class=PlainTextResponse)
def evaluate_image(
    the_file: ImageFile, service: Service, identity: Caller, request: Request
) -> str:
    """Recognize an image and return the predicted text as plain text."""
    return _predicted_text(the_file, service, owner_for_saving(request, identity, save=True))


@router.get("/upload", response_class=HTMLResponse)
async def upload_form() -> str:
    """Return a bare upload form."""
    return _FORM.format(accept=ACCEPTED_FILES, result="")


@router.post("/upload", response_class=HTMLResponse)
def upload(the_file: ImageFile, service: Service, identity: Caller, request: Request) -> str:
    """Recognize an uploaded image and return the form with the predicted text."""
    owner = owner_for_saving(request, identity, save=True)
    text = _predicted_text(the_file, service, owner) or "none: the image looks blank"
    text = text.replace("\f", " / ")
    return _FORM.format(
        accept=ACCEPTED_FILES, result=f"<p>Prediction: <strong>{escape(text)}</strong></p>"
    )


@router.get("/query", dependencies=OPERATORS_ONLY)
def query(service: Service) -> PageResponse:
    """Return the newest predictions."""
    return PageResponse.of(service.store.page(service.settings.page_size))


def _predicted_text(file: UploadFile, service: PredictionService, owner: str | None) -> str:
    return service.predict_file(read_upload(file, service), owner=owner).text
