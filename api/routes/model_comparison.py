"""/models/{version}/comparison: how a model differs from the one that was served before."""

from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import REVIEWERS_ONLY, Service
from services.model_comparison import (
    ComparedDrawing,
    ComparedNetwork,
    ComparedSet,
    Confusion,
    ModelComparison,
    encode_picture,
    find_comparison,
)

router = APIRouter(prefix="/models", tags=["models"], dependencies=REVIEWERS_ONLY)


class ComparedModelResponse(BaseModel):
    """Speed and size of a model."""

    version: str
    microseconds: float = Field(
        description="for a digit, on the trainer's machine; both models were measured in turns"
    )
    bytes: int = Field(description="of its TensorFlow Lite file")

    @classmethod
    def of(cls, network: ComparedNetwork) -> Self:
        """Return the response for a network."""
        return cls(version=network.version, microseconds=network.microseconds, bytes=network.bytes)


class ComparedSetResponse(BaseModel):
    """How many samples of a set each model predicts correctly."""

    name: str
    examples: int
    served: int
    candidate: int
    won: int = Field(description="predicted correctly by the candidate alone")
    lost: int = Field(description="predicted correctly by the served model alone")
    noise: float = Field(description="by how many two equally good models differ")
    worse: bool = Field(description="whether more is lost than that")

    @classmethod
    def of(cls, item: ComparedSet) -> Self:
        """Return the response for a set."""
        return cls(
            name=item.figure.name,
            examples=item.figure.examples,
            served=item.figure.before,
            candidate=item.figure.after,
            won=item.won,
            lost=item.lost,
            noise=round(item.figure.noise, 2),
            worse=item.figure.is_worse,
        )


class ConfusionChangeResponse(BaseModel):
    """How often each model reads a true digit as another; "?" is a symbol that is no digit."""

    true: str
    read: str
    served: int
    candidate: int

    @classmethod
    def of(cls, confusion: Confusion) -> Self:
        """Return the response for a pair of digits."""
        return cls(
            true=confusion.true,
            read=confusion.read,
            served=confusion.served,
            candidate=confusion.candidate,
        )


class ConfusionChangesResponse(BaseModel):
    """The confusions on the held-out corrections, and on the standard sets together."""

    corrections: list[ConfusionChangeResponse]
    standard: list[ConfusionChangeResponse]


class OutcomesResponse(BaseModel):
    """How many drawings the models read differently, by which of them is right."""

    fixed: int
    broken: int
    both_wrong: int


class ComparedDrawingResponse(BaseModel):
    """A drawing that the models read differently."""

    set: str
    id: UUID | None = Field(description="of the prediction, null for a sample of a standard set")
    digit: int = Field(description="index of the digit in that prediction")
    label: str
    served: str
    candidate: str
    confidence: float = Field(description="of the less confident model")
    outcome: Literal["fixed", "broken", "both_wrong"]
    picture: str = Field(description="base64 of a square of bytes, 255 for ink")

    @classmethod
    def of(cls, drawing: ComparedDrawing) -> Self:
        """Return the response for a drawing."""
        return cls(
            set=drawing.set,
            id=drawing.id,
            digit=drawing.digit,
            label=drawing.label,
            served=drawing.served,
            candidate=drawing.candidate,
            confidence=drawing.confidence,
            outcome=drawing.outcome,
            picture=encode_picture(drawing),
        )


class ComparisonResponse(BaseModel):
    """How a model differs from the one that was served when it was trained."""

    served: ComparedModelResponse
    candidate: ComparedModelResponse
    sets: list[ComparedSetResponse]
    confusions: ConfusionChangesResponse
    outcomes: OutcomesResponse
    drawings: list[ComparedDrawingResponse] = Field(
        description="at most 60 of them, the most confident first"
    )
    missing: int = Field(description="drawings that were deleted or changed since")

    @classmethod
    def of(cls, comparison: ModelComparison) -> Self:
        """Return the response for a comparison."""
        return cls(
            served=ComparedModelResponse.of(comparison.served),
            candidate=ComparedModelResponse.of(comparison.candidate),
            sets=[ComparedSetResponse.of(item) for item in comparison.sets],
            confusions=ConfusionChangesResponse(
                corrections=[ConfusionChangeResponse.of(c) for c in comparison.corrections],
                standard=[ConfusionChangeResponse.of(c) for c in comparison.standard],
            ),
            outcomes=OutcomesResponse.model_validate(comparison.outcomes),
            drawings=[ComparedDrawingResponse.of(drawing) for drawing in comparison.drawings],
            missing=comparison.missing,
        )


class ModelComparisonResponse(BaseModel):
    """The comparison of a model, null if it was added without one."""

    comparison: ComparisonResponse | None


@router.get("/{version}/comparison")
def compare(version: str, service: Service) -> ModelComparisonResponse:
    """Return how a model differs from the one that was served when it was trained."""
    comparison = find_comparison(service.store, service.committed_recognizer, version)
    return ModelComparisonResponse(
        comparison=None if comparison is None else ComparisonResponse.of(comparison)
    )
