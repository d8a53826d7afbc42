"""The state of one visitor's page: the result of the image that they chose last."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from components.draw.stored_file import MayAccess, StoredFile, data_url, load_pages
from core.concurrency_limit import BusyError
from db import StoreUnavailableError
from model import InputError
from model.prediction import PredictionMessage
from services.predictions import FileResult, PredictionResult, PredictionService

log = logging.getLogger(__name__)

ImageSource = Literal["upload", "sample"]


@dataclass(frozen=True, slots=True)
class ImageResult:
    """What became of an image that was chosen.

    version: different for each image. prediction: None where the image is invalid. id: of the saved
    prediction; None if it was not saved. image_url: data URL of the image, as it was predicted.
    error: code and message; None if all went well. pages: of a file with several pages, those that
    are not blank, each with its number, id and image.
    page_count: of the file, blank pages included.
    """

    version: str
    source: ImageSource
    prediction: PredictionMessage | None = None
    image_url: str | None = None
    error: tuple[str, str] | None = None
    id: str | None = None
    pages: tuple[Mapping[str, Any], ...] = ()
    page_count: int = 1


@dataclass
class Visit:
    """One visitor's page.

    owner: opaque id of the visitor; None where the browser accepts no cookie.
    label_author: the author of labels that are given here; None in open mode.
    result: of the newest image; None before the first. replaced_by: the version of the newest
    valid image, which replaces the drawing on the pad.
    """

    owner: str | None = None
    label_author: str | None = None
    result: ImageResult | None = None
    replaced_by: str | None = None

    def predict_image(
        self, service: PredictionService, read: Callable[[], bytes], source: ImageSource
    ) -> None:
        """Predict and save an image file; an invalid one leaves the drawing on the pad.

        read: returns the file's content, or raises InputError.
        """
        version = uuid4().hex
        error = None
        try:
            content = read()
            try:
                result = self._predict(service, content, source, save=True)
            except StoreUnavailableError as unavailable:
                error = ("history_unavailable", str(unavailable))
                result = self._predict(service, content, source, save=False)
        except Exception as failure:  # the page must survive any error and show it
            self.result = ImageResult(version, source, error=_describe(failure))
            return
        self.replaced_by = version
        first = result.written[0]
        self.result = ImageResult(
            version,
            source,
            first.prediction.to_message(),
            data_url(first.record.image),
            error,
            _saved_id(first),
            pages=_pages(result),
            page_count=len(result.pages),
        )

    def show_stored(
        self, service: PredictionService, file: StoredFile, may_access: MayAccess
    ) -> None:
        """Show the predictions of a file that the browser has sent; it replaces the drawing."""
        version = uuid4().hex
        try:
            pages = load_pages(service, file, may_access)
        except StoreUnavailableError:
            self.show_error("history_unreachable")
            return
        if not pages:
            self.show_error("not_found")
            return
        self.replaced_by = version
        first = pages[0]
        self.result = ImageResult(
            version,
            "upload",
            {"text": first["text"], "digits": first["digits"]},
            first["image"],
            id=first["id"],
            pages=tuple(pages) if file.page_count > 1 else (),
            page_count=file.page_count,
        )

    def show_error(self, code: str) -> None:
        """Show why there is no prediction of a file; the drawing stays on the pad."""
        self.result = ImageResult(uuid4().hex, "upload", error=(code, code))

    def _predict(
        self, service: PredictionService, content: bytes, source: ImageSource, *, save: bool
    ) -> FileResult:
        return service.predict_file(content, save=save, source=source, owner=self.owner)


def _pages(result: FileResult) -> tuple[Mapping[str, Any], ...]:
    """Return the pages of a file that are not blank, or nothing if it has only one page."""
    if len(result.pages) == 1:
        return ()
    return tuple(
        {
            "page": number,
            "id": _saved_id(page),
            "image": data_url(page.record.image),
            **page.prediction.to_message(),
        }
        for number, page in ((index + 1, result.pages[index]) for index in result.written_indices)
    )


def _saved_id(page: PredictionResult) -> str | None:
    return str(page.record.id) if page.saved else None


def _describe(error: Exception) -> tuple[str, str]:
    """Return code and message of an error; log an unexpected one."""
    if isinstance(error, InputError):
        return error.code, str(error)
    if isinstance(error, BusyError):
        return "busy", "The server is busy: try again in a moment."
    log.error("the page failed unexpectedly", exc_info=error)
    return "unexpected", "Something went wrong on our side: please try again."
