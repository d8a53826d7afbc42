"""Accuracy on labelled predictions: the true digits, reliability by confidence, and counts."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from uuid import UUID

from db import Accuracy, Filters, PredictionRecord, Store, Summary
from db.records import character_pairs
from db.statistics import Counts, summarize
from services.access import is_visitor

REPORT_TIME_LIMIT = 2.0  # seconds
MAX_REPORTED_PREDICTIONS = 20_000  # the newest labelled ones
NEWEST_LABELS = 20
SLOT_MINUTES = 15  # every time zone in use begins its days on a multiple of it
BINS = 10


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Labelled digits whose confidence lies in [lowest, lowest + 0.1), the last bin up to 1.

    confidence: their mean confidence, None for an empty bin.
    """

    lowest: float
    digits: int
    right: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often digits were right, by their confidence (a reliability diagram).

    complete: False where only the newest labelled predictions were counted.
    """

    bins: tuple[ReliabilityBin, ...]
    digits: int
    complete: bool


@dataclass(frozen=True, slots=True)
class LabelEffect:
    """A label and the accuracy on all labels given until then, itself included.

    before: the accuracy without it and later ones, None for the first label.
    """

    id: UUID
    text: str
    label: str
    by: str | None
    at: datetime
    before: float | None
    after: float


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """Accuracy on the labelled predictions that match filters.

    by_slot: of those made in the SLOT_MINUTES from each time, UTC, ascending: a page adds them up
    to days of its time zone. confusion: (true, predicted) characters where the label is as long as
    the text. newest_labels: the NEWEST_LABELS last given, the newest first. complete: False where
    only the newest labelled predictions were counted.
    """

    accuracy: Accuracy
    by_model: dict[str, Accuracy]
    by_slot: dict[datetime, Accuracy]
    confusion: dict[tuple[str, str], int]
    reliability: Reliability
    newest_labels: tuple[LabelEffect, ...]
    complete: bool


def true_digits(prediction: PredictionRecord) -> str | None:
    """Return the true character of each digit, None where the label does not tell them."""
    if prediction.label is None:
        return None
    label = prediction.label.replace("\n", "")
    return label if len(label) == len(prediction.digits) else None


def report(store: Store, filters: Filters = Filters()) -> AccuracyReport:
    """Return the accuracy on labelled predictions that match, the newest MAX_REPORTED_PREDICTIONS.

    Labels of visitors are left out. Stops reading after REPORT_TIME_LIMIT.
    """
    predictions, complete = _read_labelled(store.export(replace(filters, labelled=True)))
    models: dict[str, list[bool]] = defaultdict(list)
    slots: dict[datetime, list[bool]] = defaultdict(list)
    confusion: Counter[tuple[str, str]] = Counter()
    for prediction in predictions:
        is_right = prediction.label == prediction.text
        models[prediction.model].append(is_right)
        slots[_slot_of(prediction.created)].append(is_right)
        confusion.update(character_pairs(prediction.label or "", prediction.text))
    return AccuracyReport(
        accuracy=_accuracy(prediction.label == prediction.text for prediction in predictions),
        by_model={model: _accuracy(models[model]) for model in sorted(models)},
        by_slot={slot: _accuracy(slots[slot]) for slot in sorted(slots)},
        confusion=dict(confusion),
        reliability=_reliability(predictions, complete=complete),
        newest_labels=tuple(_label_effects(predictions)[: -NEWEST_LABELS - 1 : -1]),
        complete=complete,
    )


def reliability(store: Store) -> Reliability:
    """Return how often labelled digits were right, in ten bins of confidence.

    Labels of visitors, and segments with the verdict "not_a_digit", are left out. Stops after
    REPORT_TIME_LIMIT.
    """
    predictions, complete = _read_labelled(store.export(Filters(labelled=True)))
    return _reliability(predictions, complete=complete)


def summarize_matching(store: Store, filters: Filters) -> Summary:
    """Return totals over the predictions that match."""
    counts: dict[date, Counts] = {}
    for record in store.export(filters):
        counts.setdefault(record.created.date(), Counts()).add(
            record.text, record.source, record.verdict, record.model, record.label
        )
    return summarize(counts.items())


def count_labelled(store: Store, filters: Filters, *, seconds: float) -> Accuracy:
    """Count the labelled predictions that match, and those among them that are right.

    Each count stops after about `seconds` and is a lower bound then.
    """
    if filters.labelled is False:
        return Accuracy()
    labelled = store.count(replace(filters, labelled=True), seconds=seconds).count
    if filters.wrong is not None or labelled == 0:
        return Accuracy(labelled, 0 if filters.wrong else labelled)
    return Accuracy(labelled, store.count(replace(filters, wrong=False), seconds=seconds).count)


def _read_labelled(
    predictions: Iterator[PredictionRecord],
) -> tuple[list[PredictionRecord], bool]:
    """Return predictions with a reviewer's label without what is large, and whether all."""
    deadline = time.monotonic() + REPORT_TIME_LIMIT
    labelled: list[PredictionRecord] = []
    for prediction in islice(predictions, MAX_REPORTED_PREDICTIONS):
        if not is_visitor(prediction.labelled_by):
            labelled.append(replace(prediction, image=b"", strokes=(), embedding=()))
        if time.monotonic() > deadline:
            return labelled, False
    return labelled, next(predictions, None) is None


def _reliability(predictions: Iterable[PredictionRecord], *, complete: bool) -> Reliability:
    digits, right, total = [0] * BINS, [0] * BINS, [0.0] * BINS
    for prediction in predictions:
        for digit, truth in zip(prediction.digits, true_digits(prediction) or "", strict=False):
            if digit.verdict != "not_a_digit":
                index = min(int(digit.confidence * BINS), BINS - 1)
                digits[index] += 1
                right[index] += truth == str(digit.value)
                total[index] += digit.confidence
    bins = tuple(
        ReliabilityBin(
            lowest=index / BINS,
            digits=digits[index],
            right=right[index],
            confidence=total[index] / digits[index] if digits[index] else None,
        )
        for index in range(BINS)
    )
    return Reliability(bins, sum(digits), complete)


def _label_effects(predictions: Iterable[PredictionRecord]) -> list[LabelEffect]:
    """Return every label with the accuracy before and after it, in the order they were given."""
    effects: list[LabelEffect] = []
    right = 0
    share: float | None = None
    timed = [(p.labelled_at, p.label, p) for p in predictions if p.labelled_at is not None]
    for count, (at, label, prediction) in enumerate(sorted(timed, key=itemgetter(0)), start=1):
        right += label == prediction.text
        after = right / count
        by = prediction.labelled_by
        effects.append(
            LabelEffect(prediction.id, prediction.text, label or "", by, at, share, after)
        )
        share = after
    return effects


def _slot_of(moment: datetime) -> datetime:
    minute = moment.minute // SLOT_MINUTES * SLOT_MINUTES
    return moment.replace(minute=minute, second=0, microsecond=0)


def _accuracy(results: Iterable[bool]) -> Accuracy:
    """Return the accuracy for a list that says of each prediction whether it is right."""
    listed = list(results)
    return Accuracy(len(listed), sum(listed))
