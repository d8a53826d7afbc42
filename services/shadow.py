"""The shadow: a version that predicts everything new beside the served one, without being shown.

What it predicts is stored in `Store.version_predictions`; where it differs, reviewers can look.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from db import Filters, PredictionRecord, StoreUnavailableError
from db.version_predictions import Shadow, VersionPrediction
from model import Recognizer
from services.models import DamagedModelError, Models, UnknownModelError
from services.predictions import PredictionService
from services.version_predictions import predict_stored

MAX_DAYS = 30
POLL_SECONDS = 3.0  # between two looks at which version is the shadow
_SETTLE_SECONDS = 2.0  # a drawing is saved again with every stroke; only the last counts
_CATCH_UP_SECONDS = 60.0
_CATCH_UP_PREDICTIONS = 200
_MAX_WAITING = 1000  # what does not fit is found by the next catching up
_BATCH = 20

_log = logging.getLogger(__name__)


def start_shadow(service: PredictionService, version: str, days: int, by: str | None) -> Shadow:
    """Let a version predict everything new for some days, in place of an earlier shadow.

    Raises UnknownModelError, DamagedModelError, StoreUnavailableError.
    """
    Models(service).recognizer_of(version)  # fails before anything changes
    started = _now()
    shadow = Shadow(version, started, started + timedelta(days=days), by)
    service.store.version_predictions.set_shadow(shadow)
    return shadow


def end_shadow(service: PredictionService) -> None:
    """End the shadow; what it has predicted stays. Raises StoreUnavailableError."""
    service.store.version_predictions.set_shadow(None)


def active_shadow(service: PredictionService) -> Shadow | None:
    """Return the shadow that predicts at the moment. Raises StoreUnavailableError."""
    shadow = service.store.version_predictions.shadow()
    if shadow is None or shadow.until <= datetime.now(UTC):
        return None
    return None if shadow.version == service.recognizer.version else shadow


class ShadowPredictor:
    """A thread that predicts, with the shadow, what this process saves.

    It takes half of a processor at most. What a process has not predicted when it ends is found by
    the others, or by the next one: every minute they look for new predictions that are missing.
    """

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._models = Models(service)
        self._recognizer: Recognizer | None = None  # of the shadow
        self._started: datetime | None = None
        self._refused: str | None = None  # version that cannot be loaded; reported once
        self._waiting: dict[object, tuple[float, PredictionRecord]] = {}  # by id, with when saved
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def start(self) -> None:
        """Predict in a thread what the service saves from now on."""
        self._service.on_saved = self.submit
        threading.Thread(target=self._run, name="shadow", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._service.on_saved = None
        self._stop.set()

    def submit(self, record: PredictionRecord) -> None:
        """Predict a saved prediction soon; if it is saved again before, only as it is then."""
        if self._recognizer is None:
            return
        with self._lock:
            self._waiting.pop(record.id, None)
            if len(self._waiting) < _MAX_WAITING:
                self._waiting[record.id] = (time.monotonic(), record)

    def take_up(self) -> None:
        """Load the version that is the shadow now. Raises StoreUnavailableError."""
        shadow = active_shadow(self._service)
        if shadow is None:
            self._recognizer = None
            with self._lock:
                self._waiting.clear()
            return
        self._started = shadow.started
        current = self._recognizer
        if shadow.version in (current and current.version, self._refused):
            return
        try:
            self._recognizer = self._models.recognizer_of(shadow.version)
        except (UnknownModelError, DamagedModelError):
            self._recognizer, self._refused = None, shadow.version
            _log.exception("The network %s is the shadow, but cannot be loaded.", shadow.version)
        else:
            self._refused = None
            _log.info("The network %s predicts as the shadow.", shadow.version)

    def catch_up(self) -> None:
        """Submit the newest predictions that the shadow has not predicted.

        Raises StoreUnavailableError.
        """
        recognizer, started = self._recognizer, self._started
        if recognizer is None or started is None:
            return
        store = self._service.store
        filters = Filters(since=started)
        records = store.page(_CATCH_UP_PREDICTIONS, None, filters, with_drawing=True).items
        known = store.version_predictions.find([record.id for record in records])
        for record in records:
            if all(item.version != recognizer.version for item in known.get(record.id, ())):
                self.submit(record)

    def predict_waiting(self, saved_before: float) -> None:
        """Predict some of what was saved before a time of time.monotonic() and store it.

        Raises StoreUnavailableError; what was not stored is found by the next catching up.
        """
        recognizer = self._recognizer
        if recognizer is None:
            return
        predictions: list[VersionPrediction] = []
        for record in self._take(saved_before):
            started = time.monotonic()
            prediction = predict_stored(recognizer, record)
            if prediction is not None:
                predictions.append(prediction)
            self._stop.wait(time.monotonic() - started)
        if predictions:
            self._service.store.version_predictions.save(predictions)

    def _take(self, saved_before: float) -> list[PredictionRecord]:
        with self._lock:
            due = [id for id, (saved, _) in self._waiting.items() if saved < saved_before]
            return [self._waiting.pop(id)[1] for id in due[:_BATCH]]

    def _run(self) -> None:
        pause = POLL_SECONDS / 4
        polled = caught_up = 0.0
        while not self._stop.wait(pause):
            now = time.monotonic()
            if now - polled > POLL_SECONDS:
                polled = now
                self._try(self.take_up)
            if now - caught_up > _CATCH_UP_SECONDS and self._recognizer is not None:
                caught_up = now
                self._try(self.catch_up)
            self._try(lambda: self.predict_waiting(time.monotonic() - _SETTLE_SECONDS))

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except StoreUnavailableError:
            pass  # the history's health reports the store
        except Exception:
            _log.exception("The shadow cannot predict.")


def _now() -> datetime:
    """Return the time in UTC to the millisecond, which is what Cassandra's timestamps hold."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
