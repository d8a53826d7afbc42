"""POST /predict and POST /strokes: the prediction for an image or for pen strokes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Annotated, Self

import numpy as np
from fastapi import APIRouter, File, Query, Request, UploadFile
from pydantic import BaseModel, FailFast, Field

from api.dependencies import Caller, Service, owner_for_saving
from api.schemas import PredictionResponse
from core.concurrency_limit import BusyError
from model import InputError
from services.predictions import FileResult, PredictionResult, PredictionService

router = APIRouter(tags=["prediction"])

# A request takes a tenth less time than in Starlette's thread pool. There are many threads because
# saves that wait at the same time are committed in one transaction.
_executor = ThreadPoolExecutor(40, "prediction")
_MAX_PENDING = 256  # drawings that hold or wait for one of these threads
_pending = 0


class FilePredictionResponse(PredictionResponse):
    """The prediction of a file, which may have several pages.

    `text` joins the texts of the pages that are not blank by form feeds; `digits` has the digits of
    all pages, each with its position on its page. The other fields are those of the first page that
    is not blank; each page that was saved is a prediction of its own in the history.
    """

    pages: list[PredictionResponse] = Field(description="each page, blank ones included")

    @classmethod
    def of_file(cls, result: FileResult) -> Self:
        """Return the response for the pages of a file."""
        pages = [PredictionResponse.of(page.record, page.saved) for page in result.pages]
        written = result.written
        first = PredictionResponse.of(written[0].record, written[0].saved)
        digits = tuple(digit for page in written for digit in page.record.digits)
        whole = replace(written[0].record, digits=digits)
        return cls(
            **first.model_dump()
            | {
                "text": result.text,
                "digits": [digit.model_dump() for page in pages for digit in page.digits],
                "verdict": whole.verdict,
                "confidence": whole.confidence,
            },
            pages=pages,
        )


class StrokesRequest(BaseModel):
    """Pen strokes on a pad of any size."""

    # FailFast: only the first error is reported; do not collect one for each of a million values.
    strokes: Annotated[list[Annotated[list[tuple[float, float]], FailFast()]], FailFast()] = Field(
        description="each a list of [x, y] in pixels, y down",
        examples=[[[[150, 40], [150, 240]]]],
    )
    save: bool = Field(True, description="save the prediction in the history")


@router.post("/predict")
def predict(
    file: Annotated[UploadFile, File(description="image of a digit or a number, or a PDF")],
    service: Service,
    identity: Caller,
    request: Request,
    save: Annotated[bool, Query(description="save the prediction in the history")] = True,
) -> FilePredictionResponse:
    """Recognize the digits of an image, or of each page of a PDF or TIFF."""
    owner = owner_for_saving(request, identity, save)
    return FilePredictionResponse.of_file(
        service.predict_file(read_upload(file, service), save=save, owner=owner)
    )


@router.post("/strokes")
async def strokes(
    drawing: StrokesRequest, service: Service, identity: Caller, request: Request
) -> PredictionResponse:
    """Recognize the digits of a drawing."""
    global _pending
    owner = owner_for_saving(request, identity, drawing.save)
    if _pending >= _MAX_PENDING:
        raise BusyError
    _pending += 1
    try:
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(_executor, _predict_strokes, drawing, service, owner)
    finally:
        _pending -= 1
    return PredictionResponse.of(result.record, result.saved)


def _predict_strokes(
    drawing: StrokesRequest, service: PredictionService, owner: str | None
) -> PredictionResult:
    strokes = [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in drawing.strokes]
    return service.predict_strokes(strokes, save=drawing.save, owner=owner)


def read_upload(file: UploadFile, service: PredictionService) -> bytes:
    """Return the content of an uploaded file.

    Raises InputError "file_too_large" above the limit of the settings.
    """
    megabytes = service.settings.max_upload_megabytes
    if (file.size or 0) > megabytes * 2**20:
        raise InputError(
            "file_too_large",
            f"This file is larger than {megabytes:g} MB: send a smaller or a compressed image.",
        )
    return file.file.read()
