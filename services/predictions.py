"""The prediction service: from a drawing or an image to a stored prediction."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Lock, RLock
from uuid import UUID

import cv2
import numpy as np
from numpy.typing import NDArray

from core.concurrency_limit import ConcurrencyLimiter
from core.metrics import PREDICTION_SECONDS, STORE_ERRORS
from core.settings import Settings, get_settings
from core.signing import signing_secret
from db import (
    ANY_LABEL,
    DigitPredictionRecord,
    LabelVersion,
    PredictionRecord,
    Source,
    Store,
    StoreUnavailableError,
    new_id,
    open_store,
)
from db.codec import pack_strokes
from db.ids import keyed_id, sibling_id
from model import Prediction, Recognizer, decode_frame, decode_image, decode_pages
from model.feature_maps import FeatureMaps
from model.preprocessing.normalize import Glyph
from services.access import is_visitor
from services.most_useful import MostUsefulPredictions

Strokes = Sequence[NDArray[np.floating]]
Points = tuple[tuple[float, float], ...]

# For file choosers; browsers do not know HEIC as an image everywhere.
ACCEPTED_FILES = "image/*,.heic,.heif,application/pdf"

# Thumbnails are lines on white: PNG's filters would make them larger and slower to encode.
_PNG_PARAMETERS = [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]

# More images at a time would not be faster on a few processors, and each may take 200 MB.
_IMAGES_RUNNING, _IMAGES_WAITING = 2, 8
# Frames of live cameras: apart from files, which they must not hold up.
_FRAMES_RUNNING, _FRAMES_WAITING = 1, 8
# Drawings take milliseconds; how many can wait is bounded by the callers' threads.
_DRAWINGS_RUNNING, _DRAWINGS_WAITING = 4, 256

_service_lock = Lock()


class LabelledByReviewerError(Exception):
    """A visitor may not change the label that a reviewer gave."""


@dataclass(frozen=True, slots=True)
class PredictionResult:
    """A prediction of the model, its record for the history, and whether that was saved."""

    prediction: Prediction
    record: PredictionRecord
    saved: bool


@dataclass(frozen=True, slots=True)
class FileResult:
    """The predictions of a file's pages, in their order; an image has one page.

    pages: of all pages. Blank pages are not saved, unless the whole file is blank.
    """

    pages: tuple[PredictionResult, ...]

    @property
    def written_indices(self) -> list[int]:
        """The indices of the pages that are not blank; of the first page if all are."""
        return _written_indices([page.prediction for page in self.pages])

    @property
    def written(self) -> list[PredictionResult]:
        """The pages that are not blank; the first page if all are."""
        return [self.pages[index] for index in self.written_indices]

    @property
    def text(self) -> str:
        """The texts of the pages that are not blank, joined by form feeds."""
        return "\f".join(page.record.text for page in self.written)


@dataclass(frozen=True, slots=True)
class InsideView:
    """What a network computes for a glyph.

    outcomes: as of `Recognizer.outcomes`. is_served: whether it is the network that is served.
    """

    maps: FeatureMaps
    outcomes: NDArray[np.float32]
    is_served: bool


class PredictionService:
    """Recognizes drawings and images and saves the predictions. Thread-safe.

    recognizer: loaded here if None. It is replaced as a whole when another network is adopted, so
    that a prediction that has begun ends with the network it began with (services/models.py).
    on_saved: called with every saved prediction.
    """

    def __init__(self, settings: Settings, recognizer: Recognizer | None = None) -> None:
        self.settings = settings
        self.committed_recognizer = recognizer or Recognizer.load()
        self.recognizer = self.committed_recognizer
        self.adoption_lock = RLock()  # of what replaces the recognizer
        self.store: Store = open_store(settings)
        self.most_useful = MostUsefulPredictions(
            self.store, settings, self.committed_recognizer.version
        )
        self.on_saved: Callable[[PredictionRecord], None] | None = None
        self._image_limiter = ConcurrencyLimiter(_IMAGES_RUNNING, _IMAGES_WAITING)
        self._frame_limiter = ConcurrencyLimiter(_FRAMES_RUNNING, _FRAMES_WAITING)
        self._drawing_limiter = ConcurrencyLimiter(_DRAWINGS_RUNNING, _DRAWINGS_WAITING)

    def predict_strokes(
        self,
        strokes: Strokes,
        *,
        save: bool = True,
        source: Source = "pad",
        id: UUID | None = None,
        owner: str | None = None,
        is_first: bool = False,
    ) -> PredictionResult:
        """Recognize pen strokes, each (n, 2) of x and y in pixels, y down.

        The same `id` again replaces the stored prediction, unless that has a label: the label is
        for the strokes that its author saw, so that others are saved under another id, the same one
        each time. A blank drawing is never saved.

        is_first: nothing has been saved under this `id` before, so that no label is looked up.
        Raises model.InputError for invalid strokes, BusyError if too many drawings are waiting,
        db.StoreUnavailableError when the prediction can neither be stored nor queued.
        """
        with self._drawing_limiter.slot(), PREDICTION_SECONDS.labels("strokes").time():
            recognizer = self.recognizer  # it may be replaced at any time
            prediction = recognizer.predict_strokes(strokes)
        drawing = tuple(
            tuple((x, y) for x, y in np.asarray(stroke, float).tolist())
            for stroke in strokes
            if len(stroke)
        )
        save = save and bool(drawing)
        while save and id is not None and not is_first and self._has_label(id, drawing):
            id = sibling_id(id)
        record = self._record(prediction, recognizer.version, source, id, owner, drawing)
        return self._result(prediction, record, save)

    def predict_file(
        self,
        content: bytes,
        *,
        save: bool = True,
        source: Source = "upload",
        id: UUID | None = None,
        owner: str | None = None,
    ) -> FileResult:
        """Recognize each page of an image or PDF file; raises as `predict_strokes` does.

        Every page that is not blank is a prediction of its own, so that it can be found, labelled
        and deleted by itself. The first page gets the latest id: the history, newest first, then
        shows them in their order.

        id: of the last page, from which those of the pages before follow. A file that is sent again
        with the same one is not saved twice, and keeps its labels.
        """
        with self._image_limiter.slot(), PREDICTION_SECONDS.labels("image").time():
            # Decoded one after the other: a page may take 100 MB.
            recognizer = self.recognizer
            predictions = [recognizer.predict_image(page) for page in decode_pages(content)]
        ids = _page_ids(id, len(predictions))
        saved = _written_indices(predictions) if save else []
        return FileResult(
            tuple(
                self._result(
                    prediction,
                    self._record(prediction, recognizer.version, source, page_id, owner, ()),
                    save=index in saved,
                    replace=id is None,
                )
                for index, (prediction, page_id) in enumerate(zip(predictions, ids, strict=True))
            )
        )

    def predict_frame(self, content: bytes) -> Prediction:
        """Recognize a frame of a live camera; nothing is saved.

        Raises model.InputError for what is no frame, BusyError if too many are waiting.
        """
        with self._frame_limiter.slot(), PREDICTION_SECONDS.labels("frame").time():
            return self.recognizer.predict_image(decode_frame(content))

    def label(
        self,
        id: UUID,
        text: str | None,
        author: str | None,
        *,
        replaces: LabelVersion = ANY_LABEL,
    ) -> PredictionRecord | None:
        """Set the label (None removes it) and return the prediction, None if there is none.

        replaces: as of Store.label. Raises LabelledByReviewerError if a visitor would change a
        reviewer's label, and db.LabelConflictError if the label is not the replaced one.
        """
        if is_visitor(author):
            stored = self.store.get(id)
            if stored and stored.label is not None and not is_visitor(stored.labelled_by):
                raise LabelledByReviewerError
            if stored and replaces is ANY_LABEL:
                replaces = stored.labelled_at  # a reviewer may label it after this check
        return self.store.label(id, text, author, replaces=replaces)

    def predict_again(self, record: PredictionRecord) -> Prediction:
        """Return what the current network predicts for a stored drawing, or a stored thumbnail.

        Raises BusyError if too many predictions are waiting.
        """
        if record.strokes:
            with self._drawing_limiter.slot():
                return self.recognizer.predict_strokes(
                    [np.array(stroke) for stroke in record.strokes]
                )
        with self._image_limiter.slot():
            return self.recognizer.predict_image(decode_image(record.image))

    def look_inside(self, glyph: Glyph) -> InsideView:
        """Return what each layer of the served network computes for a glyph.

        Of a network that somebody brought the layers are not known: the one in the repository is
        looked into instead. Raises BusyError if too many wait.
        """
        with self._drawing_limiter.slot():
            served = self.recognizer
            recognizer = self.committed_recognizer if served.network.is_custom else served
            return InsideView(
                recognizer.feature_maps.extract(glyph),
                recognizer.outcomes(glyph),
                is_served=recognizer is served,
            )

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

    def _is_stored(self, id: UUID) -> bool:
        try:
            return self.store.get(id) is not None
        except StoreUnavailableError:
            return False  # saving is still possible: the outbox takes it

    def _result(
        self,
        prediction: Prediction,
        record: PredictionRecord,
        save: bool,
        *,
        replace: bool = True,
    ) -> PredictionResult:
        if save and (replace or not self._is_stored(record.id)):
            with STORE_ERRORS.count_exceptions(StoreUnavailableError):
                self.store.save(record)
            if self.on_saved is not None:
                self.on_saved(record)
        return PredictionResult(prediction, record, save)

    def _record(
        self,
        prediction: Prediction,
        model: str,
        source: Source,
        id: UUID | None,
        owner: str | None,
        strokes: tuple[Points, ...],
    ) -> PredictionRecord:
        return PredictionRecord(
            id=id or new_id(),
            text=prediction.text,
            source=source,
            model=model,
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


def _written_indices(predictions: Sequence[Prediction]) -> list[int]:
    """Return the indices of the pages that are not blank; of the first page if all are."""
    return [index for index, page in enumerate(predictions) if page.digits] or [0]


def _page_ids(last: UUID | None, count: int) -> list[UUID]:
    """Return an id for each page of a file, the latest for the first page.

    last: the id of the last page, from which the others follow; None for new ids.
    """
    ids = [last or new_id()]
    while len(ids) < count:
        ids.append(sibling_id(ids[-1]) if last else new_id())
    return ids[::-1]


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
