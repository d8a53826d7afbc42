"""What one visitor has read: the drawing under way, and what the page shows of the last reading."""

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

_RECENT = 20  # readings among which a drawing is looked for after a restart


@dataclass
class Visit:
    """One visitor's page.

    owner: whose drawings these are, an opaque word; None where the browser keeps no cookie.
    record: the last reading as the bars take it. picture: data URL of what was read, None for the
    pad. trouble: code and message of the last error, None where all is well. version: changes
    whenever the history may hold something new. replaced: the version in which a picture last took
    the place of what was on the pad, None before the first. picture_came: whether a picture came
    with the run under way, which is then what is read. picture_refused: whether one that came with
    it cannot be read; that stays said, whatever is read of the pad in the same run.
    """

    owner: str | None = None
    record: dict[str, Any] | None = None
    picture: str | None = None
    trouble: tuple[str, str] | None = None
    version: str = ""
    replaced: str | None = None
    picture_came: bool = False
    picture_refused: bool = False
    _strokes: Strokes = ()
    _drawing: UUID | None = None
    _finished: float | None = None
    _fresh: bool = field(default=True)

    def see_pad(self, service: PredictionService, strokes: Strokes) -> None:
        """Read the pad where its ink has changed: one drawing is one row, an empty pad ends it."""
        fresh, self._fresh = self._fresh, False
        if strokes == self._strokes:
            return
        before, self._strokes = self._strokes, strokes
        if not strokes:
            self._drawing = None
            if self.record is None or self.record["source"] == "pad":
                self.record = self.picture = None
                self._forget_trouble()
            return
        if not before or before[0] != strokes[0]:
            self._drawing = (fresh and _kept_drawing(service, strokes)) or new_id()
        paths = [np.array(stroke) for stroke in strokes]
        ink = [[len(stroke), *map(int, stroke[-1])] for stroke in strokes]

        def read(save: bool) -> PredictionResult:
            return service.predict_strokes(
                paths, save=save, source="pad", id=self._drawing, owner=self.owner
            )

        self._read(read, "pad", ink=ink)

    def see_finished(
        self, service: PredictionService, strokes: Strokes, number: float | None, told: Strokes
    ) -> bool:
        """Keep the last ink of a pad that was emptied before its canvas had told it.

        Whether `number` is new and `told`, what the canvas says in the same run, older.
        """
        if number == self._finished:
            return False
        known, self._finished = self._fresh or strokes == self._strokes, number
        if known:
            return False
        if self._drawing is None or self._strokes[:1] != strokes[:1]:
            self._drawing = new_id()
        paths = [np.array(one) for one in strokes]
        service.predict_strokes(paths, source="pad", id=self._drawing, owner=self.owner)
        self.version = uuid4().hex
        older = bool(told) and told == strokes[: len(told)]
        self._strokes = told if older else strokes
        return older

    def see_picture(
        self, service: PredictionService, content: bytes, source: Literal["upload", "sample"]
    ) -> None:
        """Read a picture; it takes the place of what is on the pad."""

        def read(save: bool) -> PredictionResult:
            return service.predict_image(content, save=save, source=source, owner=self.owner)

        self._read(read, source)

    def fail(self, error: Exception) -> None:
        """Remember an error for the page to tell."""
        if isinstance(error, InputError):
            self.trouble = (error.code, str(error))
        elif isinstance(error, BusyError):
            self.trouble = ("busy", "Too much is being read just now: try again in a moment.")
        else:
            log.error("the page could not go on", exc_info=error)
            self.trouble = ("unexpected", "Something went wrong here: please try again.")

    def refuse_picture(self, error: Exception) -> None:
        """Remember why the picture that came with the run under way cannot be read."""
        self.fail(error)
        self.picture_refused = True

    def _forget_trouble(self) -> None:
        if not self.picture_refused:
            self.trouble = None

    def _read(self, read: Callable[[bool], PredictionResult], source: str, **details: Any) -> None:
        self._forget_trouble()
        try:
            result = read(True)
        except StoreUnavailableError as error:
            self.trouble = ("history_unavailable", str(error))
            result = read(False)
        except (InputError, BusyError) as error:
            if source == "pad":
                self.fail(error)
            else:
                self.refuse_picture(error)
            return
        self.version = uuid4().hex
        self.record = {
            "version": self.version,
            "source": source,
            **result.prediction.to_message(),
            **details,
        }
        self.picture = None
        if source != "pad":
            self.replaced = self.version
            self.picture = _data_url(result.record.image)


def _kept_drawing(service: PredictionService, strokes: Strokes) -> UUID | None:
    """The id this drawing is kept under, where the server began anew while it was made."""
    try:
        recent = service.store.page(_RECENT, filters=Filters(source="pad"), with_drawing=True).items
    except StoreUnavailableError:
        return None
    return next((one.id for one in recent if one.strokes[:1] == strokes[:1]), None)


def _data_url(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()
