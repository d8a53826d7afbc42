"""The state of one visitor's page: the current drawing and the prediction that is shown."""

import base64
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

import numpy as np

from components.pad.paths import Stroke
from core.concurrency_limit import BusyError
from db import Filters, StoreUnavailableError, new_id
from model import InputError
from services.predictions import PredictionResult, PredictionService

Strokes = tuple[Stroke, ...]
log = logging.getLogger(__name__)

_RECENT_LIMIT = 20  # predictions among which a drawing is looked up after a restart


@dataclass
class Visit:
    """One visitor's page. One drawing is one prediction record, updated with every stroke.

    owner: opaque id of the visitor; None where the browser accepts no cookie.
    has_scopes: whether the visitor may see the predictions of all visitors as well as their own.
    prediction: the message for the prediction panel; None before the first prediction.
    image_url: data URL of the image that was predicted; None for a drawing.
    error: code and message of the last error; None if there was none.
    version: changes whenever the history may have changed.
    replaced_by: the version whose image last replaced the drawing on the pad, if any.
    has_new_image: whether a valid image was chosen with the current run; the pad is ignored then.
    image_rejected: whether the image chosen with the current run was invalid. Its error then stays
    on the page, even if a drawing is predicted in the same run.
    """

    owner: str | None = None
    has_scopes: bool = False
    prediction: dict[str, Any] | None = None
    image_url: str | None = None
    error: tuple[str, str] | None = None
    version: str = ""
    replaced_by: str | None = None
    has_new_image: bool = False
    image_rejected: bool = False
    _strokes: Strokes = ()
    _drawing_id: UUID | None = None
    _clear_number: float | None = None
    _is_first_run: bool = field(default=True)

    def update_drawing(self, service: PredictionService, strokes: Strokes) -> None:
        """Predict and save the pad's strokes if they changed; an empty pad ends the drawing."""
        is_first_run, self._is_first_run = self._is_first_run, False
        if strokes == self._strokes:
            return
        previous, self._strokes = self._strokes, strokes
        if not strokes:
            self._drawing_id = None
            if self.prediction is None or self.prediction["source"] == "pad":
                self.prediction = self.image_url = None
                self._clear_error()
            return
        if not previous or previous[0] != strokes[0]:
            recovered = _find_drawing_id(service, strokes, self.owner) if is_first_run else None
            self._drawing_id = recovered or new_id()
        arrays = [np.array(stroke) for stroke in strokes]

        def predict(save: bool) -> PredictionResult:
            return service.predict_strokes(
                arrays, save=save, source="pad", id=self._drawing_id, owner=self.owner
            )

        # The browser shows the result only if it still matches what is on the pad.
        summary = [[len(stroke), *map(int, stroke[-1])] for stroke in strokes]
        self._predict(predict, summary)

    def save_cleared_drawing(
        self,
        service: PredictionService,
        cleared: Strokes,
        number: float | None,
        canvas: Strokes,
    ) -> bool:
        """Save a drawing that was cleared before the canvas had sent its last stroke.

        The canvas sends its strokes 200 ms after the pen lifts, and never if it is cleared
        before. The browser then sends the `cleared` strokes with a new `number`. `canvas` is what
        the canvas sent for the same run. Return whether that is an outdated state of the cleared
        drawing, which must not be predicted.
        """
        if number == self._clear_number:
            return False
        # In the first run the number was sent to a server that has since been restarted.
        is_saved = self._is_first_run or cleared == self._strokes
        self._clear_number = number
        if is_saved:
            return False
        if self._drawing_id is None or self._strokes[:1] != cleared[:1]:
            self._drawing_id = new_id()
        arrays = [np.array(stroke) for stroke in cleared]
        result = service.predict_strokes(
            arrays, source="pad", id=self._drawing_id, owner=self.owner
        )
        self._drawing_id = result.record.id
        self.version = uuid4().hex
        is_outdated = bool(canvas) and canvas == cleared[: len(canvas)]
        self._strokes = canvas if is_outdated else cleared
        return is_outdated

    def predict_image(
        self, service: PredictionService, content: bytes, source: Literal["upload", "sample"]
    ) -> None:
        """Predict and save an image file; it replaces the drawing on the pad."""

        self._clear_error()
        try:
            result = service.predict_file(content, source=source, owner=self.owner)
        except StoreUnavailableError as error:
            self.error = ("history_unavailable", str(error))
            result = service.predict_file(content, save=False, source=source, owner=self.owner)
        except (InputError, BusyError) as error:
            self.reject_image(error)
            return
        self.version = self.replaced_by = uuid4().hex
        pages = [
            {
                "page": number,
                "image": _data_url(page.record.image),
                **page.prediction.to_message(),
            }
            for number, page in enumerate(result.pages, start=1)
            if any(page is written for written in result.written)
        ]
        first = result.written[0]
        self.image_url = _data_url(first.record.image)
        self.prediction = {
            "version": self.version,
            "source": source,
            **first.prediction.to_message(),
        }
        if len(result.pages) > 1:
            self.prediction |= {"pages": pages, "pageCount": len(result.pages)}

    def set_error(self, error: Exception) -> None:
        """Remember an error for the page to show; unexpected ones are logged."""
        if isinstance(error, InputError):
            self.error = (error.code, str(error))
        elif isinstance(error, BusyError):
            self.error = ("busy", "The server is busy: try again in a moment.")
        else:
            log.error("the page failed unexpectedly", exc_info=error)
            self.error = ("unexpected", "Something went wrong on our side: please try again.")

    def reject_image(self, error: Exception) -> None:
        """Remember why the image chosen with the current run is invalid."""
        self.set_error(error)
        self.image_rejected = True

    def _clear_error(self) -> None:
        if not self.image_rejected:
            self.error = None

    def _predict(self, predict: Callable[[bool], PredictionResult], ink: list[list[int]]) -> None:
        self._clear_error()
        try:
            result = predict(True)
        except StoreUnavailableError as error:
            self.error = ("history_unavailable", str(error))
            result = predict(False)
        except (InputError, BusyError) as error:
            self.set_error(error)
            return
        self.version = uuid4().hex
        self._drawing_id = result.record.id
        self.prediction = {
            "version": self.version,
            "source": "pad",
            **result.prediction.to_message(),
            "ink": ink,
        }
        self.image_url = None


def _find_drawing_id(
    service: PredictionService, strokes: Strokes, owner: str | None
) -> UUID | None:
    """Return the id of this owner's recent drawing with the same first stroke.

    After a server restart the page's state is new while the pad still holds the drawing.
    """
    if owner is None:  # whose drawing it is cannot be told
        return None
    try:
        recent = service.store.page(
            _RECENT_LIMIT, filters=Filters(source="pad", owner=owner), with_drawing=True
        ).items
    except StoreUnavailableError:
        return None
    return next((record.id for record in recent if record.strokes[:1] == strokes[:1]), None)


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()
