"""What the history keeps: a Prediction of DigitRecords."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

Source = Literal["pad", "upload", "sample"]
Verdict = Literal["digit", "unsure", "not_a_digit"]
Stroke = tuple[tuple[float, float], ...]

_GREGORIAN_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DigitPredictionRecord:
    """One digit of a prediction.

    value: 0-9. confidence and the 10 probabilities: in [0, 1].
    box: x, y, width, height in pixels of the input.
    glyph: 784 bytes, 28×28 row by row, ink 255 on 0.
    """

    value: int
    verdict: Verdict
    confidence: float
    probabilities: tuple[float, ...]
    box: tuple[float, float, float, float]
    glyph: bytes


@dataclass(frozen=True, slots=True)
class Correction:
    """What one person said at one time that a prediction truly was.

    at: UTC, to the microsecond; no two of one prediction share it. text: None took the label back.
    by: the name given, None without one.
    """

    at: datetime
    text: str | None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class PredictionRecord:
    """One reading as it is kept; one drawing is one prediction however many strokes it takes.

    id: version 1 UUID; its time is `created`. text: as read. model: version of the network.
    image: PNG of the ink as people see it. strokes: pen paths in pixels, () for pictures.
    embedding: 64 floats of unit length, () where nothing was read.
    owner: whose drawing it is (an opaque word), None where unknown.
    label: the true text as a person gave it, None where nobody did.
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
        """The least sure digit's confidence, 0 where nothing was read."""
        return min((digit.confidence for digit in self.digits), default=0.0)

    @property
    def verdict(self) -> Verdict:
        """The worst of the digits' verdicts; "not_a_digit" where nothing was read."""
        verdicts = {digit.verdict for digit in self.digits}
        if not verdicts or "not_a_digit" in verdicts:
            return "not_a_digit"
        return "unsure" if "unsure" in verdicts else "digit"


def known_corrections(
    corrections: Iterable[Correction], label: str | None, by: str | None, at: datetime | None
) -> tuple[Correction, ...]:
    """The corrections kept beside a label, oldest first; where none were, the label itself."""
    if kept := tuple(sorted(corrections, key=lambda correction: correction.at)):
        return kept
    return () if label is None or at is None else (Correction(at, label, by),)


def corrected(prediction: PredictionRecord, text: str | None, by: str | None) -> PredictionRecord:
    """The prediction with a label given now, None for none; its time is kept to the millisecond."""
    before = prediction.corrections
    now = datetime.now(UTC)
    at = max(now, before[-1].at + timedelta(microseconds=1)) if before else now
    known = text is not None
    return replace(
        prediction,
        label=text,
        labelled_by=by if known else None,
        labelled_at=at.replace(microsecond=at.microsecond // 1000 * 1000) if known else None,
        corrections=(*before, Correction(at, text, by)),
    )


def created_at(id: UUID) -> datetime:
    """The time inside a version 1 UUID, UTC, to the microsecond."""
    return _GREGORIAN_EPOCH + timedelta(microseconds=id.time // 10)
