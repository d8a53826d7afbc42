"""The prediction service: from a drawing or an image to a stored prediction."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Lock
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from core.concurrency_limit import ConcurrencyLimiter
from core.metrics import PREDICTION_SECONDS, STORE_ERRORS
from core.settings import Settings, get_settings
from core.signing import signing_secret
from db import (
    DigitPredictionRecord,
    PredictionRecord,
    Source,
    Store,
    StoreUnavailableError,
    new_id,
    open_store,
)
from db.codec import pack_strokes
from db.ids import keyed_id, sibling_id
from model import Prediction, Recognizer, decode_image

Strokes = Sequence[NDArray[np.floating]]
Points = tuple[tuple[float, float], ...]

# Thumbnails are lines on white: PNG's filters would make them larger and slower to encode.
_PNG_PARAMETERS = [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]

# More images at a time would not be faster on a few processors, and each may take 200 MB.
_IMAGES_RUNNING, _IMAGES_WAITING = 2, 8
# Drawings take milliseconds; how many can wait is bounded by the callers' threads.
_DRAWINGS_RUNNING, _DRAWINGS_WAITING = 4, 256

_service_lock = Lock()


@dataclass(frozen=True, slots=True)
class PredictionResult:
    """A prediction of the model, its record for the history, and whether that was saved."""

    prediction: Prediction
    record: PredictionRecord
    saved: bool


class PredictionService:
    """Recognizes drawings and images and saves the predictions. Thread-safe.

    recognizer: loaded here if None.
    """

    def __init__(self, settings: Settings, recognizer: Recognizer | None = None) -> None:
        self.settings = settings
        self.recognizer = recognizer or Recognizer.load()
        self.store: Store = open_store(settings)
        self._image_limiter = ConcurrencyLimiter(_IMAGES_RUNNING, _IMAGES_WAITING)
        self._drawing_limiter = ConcurrencyLimiter(_DRAWINGS_RUNNING, _DRAWINGS_WAITING)

    def predict_strokes(
        self,
        strokes: Strokes,
        *,
        save: bool = True,
        source: Source = "pad",
        id: UUID | None = None,
        owner: str | None = None,
    ) -> PredictionResult:
        """Recognize pen strokes, each (n, 2) of x and y in pixels, y down.

        The same `id` again replaces the stored prediction, unless that has a label: the label is
        for the strokes that its author saw, so that others are saved under another id, the same
        one each time. A blank drawing is never saved.
        Raises model.InputError for invalid strokes, BusyError if too many drawings are waiting,
        db.StoreUnavailableError when the prediction can neither be stored nor queued.
        """
        with self._drawing_limiter.slot(), PREDICTION_SECONDS.labels("strokes").time():
            prediction = self.recognizer.predict_strokes(strokes)
        drawing = tuple(
            tuple((x, y) for x, y in np.asarray(stroke, float).tolist())
            for stroke in strokes
            if len(stroke)
        )
        save = save and bool(drawing)
        while save and id is not None and self._has_label(id, drawing):
            id = sibling_id(id)
        record = self._record(prediction, source, id, owner, drawing)
        return self._result(prediction, record, save)

    def predict_image(
        self,
        content: bytes,
        *,
        save: bool = True,
        source: Source = "upload",
        id: UUID | None = None,
        owner: str | None = None,
    ) -> PredictionResult:
        """Recognize an image file of any common format; raises as `predict_strokes` does."""
        with self._image_limiter.slot(), PREDICTION_SECONDS.labels("image").time():
            prediction = self.recognizer.predict_image(decode_image(content))
        record = self._record(prediction, source, id, owner, ())
        return self._result(prediction, record, save)

    def drawing_id(self, key: str, began: datetime, owner: str | None) -> UUID:
        """Return the id of the drawing that a browser calls `key`, on every replica the same.

        Nothing needs to be stored to find it again. No other owner's drawing can have this id.
        """
        name = f"{owner or ''} {key} {began.isoformat()}"
        return keyed_id(began, hmac.digest(self._drawing_secret, name.encode(), "sha256")[:8])

    @cached_property
    def _drawing_secret(self) -> bytes:
        return hmac.digest(signing_secret(self.settings), b"drawing ids", "sha256")

    def close(self) -> None:
        """Flush and close the history."""
        self.store.close()

    def _has_label(self, id: UUID, drawing: tuple[Points, ...]) -> bool:
        """Return whether other strokes are stored under this id, and have a label."""
        try:
            stored = self.store.get(id)
        except StoreUnavailableError:
            return False  # saving is still possible: the outbox takes it
        if stored is None or stored.label is None:
            return False
        return pack_strokes(stored.strokes) != pack_strokes(drawing)

    def _result(
        self, prediction: Prediction, record: PredictionRecord, save: bool
    ) -> PredictionResult:
        if save:
            with STORE_ERRORS.count_exceptions(StoreUnavailableError):
                self.store.save(record)
        return PredictionResult(prediction, record, save)

    def _record(
        self,
        prediction: Prediction,
        source: Source,
        id: UUID | None,
        owner: str | None,
        strokes: tuple[Points, ...],
    ) -> PredictionRecord:
        return PredictionRecord(
            id=id or new_id(),
            text=prediction.text,
            source=source,
            model=self.recognizer.version,
            digits=tuple(
                DigitPredictionRecord(
                    value=digit.value,
                    verdict=digit.verdict,
                    confidence=float(digit.confidence),
                    probabilities=tuple(map(float, digit.probabilities)),
                    box=digit.box,
                    glyph=digit.glyph.tobytes(),
                )
                for digit in prediction.digits
            ),
            image=_encode_png(prediction.image),
            strokes=strokes,
            embedding=_mean_embedding(prediction),
            owner=owner,
        )


def _encode_png(image: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".png", image, _PNG_PARAMETERS)[1].tobytes()


def _mean_embedding(prediction: Prediction) -> tuple[float, ...]:
    """Return the mean of the digits' embeddings at unit length, () for a blank prediction."""
    if not prediction.digits:
        return ()
    if len(prediction.digits) == 1:
        return tuple(prediction.digits[0].embedding.tolist())
    mean = np.mean([digit.embedding for digit in prediction.digits], axis=0)
    length = float(np.linalg.norm(mean))
    return tuple(map(float, mean / length)) if length else ()


@lru_cache
def _cached_service() -> PredictionService:
    return PredictionService(get_settings())


def get_service() -> PredictionService:
    """Return the service of the process, created on first use by the first thread that calls."""
    with _service_lock:  # lru_cache alone would let two threads create one each
        return _cached_service()
