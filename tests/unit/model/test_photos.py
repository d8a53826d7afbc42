"""Photos of paper as people have it: squared, with its edge on the table, in pencil, coloured."""

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


def sheet(colour: tuple[int, int, int]) -> Page:
    return np.full((SIDE, SIDE, 3), colour, np.float32)


def squared() -> Page:
    page = sheet(WHITE)
    page[10::30] = page[:, 10::30] = (160, 178, 215)
    return page


def on_a_table() -> Page:
    page = np.full((SIDE, SIDE, 3), (95, 70, 50), np.float32)
    page[:, 50:] = WHITE
    return page


PAPERS = {
    "squared": (squared(), PEN),
    "edge": (on_a_table(), PEN),
    "pencil": (sheet(WHITE), PENCIL),
    "coloured": (sheet(YELLOW), PEN),
}


def photo(
    page: Page, ink: tuple[int, int, int], digit: NDArray[np.uint8], seed: int
) -> Image.Image:
    random = np.random.default_rng(seed)
    cover = np.zeros((SIDE, SIDE, 1), np.float32)
    cover[110:330, 120:340, 0] = (
        cv2.resize(digit, (220, 220), interpolation=cv2.INTER_CUBIC) / 255.0
    )
    written = page * (1 - cover) + np.array(ink) * cover
    light = np.linspace(1.0, 0.7, SIDE)[:, None, None]
    grainy = cv2.GaussianBlur(written * light, (0, 0), 0.8) + random.normal(0, 3, page.shape)
    return Image.fromarray(np.clip(grainy, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_digit_on_any_paper(reader: Recognizer, mnist: Mnist, paper: str) -> None:
    page, ink = PAPERS[paper]
    images, labels = mnist
    chosen = range(0, 100, 5)
    read = [reader.predict_image(photo(page, ink, images[k], k)).text for k in chosen]
    right = sum(text == str(labels[k]) for text, k in zip(read, chosen, strict=True))
    assert right >= 18, read
