"""Reading ink: POST /predict for a picture, POST /strokes for pen strokes."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, Field

from api.answers import PredictionAnswer
from api.owner import Owner
from model import InputError
from service import ReadingService, get_service

router = APIRouter(tags=["reading"])
Service = Annotated[ReadingService, Depends(get_service)]


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
) -> PredictionAnswer:
    """Read a picture."""
    outcome = service.read_picture(picture_bytes(file, service), save=save, owner=owner)
    return PredictionAnswer.of(outcome.prediction, outcome.saved)


@router.post("/strokes")
def strokes(request: StrokesRequest, service: Service, owner: Owner) -> PredictionAnswer:
    """Read pen strokes."""
    paths = [np.array(stroke, dtype=float).reshape(-1, 2) for stroke in request.strokes]
    outcome = service.read_strokes(paths, save=request.save, owner=owner)
    return PredictionAnswer.of(outcome.prediction, outcome.saved)


def picture_bytes(file: UploadFile, service: ReadingService) -> bytes:
    """The file's content; InputError "file_too_large" where the setting does not allow it."""
    megabytes = service.settings.max_upload_megabytes
    content = file.file.read()
    if len(content) > megabytes * 2**20:
        raise InputError(
            "file_too_large",
            f"This file is larger than {megabytes:g} MB: send a smaller or a compressed picture.",
        )
    return content
