"""Predict the whole history with a version of the network, beside what is stored."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from db import Filters, PredictionRecord, Store
from db.training_jobs import JobProgress, TrainingJob
from db.version_predictions import VersionPrediction
from model import Recognizer
from services.version_predictions import predict_stored

_BATCH = 50  # predictions that are saved together
_MAX_LOAD = 0.5  # of a processor: the rest of the time is left to what is drawn now
_SECONDS_BETWEEN_LOGS = 10.0

_log = logging.getLogger(__name__)


@dataclass
class HistoryPrediction:
    """Predicts everything that was stored before the job was submitted, newest first.

    What the version has predicted already is left out, so that an interrupted job goes on where it
    was, with any trainer. wait: sleeps for some seconds; raises if the job is to stop.
    report: stores the progress, at once if the second argument is true, and renews the lease;
    raises if the job was cancelled.
    """

    store: Store
    job: TrainingJob
    recognizer: Recognizer
    wait: Callable[[float], None]
    report: Callable[[JobProgress, bool], None]

    def __post_init__(self) -> None:
        self._filters = Filters(until=self.job.created)
        self._total = 1
        self._done = self._predicted = self._differing = 0
        self._progress = replace(self.job.progress, step="predict")
        self._logged_at = 0.0

    def run(self) -> None:
        """Predict everything. Raises StoreUnavailableError; calling it again goes on."""
        self._total = max(1, self._done + self.store.count(self._filters).count)
        records = self.store.export(self._filters)
        while batch := list(islice(records, _BATCH)):
            started = time.monotonic()
            self._predict(batch)
            # The next one was created at the same time at the latest.
            self._filters = Filters(until=batch[-1].created + timedelta(microseconds=1))
            self._done += len(batch)
            self._show_progress()
            self.wait((time.monotonic() - started) * (1 / _MAX_LOAD - 1))
        self._show_progress(is_last=True)

    def _predict(self, records: Sequence[PredictionRecord]) -> None:
        known = self.store.version_predictions.find([record.id for record in records])
        version = self.recognizer.version
        predictions: list[VersionPrediction] = []
        for record in records:
            is_known = any(item.version == version for item in known.get(record.id, ()))
            if record.model == version or is_known:
                continue
            prediction = predict_stored(self.recognizer, record)
            if prediction is not None:
                predictions.append(prediction)
        if predictions:
            self.store.version_predictions.save(predictions)
        self._predicted += len(predictions)
        self._differing += sum(prediction.differs for prediction in predictions)

    def _show_progress(self, *, is_last: bool = False) -> None:
        fraction = 1.0 if is_last else min(self._done / self._total, 0.99)
        self._progress = replace(self._progress, fraction=fraction)
        if is_last or time.monotonic() - self._logged_at > _SECONDS_BETWEEN_LOGS:
            self._logged_at = time.monotonic()
            line = (
                f"{self._done} of {self._total} drawings; {self._predicted} predicted in this run, "
                f"{self._differing} of them differ"
            )
            _log.info("Prediction of the history with %s: %s", self.recognizer.version, line)
            self._progress = replace(self._progress, log=(*self._progress.log, line)).shortened()
        self.report(self._progress, is_last)
