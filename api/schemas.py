"""Response models that several routes share: predictions, pages, the summary."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from db import DigitPredictionRecord, Page, PredictionRecord, Source, Summary, Verdict
from db.store import Accuracy
from model import DigitPrediction
from services.similarity import Likeness

# UTC in milliseconds, the precision that Cassandra's timestamps have.
Timestamp = Annotated[
    datetime,
    PlainSerializer(
        lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    ),
]


class DigitResponse(BaseModel):
    """A digit prediction: the likeliest value, its verdict, the probabilities, the position."""

    value: int = Field(ge=0, le=9)
    verdict: Verdict
    confidence: float = Field(description="calibrated probability that `value` is right")
    probabilities: list[float] = Field(min_length=10, max_length=10)
    box: tuple[float, float, float, float] = Field(description="x, y, width, height in pixels")

    @classmethod
    def of(cls, digit: DigitPredictionRecord | DigitPrediction) -> Self:
        """Return the response for a digit prediction."""
        return cls(
            value=digit.value,
            verdict=digit.verdict,
            confidence=digit.confidence,
            probabilities=[float(probability) for probability in digit.probabilities],
            box=digit.box,
        )


class PredictionResponse(BaseModel):
    """A prediction."""

    id: UUID | None = Field(description="null if the prediction was not saved")
    text: str = Field(
        description="left to right, `?` for a symbol that is not a digit, empty if blank"
    )
    source: Source
    created: Timestamp
    model: str = Field(description="version of the network")
    verdict: Verdict
    confidence: float = Field(description="lowest confidence of the digits")
    digits: list[DigitResponse]
    label: str | None = Field(description="true text as given by a person")
    labelled_by: str | None = None
    labelled_at: Timestamp | None = None

    @classmethod
    def of(cls, record: PredictionRecord, saved: bool = True) -> Self:
        """Return the response for a prediction record."""
        return cls(
            id=record.id if saved else None,
            text=record.text,
            source=record.source,
            created=record.created,
            model=record.model,
            verdict=record.verdict,
            confidence=record.confidence,
            digits=[DigitResponse.of(digit) for digit in record.digits],
            label=record.label,
            labelled_by=record.labelled_by,
            labelled_at=record.labelled_at,
        )


class CorrectionResponse(BaseModel):
    """A label that was given or removed."""

    text: str | None = Field(description="null: the label was removed")
    by: str | None = Field(description="name of the reviewer")
    at: Timestamp


class PredictionRecordResponse(PredictionResponse):
    """A prediction with every label it was given, oldest first."""

    corrections: list[CorrectionResponse]

    @classmethod
    def of(cls, record: PredictionRecord, saved: bool = True) -> Self:
        """Return the response for a prediction record."""
        return cls(
            **PredictionResponse.of(record, saved).model_dump(),
            corrections=[
                CorrectionResponse(text=correction.text, by=correction.by, at=correction.at)
                for correction in record.corrections
            ],
        )


class ErrorResponse(BaseModel):
    """What was wrong: a code for programs and a sentence for people."""

    code: str
    message: str


class LabelConflictResponse(BaseModel):
    """The prediction has another label by now than the one that a request would replace."""

    error: ErrorResponse
    prediction: PredictionRecordResponse


class PageResponse(BaseModel):
    """A page of the history, newest first; `next` continues it as `before`."""

    items: list[PredictionResponse]
    next: str | None
    complete: bool = Field(
        description="false if the history is unreachable and only queued predictions are listed"
    )

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the response for a page."""
        return cls(
            items=[PredictionResponse.of(item) for item in page.items],
            next=page.next,
            complete=page.complete,
        )


class SimilarResponse(BaseModel):
    """A prediction and its similarity to the requested one."""

    prediction: PredictionResponse
    similarity: float = Field(description="cosine similarity, 1 for the same drawing")
    likeness: Likeness = Field(description="how much they look like each other, calibrated")


class SimilarListResponse(BaseModel):
    """The most similar predictions, best first."""

    items: list[SimilarResponse]


class AccuracyResponse(BaseModel):
    """Number of labelled predictions and how many of them are right."""

    labelled: int
    right: int
    share: float | None = Field(description="right / labelled; null if nothing is labelled")

    @classmethod
    def of(cls, accuracy: Accuracy) -> Self:
        """Return the response for an accuracy."""
        share = accuracy.right / accuracy.labelled if accuracy.labelled else None
        return cls(labelled=accuracy.labelled, right=accuracy.right, share=share)


class ConfusionResponse(BaseModel):
    """A cell of the confusion matrix."""

    true: str
    predicted: str = Field(serialization_alias="read")
    count: int


class SummaryResponse(BaseModel):
    """Totals over the whole history."""

    total: int
    digits: dict[str, int]
    sources: dict[str, int]
    verdicts: dict[str, int]
    models: dict[str, int]
    days: dict[str, int]
    accuracy: AccuracyResponse
    confusion: list[ConfusionResponse]
    accuracy_by_model: dict[str, AccuracyResponse]
    accuracy_by_day: dict[str, AccuracyResponse]
    days_by_model: dict[str, dict[str, int]]
    days_by_source: dict[str, dict[str, int]]

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """Return the response for a summary."""
        return cls(
            total=summary.total,
            digits={str(digit): count for digit, count in summary.digits.items()},
            sources=summary.sources,
            verdicts=summary.verdicts,
            models=summary.models,
            days=summary.days,
            accuracy=AccuracyResponse.of(summary.accuracy),
            confusion=[
                ConfusionResponse(true=true, predicted=predicted, count=count)
                for (true, predicted), count in sorted(summary.confusion.items())
            ],
            accuracy_by_model={
                model: AccuracyResponse.of(part) for model, part in summary.by_model.items()
            },
            accuracy_by_day={
                day: AccuracyResponse.of(part) for day, part in summary.by_day.items()
            },
            days_by_model=summary.days_by_model,
            days_by_source=summary.days_by_source,
        )
