"""Accuracy on labelled predictions: the true digits, reliability by confidence, and counts."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from db import Filters, PredictionRecord, Store, Summary
from db.statistics import Counts, summarize
from services.access import is_visitor

RELIABILITY_TIME_LIMIT = 2.0  # seconds
MAX_RELIABILITY_PREDICTIONS = 20_000  # the newest labelled ones
BINS = 10
_COUNT_PAGE_SIZE = 500


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


def true_digits(prediction: PredictionRecord) -> str | None:
    """Return the true character of each digit, None where the label does not tell them."""
    if prediction.label is None:
        return None
    label = prediction.label.replace("\n", "")
    return label if len(label) == len(prediction.digits) else None


def reliability(store: Store) -> Reliability:
    """Return how often labelled digits were right, in ten bins of confidence.

    Labels of visitors, and segments with the verdict "not_a_digit", are left out. Stops after
    RELIABILITY_TIME_LIMIT.
    """
    labelled, complete = _labelled_digits(store.export(Filters(labelled=True)))
    digits, right, total = [0] * BINS, [0] * BINS, [0.0] * BINS
    for confidence, is_right in labelled:
        index = min(int(confidence * BINS), BINS - 1)
        digits[index] += 1
        right[index] += is_right
        total[index] += confidence
    bins = tuple(
        ReliabilityBin(
            lowest=index / BINS,
            digits=digits[index],
            right=right[index],
            confidence=total[index] / digits[index] if digits[index] else None,
        )
        for index in range(BINS)
    )
    return Reliability(bins, len(labelled), complete)


def summarize_matching(store: Store, filters: Filters) -> Summary:
    """Return totals over the predictions that match."""
    counts: dict[date, Counts] = {}
    for record in store.export(filters):
        counts.setdefault(record.created.date(), Counts()).add(
            record.text, record.source, record.verdict, record.model, record.label
        )
    return summarize(counts.items())


def _labelled_digits(
    predictions: Iterator[PredictionRecord],
) -> tuple[list[tuple[float, bool]], bool]:
    """Return confidence and correctness of each digit, and whether all predictions were read."""
    deadline = time.monotonic() + RELIABILITY_TIME_LIMIT
    labelled: list[tuple[float, bool]] = []
    for prediction in islice(predictions, MAX_RELIABILITY_PREDICTIONS):
        truths = "" if is_visitor(prediction.labelled_by) else true_digits(prediction) or ""
        for digit, truth in zip(prediction.digits, truths, strict=False):
            if digit.verdict != "not_a_digit":
                labelled.append((digit.confidence, truth == str(digit.value)))
        if time.monotonic() > deadline:
            return labelled, False
    return labelled, next(predictions, None) is None
