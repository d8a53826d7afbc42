"""Digits in photos of paper: squared, on a table, in pencil, and colored."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer

Mnist = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Page = NDArray[np.float32]  # (height, width, 3)

WHITE, YELLOW = (228, 226, 220), (222, 200, 120)
SIDE = 420  # pixels of the page
PEN, PENCIL = (50, 50, 95), (140, 140, 142)


def blank_page(color: tuple[int, int, int]) -> Page:
    return np.full((SIDE, SIDE, 3), color, np.float32)


def squared_page() -> Page:
    page = blank_page(WHITE)
    page[10::30] = page[:, 10::30] = (160, 178, 215)
    return page


def page_on_a_table() -> Page:
    page = np.full((SIDE, SIDE, 3), (95, 70, 50), np.float32)
    page[:, 50:] = WHITE
    return page


PAGES = {
    "squared": (squared_page(), PEN),
    "edge": (page_on_a_table(), PEN),
    "pencil": (blank_page(WHITE), PENCIL),
    "colored": (blank_page(YELLOW), PEN),
}


def take_photo(
    page: Page, ink: tuple[int, int, int], digit: NDArray[np.uint8], seed: int
) -> Image.Image:
    rng = np.random.default_rng(seed)
    coverage = np.zeros((SIDE, SIDE, 1), np.float32)
    coverage[110:330, 120:340, 0] = (
        cv2.resize(digit, (220, 220), interpolation=cv2.INTER_CUBIC) / 255.0
    )
    written = page * (1 - coverage) + np.array(ink) * coverage
    light = np.linspace(1.0, 0.7, SIDE)[:, None, None]
    noisy = cv2.GaussianBlur(written * light, (0, 0), 0.8) + rng.normal(0, 3, page.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("paper", PAGES)
def test_digits_are_recognized_on_any_paper(
    recognizer: Recognizer, mnist: Mnist, paper: str
) -> None:
    page, ink = PAGES[paper]
    images, labels = mnist
    correct = 0
    for index in range(0, 100, 5):
        photo = take_photo(page, ink, images[index], seed=index)
        correct += recognizer.predict_image(photo).text == str(labels[index])
    assert correct >= 18
