"""POST /predict, /predict/frame and /strokes: the prediction of an image or of pen strokes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Self
from uuid import UUID

import numpy as np
from fastapi import APIRouter, File, Query, Request, UploadFile
from pydantic import BaseModel, FailFast, Field

from api.dependencies import Caller, Service, owner_for_saving
from api.drawing_versions import DrawingVersions
from api.schemas import DigitResponse, PredictionResponse
from core.concurrency_limit import BusyError
from model import InputError
from services.predictions import FileResult, PredictionResult, PredictionService

router = APIRouter(tags=["prediction"])

# A request takes a tenth less time than in Starlette's thread pool. There are many threads because
# saves that wait at the same time are committed in one transaction.
_executor = ThreadPoolExecutor(40, "prediction")
_MAX_PENDING = 256  # drawings that hold or wait for one of these threads
_pending = 0

_MAX_AGE = timedelta(days=31)  # of a drawing that a browser could not send before
_CLOCK_TOLERANCE = timedelta(minutes=1)  # between a browser and this server
KEY_PATTERN = r"^[A-Za-z0-9_-]{16,64}$"
MAX_FRAME_BYTES = 512 * 1024
_versions = DrawingVersions()


class DrawingReference(BaseModel):
    """Which drawing the strokes belong to: it is one prediction, however often it is sent."""

    key: str = Field(pattern=KEY_PATTERN, description="a random name that the client chooses")
    began: int = Field(
        ge=0, lt=10**14, description="when it was begun, in milliseconds since 1970, UTC"
    )
    version: int = Field(
        0, ge=0, lt=2**53, description="grows with each change; after a newer one it is not saved"
    )


class FrameResponse(BaseModel):
    """The prediction of a camera frame."""

    text: str = Field(description="as in the history; empty if there is no digit")
    digits: list[DigitResponse]


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
    drawing: DrawingReference | None = Field(
        None,
        description="with the same key and time from the same browser, the strokes replace those "
        "that were sent before; without it, each request is a new prediction",
    )


@router.post("/predict")
def predict(
    file: Annotated[UploadFile, File(description="image of a digit or a number, or a PDF")],
    service: Service,
    identity: Caller,
    request: Request,
    save: Annotated[bool, Query(description="save the prediction in the history")] = True,
    key: Annotated[
        str | None,
        Query(
            pattern=KEY_PATTERN,
            description="a random name that the client chooses: with the same key and time from "
            "the same browser, a file is saved once, however often it is sent",
        ),
    ] = None,
    began: Annotated[
        int | None,
        Query(ge=0, lt=10**14, description="time of the key, in milliseconds since 1970, UTC"),
    ] = None,
) -> FilePredictionResponse:
    """Recognize the digits of an image, or of each page of a PDF or TIFF."""
    if (key is None) != (began is None):
        raise InputError("invalid_request", "Send `key` and `began` together, or neither.")
    id = None
    if key is not None and began is not None:
        id = _sent_id(key, began, service, identity.owner)
    owner = owner_for_saving(request, identity, save)
    return FilePredictionResponse.of_file(
        service.predict_file(read_upload(file, service), save=save, id=id, owner=owner)
    )


@router.post("/predict/frame")
def predict_frame(
    file: Annotated[UploadFile, File(description="a JPEG of a live camera, up to 1920×1080")],
    service: Service,
) -> FrameResponse:
    """Recognize the digits of a camera frame. Nothing is saved."""
    if (file.size or 0) > MAX_FRAME_BYTES:
        raise InputError(
            "file_too_large", f"This frame is larger than {MAX_FRAME_BYTES // 1024} KB: shrink it."
        )
    prediction = service.predict_frame(file.file.read())
    digits = [DigitResponse.of(digit) for digit in prediction.digits]
    return FrameResponse(text=prediction.text, digits=digits)


@router.post("/strokes")
async def strokes(
    request: StrokesRequest, service: Service, identity: Caller, http_request: Request
) -> PredictionResponse:
    """Recognize the digits of a drawing."""
    drawing = request.drawing
    id = _sent_id(drawing.key, drawing.began, service, identity.owner) if drawing else None
    owner = owner_for_saving(http_request, identity, request.save)
    with _pending_slot():
        async with _turn(request, id) as is_newest:
            loop = asyncio.get_running_loop()
            save = request.save and is_newest
            work = partial(_predict_strokes, request, service, save=save, id=id, owner=owner)
            result = await loop.run_in_executor(_executor, work)
    return PredictionResponse.of(result.record, result.saved)


@contextmanager
def _pending_slot() -> Iterator[None]:
    """Count a drawing as pending; raises BusyError if too many are."""
    global _pending
    if _pending >= _MAX_PENDING:
        raise BusyError
    _pending += 1
    try:
        yield
    finally:
        _pending -= 1


def _sent_id(key: str, began_ms: int, service: PredictionService, owner: str | None) -> UUID:
    """Return the id for a client's key and time; raises InputError for a time that is not right."""
    began = datetime.fromtimestamp(began_ms / 1000, UTC)
    now = datetime.now(UTC)
    if not now - _MAX_AGE < began < now + _CLOCK_TOLERANCE:
        raise InputError(
            "invalid_time",
            "`began` is in the future or more than 31 days ago: check the clock.",
        )
    return service.drawing_id(key, began, owner)


@asynccontextmanager
async def _turn(request: StrokesRequest, id: UUID | None) -> AsyncIterator[bool]:
    if request.drawing is None or id is None or not request.save:
        yield True
        return
    async with _versions.turn(id, request.drawing.version) as is_newest:
        yield is_newest


def _predict_strokes(
    request: StrokesRequest,
    service: PredictionService,
    *,
    save: bool,
    id: UUID | None,
    owner: str | None,
) -> PredictionResult:
    strokes = [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in request.strokes]
    return service.predict_strokes(strokes, save=save, id=id, owner=owner)


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
