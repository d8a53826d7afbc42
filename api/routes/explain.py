"""One reading looked at again: its pen strokes, and what today's network sees in its ink."""

from base64 import b64encode

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.errors import NotFoundError
from api.routes.history import ReadingId
from api.routes.predict import Service
from api.schemas import DigitResponse
from db import DigitPredictionRecord, PredictionRecord
from model import DigitPrediction, Prediction, decode_image
from services.predictions import PredictionService

router = APIRouter(prefix="/history", tags=["review"])


class StrokesResponse(BaseModel):
    """The pen strokes of a reading, in the order they were drawn; none for a picture."""

    strokes: list[list[tuple[float, float]]] = Field(description="[x, y] in pixels, y down")


class DigitExplanationResponse(DigitResponse):
    """A digit with what the network saw of it and what spoke for its value."""

    glyph: str = Field(description="28×28 bytes row by row, ink 255 on 0, base64")
    heat: str | None = Field(
        description="28×28 bytes row by row, base64: how much each part spoke for `value`"
    )


class ExplanationResponse(BaseModel):
    """What was kept, and what today's network reads in the same ink."""

    kept: list[DigitExplanationResponse] = Field(description="without heat, which is not kept")
    again: list[DigitExplanationResponse]
    text: str = Field(description="what today's network reads")
    model: str = Field(description="version of today's network")


@router.get("/{id}/strokes")
def strokes(id: ReadingId, service: Service) -> StrokesResponse:
    """The pen strokes of a reading, to draw them again."""
    return StrokesResponse(strokes=[list(stroke) for stroke in _known(service, id).strokes])


@router.get("/{id}/explain")
def explain(id: ReadingId, service: Service) -> ExplanationResponse:
    """What the network saw, and what spoke for its answer.

    A drawing is read again from its strokes, a picture from the small one that is kept of it.
    """
    prediction = _known(service, id)
    again = _read_again(prediction, service)
    return ExplanationResponse(
        kept=[_kept(digit) for digit in prediction.digits],
        again=[_seen(digit) for digit in again.digits],
        text=again.text,
        model=service.recognizer.version,
    )


def _known(service: PredictionService, id: ReadingId) -> PredictionRecord:
    prediction = service.store.get(id)
    if prediction is None:
        raise NotFoundError
    return prediction


def _read_again(prediction: PredictionRecord, service: PredictionService) -> Prediction:
    if prediction.strokes:
        return service.recognizer.predict_strokes(
            [np.array(stroke) for stroke in prediction.strokes]
        )
    return service.recognizer.predict_image(decode_image(prediction.image))


def _kept(digit: DigitPredictionRecord) -> DigitExplanationResponse:
    glyph = b64encode(digit.glyph).decode()
    return DigitExplanationResponse(**DigitResponse.of(digit).model_dump(), glyph=glyph, heat=None)


def _seen(digit: DigitPrediction) -> DigitExplanationResponse:
    return DigitExplanationResponse(
        value=digit.value,
        verdict=digit.verdict,
        confidence=digit.confidence,
        probabilities=digit.probabilities.tolist(),
        box=digit.box,
        glyph=b64encode(digit.glyph.tobytes()).decode(),
        heat=b64encode(digit.heat.tobytes()).decode(),
    )
