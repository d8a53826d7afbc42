"""The interface of what other versions of the network predict for stored predictions.

They are stored beside the prediction and never replace it. They come from the shadow, a version
that predicts everything new without being shown, and from jobs that predict the history again.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VersionPrediction:
    """What a version predicts for the drawing of a stored prediction.

    id: of the stored prediction. confidence: the lowest of the digits, in [0, 1]. differs: whether
    the stored prediction had another text when this one was made.
    """

    id: UUID
    version: str
    text: str
    confidence: float
    differs: bool


@dataclass(frozen=True, slots=True)
class Shadow:
    """A version that predicts everything new beside the served one until a time.

    by: name of who started it, None if not given.
    """

    version: str
    started: datetime
    until: datetime
    by: str | None = None


class VersionPredictions(ABC):
    """Stores what versions predict. Every method may be called from any thread.

    All methods raise StoreUnavailableError, with a sentence for the user, if the store cannot
    answer now. The rows of a prediction are deleted together with it.
    """

    @abstractmethod
    def save(self, predictions: Sequence[VersionPrediction]) -> None:
        """Store predictions; each replaces an earlier one of the same id and version."""

    @abstractmethod
    def find(self, ids: Sequence[UUID]) -> dict[UUID, tuple[VersionPrediction, ...]]:
        """Return what versions predict for each of up to 500 ids, in the order of their names.

        Ids for which no version has predicted anything are left out.
        """

    @abstractmethod
    def differing(
        self, version: str, limit: int, before: UUID | None = None
    ) -> list[VersionPrediction]:
        """Return those of a version that differ, newest first, of ids older than `before`.

        The stored prediction may have been deleted or have changed since.
        """

    @abstractmethod
    def shadow(self) -> Shadow | None:
        """Return the shadow that was started last; its time may be over."""

    @abstractmethod
    def set_shadow(self, shadow: Shadow | None) -> None:
        """Replace the shadow, None to end it."""
