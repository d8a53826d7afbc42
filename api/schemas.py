"""What HTTP answers: a prediction, a page, a summary as JSON."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from db import DigitPredictionRecord, Page, PredictionRecord, Source, Summary, Verdict

Moment = Annotated[
    datetime,
    PlainSerializer(
        lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    ),
]


class DigitResponse(BaseModel):
    """One digit: the likeliest value, how sure, the ten probabilities, and where it is."""

    value: int = Field(ge=0, le=9)
    verdict: Verdict
    confidence: float = Field(description="calibrated chance that `value` is right")
    probabilities: list[float] = Field(min_length=10, max_length=10)
    box: tuple[float, float, float, float] = Field(description="x, y, width, height in pixels")

    @classmethod
    def of(cls, digit: DigitPredictionRecord) -> Self:
        """The answer for a digit."""
        return cls(
            value=digit.value,
            verdict=digit.verdict,
            confidence=digit.confidence,
            probabilities=list(digit.probabilities),
            box=digit.box,
        )


class PredictionResponse(BaseModel):
    """A reading; `id` is null where it was not kept."""

    id: UUID | None
    text: str = Field(description="left to right, `?` for a mark that is no digit, empty for blank")
    source: Source
    created: Moment
    model: str = Field(description="version of the network")
    verdict: Verdict
    confidence: float
    digits: list[DigitResponse]
    label: str | None = Field(description="what a person says it is")
    labelled_by: str | None = None
    labelled_at: Moment | None = None

    @classmethod
    def of(cls, prediction: PredictionRecord, saved: bool = True) -> Self:
        """The answer for a prediction."""
        return cls(
            id=prediction.id if saved else None,
            text=prediction.text,
            source=prediction.source,
            created=prediction.created,
            model=prediction.model,
            verdict=prediction.verdict,
            confidence=prediction.confidence,
            digits=[DigitResponse.of(digit) for digit in prediction.digits],
            label=prediction.label,
            labelled_by=prediction.labelled_by,
            labelled_at=prediction.labelled_at,
        )


class CorrectionResponse(BaseModel):
    """What somebody said that a reading truly shows."""

    text: str | None = Field(description="null took the label back")
    by: str | None
    at: Moment


class PredictionRecordResponse(PredictionResponse):
    """A reading with every label it was ever given, oldest first."""

    corrections: list[CorrectionResponse]

    @classmethod
    def of(cls, prediction: PredictionRecord, saved: bool = True) -> Self:
        """The answer for a prediction."""
        return cls(
            **PredictionResponse.of(prediction, saved).model_dump(),
            corrections=[
                CorrectionResponse(text=one.text, by=one.by, at=one.at)
                for one in prediction.corrections
            ],
        )


class PageResponse(BaseModel):
    """A page of the history, newest first; `next` continues it as `before`."""

    items: list[PredictionResponse]
    next: str | None
    complete: bool = Field(description="false where only readings that wait to be stored are shown")

    @classmethod
    def of(cls, page: Page) -> Self:
        """The answer for a page."""
        return cls(
            items=[PredictionResponse.of(item) for item in page.items],
            next=page.next,
            complete=page.complete,
        )


class SimilarResponse(BaseModel):
    """A prediction and how similar it is, 1 for the same ink."""

    prediction: PredictionResponse
    similarity: float


class SimilarListResponse(BaseModel):
    """The most similar earlier predictions, best first."""

    items: list[SimilarResponse]


class AccuracyResponse(BaseModel):
    """How many predictions are labelled and how many of those were read right."""

    labelled: int
    right: int
    share: float | None = Field(description="right / labelled; null where nothing is labelled")


class ConfusionResponse(BaseModel):
    """How often the digit `true` was read as `read`."""

    true: str
    read: str
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

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """The answer for a summary."""

        def accuracy(labelled: int, right: int) -> AccuracyResponse:
            share = right / labelled if labelled else None
            return AccuracyResponse(labelled=labelled, right=right, share=share)

        return cls(
            total=summary.total,
            digits={str(digit): count for digit, count in summary.digits.items()},
            sources=summary.sources,
            verdicts=summary.verdicts,
            models=summary.models,
            days=summary.days,
            accuracy=accuracy(summary.accuracy.labelled, summary.accuracy.right),
            confusion=[
                ConfusionResponse(true=true, read=read, count=count)
                for (true, read), count in sorted(summary.confusion.items())
            ],
            accuracy_by_model={
                model: accuracy(part.labelled, part.right)
                for model, part in summary.by_model.items()
            },
            accuracy_by_day={
                day: accuracy(part.labelled, part.right) for day, part in summary.by_day.items()
            },
        )
