"""One reading looked at again: its pen strokes, and what today's network sees in its ink."""

from base64 import b64encode

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.answers import DigitAnswer
from api.errors import NotFoundError
from api.history import ReadingId
from api.reading import Service
from db import DigitRecord, Prediction
from model import Digit, Reading, decode_picture
from service import ReadingService

router = APIRouter(prefix="/history", tags=["review"])


class StrokesAnswer(BaseModel):
    """The pen strokes of a reading, in the order they were drawn; none for a picture."""

    strokes: list[list[tuple[float, float]]] = Field(description="[x, y] in pixels, y down")


class SeenDigitAnswer(DigitAnswer):
    """A digit with what the network saw of it and what spoke for its value."""

    glyph: str = Field(description="28×28 bytes row by row, ink 255 on 0, base64")
    heat: str | None = Field(
        description="28×28 bytes row by row, base64: how much each part spoke for `value`"
    )


class ExplanationAnswer(BaseModel):
    """What was kept, and what today's network reads in the same ink."""

    kept: list[SeenDigitAnswer] = Field(description="without heat, which is not kept")
    again: list[SeenDigitAnswer]
    text: str = Field(description="what today's network reads")
    model: str = Field(description="version of today's network")


@router.get("/{id}/strokes")
def strokes(id: ReadingId, service: Service) -> StrokesAnswer:
    """The pen strokes of a reading, to draw them again."""
    return StrokesAnswer(strokes=[list(stroke) for stroke in _known(service, id).strokes])


@router.get("/{id}/explain")
def explain(id: ReadingId, service: Service) -> ExplanationAnswer:
    """What the network saw, and what spoke for its answer.

    A drawing is read again from its strokes, a picture from the small one that is kept of it.
    """
    prediction = _known(service, id)
    again = _read_again(prediction, service)
    return ExplanationAnswer(
        kept=[_kept(digit) for digit in prediction.digits],
        again=[_seen(digit) for digit in again.digits],
        text=again.text,
        model=service.reader.version,
    )


def _known(service: ReadingService, id: ReadingId) -> Prediction:
    prediction = service.history.get(id)
    if prediction is None:
        raise NotFoundError
    return prediction


def _read_again(prediction: Prediction, service: ReadingService) -> Reading:
    if prediction.strokes:
        return service.reader.read_strokes([np.array(stroke) for stroke in prediction.strokes])
    return service.reader.read_picture(decode_picture(prediction.image))


def _kept(digit: DigitRecord) -> SeenDigitAnswer:
    glyph = b64encode(digit.glyph).decode()
    return SeenDigitAnswer(**DigitAnswer.of(digit).model_dump(), glyph=glyph, heat=None)


def _seen(digit: Digit) -> SeenDigitAnswer:
    return SeenDigitAnswer(
        value=digit.value,
        verdict=digit.verdict,
        confidence=digit.confidence,
        probabilities=digit.probabilities.tolist(),
        box=digit.box,
        glyph=b64encode(digit.glyph.tobytes()).decode(),
        heat=b64encode(digit.heat.tobytes()).decode(),
    )
