"""The predictions of an uploaded file as the prediction panel shows them, read from the history."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from db import DigitPredictionRecord, PredictionRecord
from model.prediction import DigitMessage
from services.predictions import PredictionService

MAX_PAGES = 20  # of a file, as of the decoder

MayAccess = Callable[[PredictionRecord], bool]


class PageMessage(TypedDict):
    """A page of a file: its number from 1, prediction with its id, and image as a data URL."""

    page: int
    id: str
    image: str
    text: str
    digits: list[DigitMessage]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was predicted and saved over HTTP.

    pages: number, from 1, and prediction id of each page that was saved. page_count: of all pages.
    """

    pages: tuple[tuple[int, UUID], ...]
    page_count: int

    @classmethod
    def parse(cls, value: Any) -> "StoredFile | None":
        """Return the file that a browser names, None if that is not valid."""
        try:
            pages = tuple((int(page["page"]), UUID(page["id"])) for page in value["pages"])
            page_count = int(value["pageCount"])
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        numbers = [number for number, _ in pages]
        is_valid = 0 < len(pages) <= page_count <= MAX_PAGES
        if not is_valid or not all(1 <= number <= page_count for number in numbers):
            return None
        return cls(pages, page_count)


def load_pages(
    service: PredictionService, file: StoredFile, may_access: MayAccess
) -> list[PageMessage]:
    """Return the pages that are in the history and that the visitor may see.

    Raises StoreUnavailableError if the history cannot be read.
    """
    pages: list[PageMessage] = []
    for number, id in file.pages:
        record = service.store.get(id)
        if record is not None and may_access(record):
            pages.append(_page_message(number, record))
    return pages


def data_url(png: bytes) -> str:
    """Return a PNG as a data URL."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _page_message(number: int, record: PredictionRecord) -> PageMessage:
    return {
        "page": number,
        "id": str(record.id),
        "image": data_url(record.image),
        "text": record.text,
        "digits": [_digit_message(digit) for digit in record.digits],
    }


def _digit_message(digit: DigitPredictionRecord) -> DigitMessage:
    return {
        "value": digit.value,
        "verdict": digit.verdict,
        "confidence": digit.confidence,
        "probabilities": list(digit.probabilities),
        "box": digit.box,
        "glyph": base64.b64encode(digit.glyph).decode(),
    }
