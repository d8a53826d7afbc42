"""From ink to a kept prediction: the one way that the page and HTTP share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from core.concurrency_limit import ConcurrencyLimiter
from core.metrics import PREDICTION_SECONDS, STORE_ERRORS
from core.settings import Settings, get_settings
from db import (
    DigitPredictionRecord,
    PredictionRecord,
    Source,
    Store,
    StoreUnavailableError,
    new_id,
    open_store,
)
from model import Prediction, Recognizer, decode_image

Strokes = Sequence[NDArray[np.floating]]

# Lines on white paper: what PNG's filters would add to them takes room and time.
_UNFILTERED = [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]

# More at a time are no faster on the few processors there are, and each may take 200 MB.
_PICTURES_AT_ONCE, _PICTURES_WAITING = 2, 8
# Drawings take milliseconds; the threads that ask bound how many can wait.
_DRAWINGS_AT_ONCE, _DRAWINGS_WAITING = 4, 256

_making = Lock()


@dataclass(frozen=True, slots=True)
class PredictionResult:
    """What was read, as the model says it and as the history keeps it, and whether it was kept."""

    prediction: Prediction
    record: PredictionRecord
    saved: bool


class PredictionService:
    """Reads ink and keeps what was read. Safe to use from any thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.recognizer = Recognizer.load()
        self.store: Store = open_store(settings)
        self._pictures = ConcurrencyLimiter(_PICTURES_AT_ONCE, _PICTURES_WAITING)
        self._drawings = ConcurrencyLimiter(_DRAWINGS_AT_ONCE, _DRAWINGS_WAITING)

    def predict_strokes(
        self,
        strokes: Strokes,
        *,
        save: bool = True,
        source: Source = "pad",
        id: UUID | None = None,
        owner: str | None = None,
    ) -> PredictionResult:
        """Read pen strokes, each (n, 2) of x and y in pixels, y down.

        The same `id` again replaces what was kept under it. A pad without ink is never kept.
        Raises model.InputError for strokes that cannot be read, BusyError where too many wait to
        be read, db.StoreUnavailableError when the reading can neither be stored nor queued.
        """
        with self._drawings.slot(), PREDICTION_SECONDS.labels("strokes").time():
            reading = self.recognizer.predict_strokes(strokes)
        inked = [stroke for stroke in strokes if len(stroke)]
        paths = tuple(tuple((x, y) for x, y in np.asarray(s, float).tolist()) for s in inked)
        prediction = self._prediction(reading, source, id, owner, paths)
        return self._keep(reading, prediction, save and bool(paths))

    def predict_image(
        self,
        content: bytes,
        *,
        save: bool = True,
        source: Source = "upload",
        id: UUID | None = None,
        owner: str | None = None,
    ) -> PredictionResult:
        """Read a picture file of any common format; raises as `predict_strokes` does."""
        with self._pictures.slot(), PREDICTION_SECONDS.labels("picture").time():
            reading = self.recognizer.predict_image(decode_image(content))
        return self._keep(reading, self._prediction(reading, source, id, owner, ()), save)

    def close(self) -> None:
        """Flush and close the history."""
        self.store.close()

    def _keep(
        self, reading: Prediction, prediction: PredictionRecord, save: bool
    ) -> PredictionResult:
        if save:
            with STORE_ERRORS.count_exceptions(StoreUnavailableError):
                self.store.save(prediction)
        return PredictionResult(reading, prediction, save)

    def _prediction(
        self,
        reading: Prediction,
        source: Source,
        id: UUID | None,
        owner: str | None,
        strokes: tuple[tuple[tuple[float, float], ...], ...],
    ) -> PredictionRecord:
        return PredictionRecord(
            id=id or new_id(),
            text=reading.text,
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
                for digit in reading.digits
            ),
            image=_png(reading.image),
            strokes=strokes,
            embedding=_whole_embedding(reading),
            owner=owner,
        )


def _png(image: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".png", image, _UNFILTERED)[1].tobytes()


def _whole_embedding(reading: Prediction) -> tuple[float, ...]:
    """The mean direction of the digits' embeddings, so that a number has a place of its own too."""
    if not reading.digits:
        return ()
    if len(reading.digits) == 1:
        return tuple(reading.digits[0].embedding.tolist())
    mean = np.mean([digit.embedding for digit in reading.digits], axis=0)
    length = float(np.linalg.norm(mean))
    return tuple(map(float, mean / length)) if length else ()


@lru_cache
def _service() -> PredictionService:
    return PredictionService(get_settings())


def get_service() -> PredictionService:
    """The process's service, made on first use by whichever thread asks first."""
    with _making:
        return _service()
