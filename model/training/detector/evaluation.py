"""Measure how well digits are found on pages that no training has seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from model import Recognizer
from model.prediction import Box, DigitPrediction
from model.training.detector.blank_pages import BLANK_KINDS, make_blank_page
from model.training.detector.framing import Page
from model.training.detector.pages import PageGenerator
from model.training.detector.symbols import SymbolSource
from model.training.mnist import Images

PAGES = 240
BLANK_PAGES_PER_KIND = 8
_SIDE = 384  # pixels of a page; those of the training have half of that
_FIRST_SEED = 1_000_000
_MIN_OVERLAP = 0.5  # intersection over union of a digit's box and its true box


@dataclass
class PageCounts:
    """Digits on synthetic pages, written with MNIST's test digits, and what became of them.

    digits: that are on the pages. found, right: that have a prediction there, and the right one.
    sure: predictions with the verdict "digit". sure_and_wrong: those of another value, or where no
    digit is.
    """

    digits: int = 0
    found: int = 0
    right: int = 0
    sure: int = 0
    sure_and_wrong: int = 0


def count_on_pages(recognizer: Recognizer, test: Images) -> PageCounts:
    """Return the counts over PAGES pages."""
    generator = PageGenerator(SymbolSource(test), _SIDE)
    counts = PageCounts()
    for seed in range(_FIRST_SEED, _FIRST_SEED + PAGES):
        page = generator.generate(np.random.default_rng(seed))
        prediction = recognizer.predict_image(Image.fromarray(page.picture))
        _count(page, prediction.digits, counts)
    return counts


def count_blank(recognizer: Recognizer) -> dict[str, int]:
    """Return how many of BLANK_PAGES_PER_KIND empty pages of each kind are found to be blank."""
    return {
        kind: sum(
            not recognizer.predict_image(
                Image.fromarray(make_blank_page(kind, np.random.default_rng(seed)))
            ).digits
            for seed in range(BLANK_PAGES_PER_KIND)
        )
        for kind in BLANK_KINDS
    }


def _count(page: Page, digits: tuple[DigitPrediction, ...], counts: PageCounts) -> None:
    counts.digits += len(page.values)
    unmatched = list(zip(page.boxes, page.values, strict=True))
    for digit in digits:
        overlaps = [_overlap(digit.box, box) for box, _ in unmatched]
        is_right = False
        if overlaps and max(overlaps) >= _MIN_OVERLAP:
            _, value = unmatched.pop(int(np.argmax(overlaps)))
            is_right = digit.value == value and digit.verdict != "not_a_digit"
            counts.found += 1
            counts.right += is_right
        if digit.verdict == "digit":
            counts.sure += 1
            counts.sure_and_wrong += not is_right


def _overlap(found: Box, true: tuple[float, float, float, float]) -> float:
    """Return the intersection over union; `true` is left, top, right, bottom."""
    x, y, width, height = found
    left, top, right, bottom = true
    common = max(min(x + width, right) - max(x, left), 0.0) * max(
        min(y + height, bottom) - max(y, top), 0.0
    )
    return common / max(width * height + (right - left) * (bottom - top) - common, 1e-9)
