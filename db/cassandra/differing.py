"""Read the predictions for which another version predicts another text."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from uuid import UUID

from db.ids import first_position, id_at_position
from db.records import PredictionRecord
from db.store import CountResult, Filters
from db.version_predictions import VersionPredictions

_BATCH = 100


class DifferingPredictions:
    """Goes through the ids of those that differ, newest first; they are few.

    get: returns a prediction with the changes that are queued in the outbox.
    """

    def __init__(
        self,
        version_predictions: VersionPredictions,
        get: Callable[[UUID], PredictionRecord | None],
    ) -> None:
        self._version_predictions = version_predictions
        self._get = get

    def newest(self, limit: int, before: bytes | None, filters: Filters) -> list[PredictionRecord]:
        """Return up to `limit` matching predictions, newest first, at positions below `before`.

        Raises StoreUnavailableError.
        """
        return list(islice(self._matching(before, filters), limit))

    def count(self, filters: Filters, seconds: float | None) -> CountResult:
        """Count as Store.count does. Raises StoreUnavailableError."""
        deadline = None if seconds is None else time.monotonic() + seconds
        total = 0
        for total, _ in enumerate(self._matching(None, filters), start=1):
            if deadline is not None and time.monotonic() > deadline:
                return CountResult(total, complete=False)
        return CountResult(total)

    def _matching(self, before: bytes | None, filters: Filters) -> Iterator[PredictionRecord]:
        below = None if before is None else id_at_position(before)
        if filters.until is not None:
            until = first_position(filters.until)
            below = id_at_position(until if before is None else min(before, until))
        while True:
            items = self._version_predictions.differing(filters.differs or "", _BATCH, below)
            for item in items:
                record = self._get(item.id)
                if record is None or record.text == item.text:  # deleted, or changed since
                    continue
                if filters.since is not None and record.created < filters.since:
                    return
                if filters.match(record):
                    yield record
            if len(items) < _BATCH:
                return
            below = items[-1].id
