"""The interface of the history, the same for SQLite and Cassandra."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import RFC_4122, UUID

from db.model_registry import ModelRegistry
from db.records import (
    ANY_LABEL,
    LabelVersion,
    PredictionColumns,
    PredictionRecord,
    Source,
    Verdict,
    character_pairs,
)
from db.training_jobs import TrainingJobs
from db.version_predictions import VersionPredictions


class StoreUnavailableError(Exception):
    """The store cannot answer now (for a save: it can neither store nor queue the prediction)."""


class InvalidCursorError(ValueError):
    """A page cursor that was not issued by this history."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which predictions to return; None means any. All that are set must match.

    text: the whole predicted text. digit: 0-9, anywhere in the predicted text. min_confidence,
    max_confidence: bounds, inclusive. labelled: has a label. wrong: has a label that differs from
    the text (False: has a label that equals it). label: the whole label. confused: (true,
    predicted), a cell of the confusion matrix: the label is as long as the text, line feeds left
    out, and they have this pair of characters at the same index. differs: a version that predicts
    another text (db/version_predictions.py). since: created at or after. until: created before.
    """

    text: str | None = None
    digit: int | None = None
    source: Source | None = None
    verdict: Verdict | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    labelled: bool | None = None
    wrong: bool | None = None
    label: str | None = None
    confused: tuple[str, str] | None = None
    differs: str | None = None
    model: str | None = None
    owner: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def match(self, prediction: PredictionRecord | PredictionColumns) -> bool:
        """Return whether a prediction matches all filters, `differs` left out."""
        label = prediction.label
        wrong = None if label is None else label != prediction.text
        return (
            (self.text is None or prediction.text == self.text)
            and (self.digit is None or str(self.digit) in prediction.text)
            and (self.source is None or prediction.source == self.source)
            and (self.verdict is None or prediction.verdict == self.verdict)
            and (self.min_confidence is None or prediction.confidence >= self.min_confidence)
            and (self.max_confidence is None or prediction.confidence <= self.max_confidence)
            and (self.labelled is None or (label is not None) == self.labelled)
            and (self.wrong is None or wrong == self.wrong)
            and (self.label is None or label == self.label)
            and (
                self.confused is None
                or self.confused in character_pairs(label or "", prediction.text)
            )
            and (self.model is None or prediction.model == self.model)
            and (self.owner is None or prediction.owner == self.owner)
            and (self.since is None or prediction.created >= self.since)
            and (self.until is None or prediction.created < self.until)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Predictions, newest first, and the cursor of the next page (None: this is the last page).

    complete: False if Cassandra cannot be reached and only predictions in the outbox are shown, or
    if the outbox cannot be read and its changes are missing.
    """

    items: tuple[PredictionRecord, ...]
    next: str | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class CountResult:
    """How many predictions match filters; at least `count` of them if not `complete`."""

    count: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many labelled predictions there are, and how many of them are right."""

    labelled: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of the whole history.

    digits: how often each digit 0-9 was predicted. sources, verdicts, models, days: predictions for
    each ("2026-11-23" for a day, UTC). confusion: (true, predicted) digit pairs of labelled
    predictions whose label is as long as the text; "?" stands for a symbol that is not a digit.
    by_model, by_day: accuracy of the labelled ones. days_by_model, days_by_source: predictions of
    each day, by model and by source.
    """

    total: int
    digits: dict[int, int]
    sources: dict[str, int]
    verdicts: dict[str, int]
    models: dict[str, int]
    days: dict[str, int]
    accuracy: Accuracy
    confusion: dict[tuple[str, str], int]
    by_model: dict[str, Accuracy] = field(default_factory=dict)
    by_day: dict[str, Accuracy] = field(default_factory=dict)
    days_by_model: dict[str, dict[str, int]] = field(default_factory=dict)
    days_by_source: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the store.

    reachable: the store answers. accepting: a save would be stored or queued. degraded: saves are
    stored, but some other requests fail. outbox: predictions queued for the store. detail: a
    sentence about what is wrong, None if nothing is.
    """

    store: Literal["sqlite", "cassandra"]
    reachable: bool
    accepting: bool = True
    degraded: bool = False
    outbox: int = 0
    detail: str | None = None


def validate_limit(limit: int) -> int:
    """Return the limit of a page. Raises ValueError unless it is 1-500."""
    if not 1 <= limit <= 500:
        raise ValueError(f"A page holds 1 to 500 predictions, not {limit}.")
    return limit


def validate_id(prediction: PredictionRecord) -> UUID:
    """Return the prediction's id. Raises ValueError unless it is a version 1 UUID."""
    if prediction.id.version != 1 or prediction.id.variant != RFC_4122:
        raise ValueError(f"The id of a prediction is a version 1 UUID, not {prediction.id}.")
    return prediction.id


class Store(ABC):
    """Stores predictions. Every method may be called from any thread.

    All methods but `health` and `close` raise StoreUnavailableError, with a sentence for the user,
    if they cannot give a correct answer; `page`, and `count` with a time limit, return an
    incomplete result and mark it as such.

    training_jobs: the trainings that reviewers requested. models: the networks and which one is
    served. version_predictions: what other networks predict. All are in the same place.
    """

    training_jobs: TrainingJobs
    models: ModelRegistry
    version_predictions: VersionPredictions

    @abstractmethod
    def save(self, prediction: PredictionRecord) -> None:
        """Store a prediction durably; an existing one keeps its label and corrections.

        Raises StoreUnavailableError if it can neither be stored nor queued.
        """

    @abstractmethod
    def get(self, id: UUID) -> PredictionRecord | None:
        """Return the prediction, or None if there is none with that id."""

    @abstractmethod
    def page(
        self,
        limit: int = 50,
        before: str | None = None,
        filters: Filters = Filters(),
        *,
        with_drawing: bool = False,
    ) -> Page:
        """Return up to `limit` (1-500) predictions, newest first, older than the cursor `before`.

        with_drawing: with strokes, embedding and corrections, which are left out otherwise.
        Raises InvalidCursorError if the cursor was not issued by this history.
        """

    @abstractmethod
    def count(self, filters: Filters = Filters(), *, seconds: float | None = None) -> CountResult:
        """Count the predictions that match, without reading their images.

        seconds: stop after about this time with what has been counted by then; also count only the
        outbox if Cassandra cannot be reached. None: an exact count, or StoreUnavailableError.
        """

    @abstractmethod
    def label(
        self,
        id: UUID,
        text: str | None,
        by: str | None = None,
        *,
        replaces: LabelVersion = ANY_LABEL,
    ) -> PredictionRecord | None:
        """Set the label (None removes it) and return the prediction, None if there is none.

        The earlier labels stay among the corrections. replaces: `labelled_at` of the label that
        its author saw, None for no label; raises LabelConflictError if it has another by now.
        """

    @abstractmethod
    def delete(self, id: UUID) -> bool:
        """Delete a prediction; return whether it existed."""

    @abstractmethod
    def delete_owner(self, owner: str) -> int:
        """Delete all predictions of an owner, many in one transaction; return how many."""

    @abstractmethod
    def similar(
        self, id: UUID, limit: int = 12, owner: str | None = None
    ) -> list[tuple[PredictionRecord, float]]:
        """Return the most similar other predictions with their cosine similarity, best first.

        owner: only predictions of this owner.
        """

    @abstractmethod
    def summary(self) -> Summary:
        """Return statistics of the whole history."""

    @abstractmethod
    def export(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        """Yield all predictions that match, newest first, in constant memory."""

    @abstractmethod
    def embeddings(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        """Yield as `export` does, without image, strokes and corrections: thousands in a second."""

    def flush(self, seconds: float) -> bool:
        """Wait until queued changes are in the store; return False if that takes longer."""
        del seconds
        return True

    @abstractmethod
    def restore(self, predictions: Sequence[PredictionRecord]) -> None:
        """Write predictions with label and corrections to the store itself, to copy a history."""

    @abstractmethod
    def health(self) -> Health:
        """Return the state of the store within two seconds; never raises."""

    @abstractmethod
    def close(self) -> None:
        """Close files and connections; the store cannot be used afterwards."""
