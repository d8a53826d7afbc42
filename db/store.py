"""The history as everyone else sees it: one interface, whatever store is behind it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import RFC_4122, UUID

from db.records import PredictionRecord, Source, Verdict


class StoreUnavailableError(Exception):
    """The history cannot answer now (for a save: it can neither be stored nor queued)."""


class InvalidCursorError(ValueError):
    """A cursor that this history did not give out."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which predictions to show; None means any. All that are set must hold.

    text: read exactly so. digit: 0-9, anywhere in the text as read. min_confidence, max_confidence:
    bounds, inclusive. labelled: has a label. wrong: has a label that differs from the text (False:
    has a label that agrees). label: labelled exactly so. confused: (true, read), a cell of the
    confusion matrix: the label is as long as the text, line feeds left out, and they have this pair
    of characters at some place. since: created at or after. until: created before.
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
    model: str | None = None
    owner: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fit(self, prediction: PredictionRecord) -> bool:
        """Whether a prediction is one of those asked for."""
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
            and (self.confused is None or self.confused in _pairs(label or "", prediction.text))
            and (self.model is None or prediction.model == self.model)
            and (self.owner is None or prediction.owner == self.owner)
            and (self.since is None or prediction.created >= self.since)
            and (self.until is None or prediction.created < self.until)
        )


def _pairs(label: str, text: str) -> set[tuple[str, str]]:
    truth, read = label.replace("\n", ""), text.replace("\n", "")
    return set(zip(truth, read, strict=True)) if len(truth) == len(read) else set()


@dataclass(frozen=True, slots=True)
class Page:
    """Predictions, newest first, and the cursor of the page after it (None: this is the last).

    complete: False where Cassandra could not be asked and only readings that wait for it are shown.
    """

    items: tuple[PredictionRecord, ...]
    next: str | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many labelled predictions there are and how many of them were read right."""

    labelled: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals over the history.

    digits: how often each digit 0-9 was read. sources, verdicts, models, days: predictions for each
    ("2026-11-23" for a day, UTC). confusion: (true, read) digit pairs of labelled predictions whose
    label is as long as the text; "?" stands for no digit. by_model, by_day: accuracy on labelled
    ones.
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


@dataclass(frozen=True, slots=True)
class Health:
    """How the history is.

    reachable: the store answers. accepting: a save would be stored or queued. outbox: predictions
    that wait to reach the store. detail: one sentence for people where something is the matter.
    """

    store: Literal["sqlite", "cassandra"]
    reachable: bool
    accepting: bool = True
    outbox: int = 0
    detail: str | None = None


def checked_limit(limit: int) -> int:
    """The limit of a page; raises ValueError unless it is 1-500."""
    if not 1 <= limit <= 500:
        raise ValueError(f"A page holds 1 to 500 readings, not {limit}.")
    return limit


def checked_id(prediction: PredictionRecord) -> UUID:
    """The prediction's id; raises ValueError unless it is a version 1 UUID."""
    if prediction.id.version != 1 or prediction.id.variant != RFC_4122:
        raise ValueError(f"A reading's id is a version 1 UUID, not {prediction.id}.")
    return prediction.id


class Store(ABC):
    """Keeps predictions. Every method may be called from any thread.

    Every method but `health` and `close` raises StoreUnavailableError, with a sentence for people,
    where it cannot answer truly; `page` shows what there is and says that it is not complete.
    """

    @abstractmethod
    def save(self, prediction: PredictionRecord) -> None:
        """Keep a prediction durably; the same id again replaces all but its label and corrections.

        Raises StoreUnavailableError when it can neither be stored nor queued.
        """

    @abstractmethod
    def get(self, id: UUID) -> PredictionRecord | None:
        """The prediction, or None."""

    @abstractmethod
    def page(
        self,
        limit: int = 50,
        before: str | None = None,
        filters: Filters = Filters(),
        *,
        with_drawing: bool = False,
    ) -> Page:
        """Up to `limit` (1-500) predictions, newest first, older than the cursor `before`.

        They come without strokes, embedding and corrections, unless `whole` asks for these too.
        Raises InvalidCursorError for a cursor this history did not give out.
        """

    @abstractmethod
    def label(self, id: UUID, text: str | None, by: str | None = None) -> PredictionRecord | None:
        """Say what it truly was (None takes it back); the prediction as it is now.

        What was said before stays among its corrections.
        None where no prediction has that id.
        """

    @abstractmethod
    def delete(self, id: UUID) -> bool:
        """Forget a prediction; whether there was one."""

    @abstractmethod
    def similar(self, id: UUID, limit: int = 12) -> list[tuple[PredictionRecord, float]]:
        """The most similar other predictions, each with its cosine similarity, best first."""

    @abstractmethod
    def summary(self) -> Summary:
        """Totals over the whole history."""

    @abstractmethod
    def export(self, filters: Filters = Filters()) -> Iterator[PredictionRecord]:
        """All predictions that fit, newest first, in constant memory."""

    def flush(self, seconds: float) -> bool:
        """Wait until what was saved stands in the store itself; whether it does by then."""
        del seconds
        return True

    @abstractmethod
    def restore(self, predictions: Sequence[PredictionRecord]) -> None:
        """Keep predictions as they are, label and all, in the store itself; to move a history."""

    @abstractmethod
    def health(self) -> Health:
        """How the history is; never raises and answers within two seconds."""

    @abstractmethod
    def close(self) -> None:
        """Release files and connections; the history cannot be used afterwards."""
