"""What HTTP answers: a prediction, a page, a summary as JSON."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from db import DigitRecord, Page, Prediction, Source, Summary, Verdict

Moment = Annotated[
    datetime,
    PlainSerializer(
        lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    ),
]


class DigitAnswer(BaseModel):
    """One digit: the likeliest value, how sure, the ten probabilities, and where it is."""

    value: int = Field(ge=0, le=9)
    verdict: Verdict
    confidence: float = Field(description="calibrated chance that `value` is right")
    probabilities: list[float] = Field(min_length=10, max_length=10)
    box: tuple[float, float, float, float] = Field(description="x, y, width, height in pixels")

    @classmethod
    def of(cls, digit: DigitRecord) -> Self:
        """The answer for a digit."""
        return cls(
            value=digit.value,
            verdict=digit.verdict,
            confidence=digit.confidence,
            probabilities=list(digit.probabilities),
            box=digit.box,
        )


class PredictionAnswer(BaseModel):
    """A reading; `id` is null where it was not kept."""

    id: UUID | None
    text: str = Field(description="left to right, `?` for a mark that is no digit, empty for blank")
    source: Source
    created: Moment
    model: str = Field(description="version of the network")
    verdict: Verdict
    confidence: float
    digits: list[DigitAnswer]
    label: str | None = Field(description="what a person says it is")
    labelled_by: str | None = None
    labelled_at: Moment | None = None

    @classmethod
    def of(cls, prediction: Prediction, saved: bool = True) -> Self:
        """The answer for a prediction."""
        return cls(
            id=prediction.id if saved else None,
            text=prediction.text,
            source=prediction.source,
            created=prediction.created,
            model=prediction.model,
            verdict=prediction.verdict,
            confidence=prediction.confidence,
            digits=[DigitAnswer.of(digit) for digit in prediction.digits],
            label=prediction.label,
            labelled_by=prediction.labelled_by,
            labelled_at=prediction.labelled_at,
        )


class CorrectionAnswer(BaseModel):
    """What somebody said that a reading truly shows."""

    text: str | None = Field(description="null took the label back")
    by: str | None
    at: Moment


class WholePredictionAnswer(PredictionAnswer):
    """A reading with every label it was ever given, oldest first."""

    corrections: list[CorrectionAnswer]

    @classmethod
    def of(cls, prediction: Prediction, saved: bool = True) -> Self:
        """The answer for a prediction."""
        return cls(
            **PredictionAnswer.of(prediction, saved).model_dump(),
            corrections=[
                CorrectionAnswer(text=one.text, by=one.by, at=one.at)
                for one in prediction.corrections
            ],
        )


class PageAnswer(BaseModel):
    """A page of the history, newest first; `next` continues it as `before`."""

    items: list[PredictionAnswer]
    next: str | None
    complete: bool = Field(description="false where only readings that wait to be stored are shown")

    @classmethod
    def of(cls, page: Page) -> Self:
        """The answer for a page."""
        return cls(
            items=[PredictionAnswer.of(item) for item in page.items],
            next=page.next,
            complete=page.complete,
        )


class SimilarAnswer(BaseModel):
    """A prediction and how similar it is, 1 for the same ink."""

    prediction: PredictionAnswer
    similarity: float


class SimilarsAnswer(BaseModel):
    """The most similar earlier predictions, best first."""

    items: list[SimilarAnswer]


class AccuracyAnswer(BaseModel):
    """How many predictions are labelled and how many of those were read right."""

    labelled: int
    right: int
    share: float | None = Field(description="right / labelled; null where nothing is labelled")


class ConfusionAnswer(BaseModel):
    """How often the digit `true` was read as `read`."""

    true: str
    read: str
    count: int


class SummaryAnswer(BaseModel):
    """Totals over the whole history."""

    total: int
    digits: dict[str, int]
    sources: dict[str, int]
    verdicts: dict[str, int]
    models: dict[str, int]
    days: dict[str, int]
    accuracy: AccuracyAnswer
    confusion: list[ConfusionAnswer]
    accuracy_by_model: dict[str, AccuracyAnswer]
    accuracy_by_day: dict[str, AccuracyAnswer]

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """The answer for a summary."""

        def accuracy(labelled: int, right: int) -> AccuracyAnswer:
            share = right / labelled if labelled else None
            return AccuracyAnswer(labelled=labelled, right=right, share=share)

        return cls(
            total=summary.total,
            digits={str(digit): count for digit, count in summary.digits.items()},
            sources=summary.sources,
            verdicts=summary.verdicts,
            models=summary.models,
            days=summary.days,
            accuracy=accuracy(summary.accuracy.labelled, summary.accuracy.right),
            confusion=[
                ConfusionAnswer(true=true, read=read, count=count)
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
