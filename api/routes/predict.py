"""Reading ink: POST /predict for a picture, POST /strokes for pen strokes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, FailFast, Field

from api.dependencies import Owner
from api.schemas import PredictionResponse
from core.concurrency_limit import BusyError
from model import InputError
from services.predictions import PredictionResult, PredictionService, get_service

router = APIRouter(tags=["reading"])

# Quicker by a tenth of a request than Starlette's threads; many, for saves are committed together.
_readers = ThreadPoolExecutor(40, "reading")
_MOST_WAITING = 256  # drawings that wait for one of these threads
_waiting = 0


async def the_service() -> PredictionService:
    """The service; awaited, because FastAPI runs what is not in a thread, at a cost each time."""
    return get_service()


Service = Annotated[PredictionService, Depends(the_service)]


class StrokesRequest(BaseModel):
    """Pen strokes on a pad of any size."""

    # FailFast: no error for each of a million values that do not fit, of which one is told.
    strokes: Annotated[list[Annotated[list[tuple[float, float]], FailFast()]], FailFast()] = Field(
        description="each a list of [x, y] in pixels, y down",
        examples=[[[[150, 40], [150, 240]]]],
    )
    save: bool = Field(True, description="keep the reading in the history")


@router.post("/predict")
def predict(
    file: Annotated[UploadFile, File(description="a picture of a digit or a number")],
    service: Service,
    owner: Owner,
    save: Annotated[bool, Query(description="keep the reading in the history")] = True,
) -> PredictionResponse:
    """Read a picture."""
    result = service.predict_image(picture_bytes(file, service), save=save, owner=owner)
    return PredictionResponse.of(result.record, result.saved)


@router.post("/strokes")
async def strokes(request: StrokesRequest, service: Service, owner: Owner) -> PredictionResponse:
    """Read pen strokes."""
    global _waiting
    if _waiting >= _MOST_WAITING:
        raise BusyError
    _waiting += 1
    try:
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(_readers, _read_strokes, request, service, owner)
    finally:
        _waiting -= 1
    return PredictionResponse.of(result.record, result.saved)


def _read_strokes(
    request: StrokesRequest, service: PredictionService, owner: str | None
) -> PredictionResult:
    paths = [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in request.strokes]
    return service.predict_strokes(paths, save=request.save, owner=owner)


def picture_bytes(file: UploadFile, service: PredictionService) -> bytes:
    """The file's content; InputError "file_too_large" where the setting does not allow it."""
    megabytes = service.settings.max_upload_megabytes
    if (file.size or 0) > megabytes * 2**20:
        raise InputError(
            "file_too_large",
            f"This file is larger than {megabytes:g} MB: send a smaller or a compressed picture.",
        )
    return file.file.read()
