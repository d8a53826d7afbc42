"""Reading ink: POST /predict for a picture, POST /strokes for pen strokes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, Field

from api.dependencies import Owner
from api.schemas import PredictionResponse
from model import InputError
from services.predictions import PredictionResult, PredictionService, get_service

router = APIRouter(tags=["reading"])

# Quicker by a tenth of a request than Starlette's threads; many, for saves are committed together.
_readers = ThreadPoolExecutor(40, "reading")


async def the_service() -> PredictionService:
    """The service; awaited, because FastAPI runs what is not in a thread, at a cost each time."""
    return get_service()


Service = Annotated[PredictionService, Depends(the_service)]


class StrokesRequest(BaseModel):
    """Pen strokes on a pad of any size."""

    strokes: list[list[tuple[float, float]]] = Field(
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
    loop = asyncio.get_running_loop()
    result = await loop.run_in_executor(_readers, _read_strokes, request, service, owner)
    return PredictionResponse.of(result.record, result.saved)


def _read_strokes(
    request: StrokesRequest, service: PredictionService, owner: str | None
) -> PredictionResult:
    paths = [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in request.strokes]
    return service.predict_strokes(paths, save=request.save, owner=owner)


def picture_bytes(file: UploadFile, service: PredictionService) -> bytes:
    """The file's content; InputError "file_too_large" where the setting does not allow it."""
    megabytes = service.settings.max_upload_megabytes
    content = file.file.read()
    if len(content) > megabytes * 2**20:
        raise InputError(
            "file_too_large",
            f"This file is larger than {megabytes:g} MB: send a smaller or a compressed picture.",
        )
    return content
