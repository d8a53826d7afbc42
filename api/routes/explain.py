"""GET /history/{id}/strokes and /explain: the drawing, and heat maps of the network's evidence."""

from base64 import b64encode

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Caller, PredictionId, Service, require_accessible
from api.schemas import DigitResponse
from db import DigitPredictionRecord
from model import DigitPrediction

router = APIRouter(prefix="/history", tags=["review"])


class StrokesResponse(BaseModel):
    """The pen strokes of a drawing, in the order they were drawn; empty for an image."""

    strokes: list[list[tuple[float, float]]] = Field(description="[x, y] in pixels, y down")


class DigitExplanationResponse(DigitResponse):
    """A digit prediction with the network's input and a heat map."""

    glyph: str = Field(description="28×28 bytes row by row, ink 255 on 0, base64")
    heat: str | None = Field(
        description="heat map, 28×28 bytes row by row, base64: evidence for `value` by position; "
        "null if it is not known, as of a network that was added as a file"
    )


class ExplanationResponse(BaseModel):
    """The stored digit predictions, and those of the current network for the same drawing."""

    stored: list[DigitExplanationResponse] = Field(
        serialization_alias="kept", description="without heat maps, which are not stored"
    )
    current: list[DigitExplanationResponse] = Field(serialization_alias="again")
    text: str = Field(description="text that the current network predicts")
    model: str = Field(description="version of the current network")


@router.get("/{id}/strokes")
def strokes(id: PredictionId, service: Service, identity: Caller) -> StrokesResponse:
    """Return the pen strokes of a drawing."""
    record = require_accessible(service.store.get(id), identity)
    return StrokesResponse(strokes=[list(stroke) for stroke in record.strokes])


@router.get("/{id}/explain")
def explain(id: PredictionId, service: Service, identity: Caller) -> ExplanationResponse:
    """Explain a prediction: the network's input and a heat map for each digit.

    A drawing is recognized again from its strokes, an image from its stored thumbnail.
    """
    record = require_accessible(service.store.get(id), identity)
    prediction = service.predict_again(record)
    return ExplanationResponse(
        stored=[_stored_digit_response(digit) for digit in record.digits],
        current=[_current_digit_response(digit) for digit in prediction.digits],
        text=prediction.text,
        model=service.recognizer.version,
    )


def _stored_digit_response(digit: DigitPredictionRecord) -> DigitExplanationResponse:
    glyph = b64encode(digit.glyph).decode()
    return DigitExplanationResponse(**DigitResponse.of(digit).model_dump(), glyph=glyph, heat=None)


def _current_digit_response(digit: DigitPrediction) -> DigitExplanationResponse:
    return DigitExplanationResponse(
        value=digit.value,
        verdict=digit.verdict,
        confidence=digit.confidence,
        probabilities=digit.probabilities.tolist(),
        box=digit.box,
        glyph=b64encode(digit.glyph.tobytes()).decode(),
        heat=None if digit.heat is None else b64encode(digit.heat.tobytes()).decode(),
    )
