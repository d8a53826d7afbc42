"""The routes of the service that Inkling replaces: its clients go on working unchanged."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import HTMLResponse, PlainTextResponse

from api.dependencies import Owner
from api.routes.predict import Service, picture_bytes
from api.schemas import PageResponse
from services.predictions import PredictionService

router = APIRouter()
Picture = Annotated[UploadFile, File()]

_FORM = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Inkling: upload</title>
<h1>Upload a picture of a digit</h1>
<form method="post" action="/upload" enctype="multipart/form-data">
<input type="file" name="the_file" accept="image/*" aria-label="Picture" required>
<button>Read it</button>
</form>
{answer}
</html>"""


@router.post("/eval/image", response_class=PlainTextResponse)
def evaluate(the_file: Picture, service: Service, owner: Owner) -> str:
    """The text that was read, plain."""
    return _read(the_file, service, owner)


@router.get("/upload", response_class=HTMLResponse)
async def upload_form() -> str:
    """A bare upload form."""
    return _FORM.format(answer="")


@router.post("/upload", response_class=HTMLResponse)
def upload(the_file: Picture, service: Service, owner: Owner) -> str:
    """The form again, with what was read."""
    text = _read(the_file, service, owner) or "nothing: the picture looks blank"
    return _FORM.format(answer=f"<p>Read: <strong>{escape(text)}</strong></p>")


@router.get("/query")
def query(service: Service) -> PageResponse:
    """The newest records."""
    return PageResponse.of(service.store.page(service.settings.page_size))


def _read(file: UploadFile, service: PredictionService, owner: str | None) -> str:
    return service.predict_image(picture_bytes(file, service), owner=owner).prediction.text
