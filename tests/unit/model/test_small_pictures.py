"""Small pictures, as data sets have them, are read as well as their glyphs."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer
from model.network import Network
from model.preprocessing.background import is_light_on_dark

Picture = NDArray[np.uint8]
Sample = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def resize(factor: float, method: int) -> Callable[[Picture], Picture]:
    def change(picture: Picture) -> Picture:
        return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method))

    return change


def fit(side: int, stretched: bool = False) -> Callable[[Picture], Picture]:
    """Return a function that makes a digit fill a square, as in scans of few pixels."""

    def change(picture: Picture) -> Picture:
        ys, xs = np.nonzero(picture > 20)
        crop = picture[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        scale = side / max(crop.shape)
        height, width = (max(1, round(scale * length)) for length in crop.shape)
        if stretched:
            height = width = side
        square = np.zeros((side, side), np.uint8)
        top, left = (side - height) // 2, (side - width) // 2
        square[top : top + height, left : left + width] = cv2.resize(
            crop, (width, height), interpolation=cv2.INTER_AREA
        )
        return square

    return change


def count_right(recognizer: Recognizer, pictures: list[Picture], labels: Picture) -> int:
    texts = [recognizer.predict_image(Image.fromarray(picture)).text for picture in pictures]
    return sum(text == str(label) for text, label in zip(texts, labels, strict=True))


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda picture: picture, id="as it is"),
        pytest.param(resize(2, cv2.INTER_NEAREST), id="2 times"),
        pytest.param(resize(2, cv2.INTER_CUBIC), id="2 times, smooth"),
        pytest.param(resize(4, cv2.INTER_NEAREST), id="4 times"),
        pytest.param(resize(4, cv2.INTER_CUBIC), id="4 times, smooth"),
        pytest.param(fit(20), id="without a margin"),
    ],
)
def test_a_picture_is_read_as_well_as_its_glyph(
    recognizer: Recognizer,
    mnist: Sample,
    change: Callable[[Picture], Picture],
    inverted: bool,
) -> None:
    glyphs, labels = mnist
    right = int((Network().classify(list(glyphs)).probabilities.argmax(axis=1) == labels).sum())
    pictures = [change(glyph) for glyph in glyphs]
    if inverted:
        pictures = [np.bitwise_not(picture) for picture in pictures]
    assert count_right(recognizer, pictures, labels) >= right - 1


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("side", [16, 12])
def test_scans_of_few_pixels_are_read(
    recognizer: Recognizer, mnist: Sample, side: int, inverted: bool
) -> None:
    glyphs, labels = mnist
    scans = [fit(side)(glyph) for glyph in glyphs]
    if inverted:
        scans = [np.bitwise_not(scan) for scan in scans]
    assert count_right(recognizer, scans, labels) >= 0.97 * len(labels)


@pytest.mark.parametrize("stretched", [False, True])
@pytest.mark.parametrize("side", [8, 16, 28])
def test_the_polarity_of_a_scan_without_a_margin_is_found(
    mnist: Sample, side: int, stretched: bool
) -> None:
    scans = [fit(side, stretched)(glyph) for glyph in mnist[0]]
    found = [is_light_on_dark(scan) for scan in scans]
    found += [not is_light_on_dark(np.bitwise_not(scan)) for scan in scans]
    assert np.mean(found) >= 0.97


def test_bold_scans_without_a_margin_have_the_right_polarity(mnist: Sample) -> None:
    bold = [fit(16)(np.asarray(cv2.dilate(glyph, np.ones((3, 3))), np.uint8)) for glyph in mnist[0]]
    assert np.mean([is_light_on_dark(scan) for scan in bold]) >= 0.97


def test_two_digits_in_a_small_picture_stay_two(recognizer: Recognizer, mnist: Sample) -> None:
    glyphs, labels = mnist
    right = 0
    for index in range(len(glyphs)):
        pair = np.hstack([glyphs[index][:, 3:-3], glyphs[index - 7][:, 3:-3]])
        expected = f"{labels[index]}{labels[index - 7]}"
        right += recognizer.predict_image(Image.fromarray(pair)).text == expected
    assert right >= 0.95 * len(glyphs)


def test_a_digit_in_two_pieces_is_one_digit(recognizer: Recognizer) -> None:
    five = np.zeros((28, 28), np.uint8)
    cv2.polylines(five, [np.array([[11, 8], [10, 13], [16, 13], [17, 18], [9, 20]])], False, 255, 2)
    cv2.line(five, (13, 6), (20, 5), 255, 2)
    assert recognizer.predict_image(Image.fromarray(five)).text == "5"


def test_a_photo_with_white_bars_keeps_its_own_background(recognizer: Recognizer) -> None:
    seven = np.full((128, 128), 255, np.uint8)
    seven[:, 20:108] = 160
    cv2.polylines(seven, [np.array([[40, 40], [88, 40], [60, 100]])], False, 30, 6)
    assert recognizer.predict_image(Image.fromarray(seven)).text == "7"


@pytest.mark.parametrize("light", [0, 1, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (28, 28)])
def test_a_small_picture_of_one_color_is_blank(
    recognizer: Recognizer, light: int, size: tuple[int, int]
) -> None:
    assert recognizer.predict_image(Image.new("L", size, light)).text == ""
