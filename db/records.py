"""What the history stores: prediction records with their digits, drawing, label and corrections."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Literal, NamedTuple
from uuid import UUID

Source = Literal["pad", "upload", "sample"]
Verdict = Literal["digit", "unsure", "not_a_digit"]
Stroke = tuple[tuple[float, float], ...]
# What is read of stored predictions: `page`: without strokes, embedding and corrections;
# `embedding`: without image, strokes and corrections.
Columns = Literal["page", "embedding", "all"]

_GREGORIAN_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DigitPredictionRecord:
    """One digit of a prediction.

    value: 0-9. confidence and the 10 probabilities: in [0, 1].
    box: x, y, width, height in pixels of the input.
    glyph: 784 bytes, 28×28 row by row, the digit 255 on a background of 0.
    """

    value: int
    verdict: Verdict
    confidence: float
    probabilities: tuple[float, ...]
    box: tuple[float, float, float, float]
    glyph: bytes


@dataclass(frozen=True, slots=True)
class Correction:
    """A label as one person gave it at one time.

    at: UTC, to the microsecond; no two corrections of a prediction share it, and of labels given
    since version 0.2 no two share a millisecond. text: None removed the label. by: the name of the
    person, None if not given.
    """

    at: datetime
    text: str | None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class PredictionRecord:
    """A stored prediction; one drawing is one prediction, however many strokes it has.

    id: version 1 UUID; its time is `created`. text: the predicted text. model: version of the
    network. image: PNG of the drawing as the page shows it. strokes: pen paths in pixels, () for
    images. embedding: 64 floats of unit length, () if no digit was found.
    owner: opaque id of who drew it, None if unknown.
    label: the true text that a person gave, None without one.
    corrections: every label it was ever given, oldest first; the last one is `label`.
    """

    id: UUID
    text: str
    source: Source
    model: str
    digits: tuple[DigitPredictionRecord, ...]
    image: bytes
    strokes: tuple[Stroke, ...] = ()
    embedding: tuple[float, ...] = field(default=(), repr=False)
    owner: str | None = None
    label: str | None = None
    labelled_by: str | None = None
    labelled_at: datetime | None = None
    corrections: tuple[Correction, ...] = field(default=(), repr=False)

    @property
    def created(self) -> datetime:
        """When the drawing began, UTC, from the id."""
        return created_at(self.id)

    @property
    def confidence(self) -> float:
        """The lowest confidence of the digits, 0 if there are none."""
        return min((digit.confidence for digit in self.digits), default=0.0)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the digits; "not_a_digit" if there are none."""
        verdicts = {digit.verdict for digit in self.digits}
        if not verdicts or "not_a_digit" in verdicts:
            return "not_a_digit"
        return "unsure" if "unsure" in verdicts else "digit"


class PredictionColumns(NamedTuple):
    """The columns of a prediction that filters compare, without image and drawing."""

    id: UUID
    text: str
    source: Source
    verdict: Verdict
    confidence: float
    model: str
    owner: str | None
    label: str | None

    @property
    def created(self) -> datetime:
        """When the drawing began, UTC, from the id."""
        return created_at(self.id)


def all_corrections(
    corrections: Iterable[Correction], label: str | None, by: str | None, at: datetime | None
) -> tuple[Correction, ...]:
    """Return the corrections, oldest first; without any, the label itself as the only one.

    Labels from versions that did not store corrections have none.
    """
    if stored := tuple(sorted(corrections, key=lambda correction: correction.at)):
        return stored
    return () if label is None or at is None else (Correction(at, label, by),)


class AnyLabel(Enum):
    """The type of ANY_LABEL: in place of a time, whatever the label is at the moment."""

    ANY = "any"


ANY_LABEL: Final = AnyLabel.ANY
LabelVersion = datetime | None | AnyLabel


class LabelConflictError(Exception):
    """The label to be replaced is no longer the prediction's current label."""

    def __init__(self, prediction: PredictionRecord) -> None:
        super().__init__("The prediction was labelled by someone else in between.")
        self.prediction = prediction


def with_label(
    prediction: PredictionRecord,
    text: str | None,
    by: str | None,
    replaces: LabelVersion = ANY_LABEL,
) -> PredictionRecord:
    """Return the prediction with a label given now (None removes it) and one more correction.

    replaces: `labelled_at` of the label that its author saw, None for no label. If the prediction
    has another one by now, LabelConflictError is raised, unless both have the same text. A label
    that is there already, as after a request that is sent again, is not added once more.
    labelled_at is rounded down to the millisecond, which is what Cassandra's timestamps hold.
    """
    if replaces is not ANY_LABEL and replaces != prediction.labelled_at:
        if prediction.label != text:
            raise LabelConflictError(prediction)
        if text is None or prediction.labelled_by == by:
            return prediction
    before = prediction.corrections
    at = datetime.now(UTC)
    if before:  # each has its own millisecond, so that labelled_at tells them apart
        at = max(at, _floor_to_millisecond(before[-1].at) + timedelta(milliseconds=1))
    has_label = text is not None
    return replace(
        prediction,
        label=text,
        labelled_by=by if has_label else None,
        labelled_at=_floor_to_millisecond(at) if has_label else None,
        corrections=(*before, Correction(at, text, by)),
    )


def with_label_of(prediction: PredictionRecord, other: PredictionRecord) -> PredictionRecord:
    """Return the prediction with the label that the other one has, not with its corrections."""
    return replace(
        prediction,
        label=other.label,
        labelled_by=other.labelled_by,
        labelled_at=other.labelled_at,
    )


def _floor_to_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def character_pairs(label: str, text: str) -> list[tuple[str, str]]:
    """Return the (true, predicted) pairs of characters, line feeds left out.

    Empty if the lengths differ: then it is unknown which character belongs to which.
    """
    true, predicted = label.replace("\n", ""), text.replace("\n", "")
    return list(zip(true, predicted, strict=True)) if len(true) == len(predicted) else []


def created_at(id: UUID) -> datetime:
    """Return the time inside a version 1 UUID, UTC, to the microsecond."""
    return _GREGORIAN_EPOCH + timedelta(microseconds=id.time // 10)
