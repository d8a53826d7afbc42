"""Scans stretched to little squares get their shape back; other pictures keep theirs."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer
from model.squared import stretched

Ink = NDArray[np.uint8]


def one_with_a_long_flag(begins: int) -> Ink:
    """A 1 stretched to 16×16, its flag from that height at the left up to the top of its stem."""
    ink = np.zeros((16, 16), np.uint8)
    cv2.polylines(ink, [np.array([[0, begins], [14, 0], [14, 15]])], False, 255, 2)
    return ink


@pytest.mark.parametrize("begins", [7, 8, 9, 10])
def test_a_squared_one_with_a_flag_is_no_seven(reader: Recognizer, begins: int) -> None:
    reading = reader.read_picture(Image.fromarray(one_with_a_long_flag(begins)))
    assert reading.text == "1"
    assert reading.digits[0].verdict == "digit"
    assert reading.digits[0].box == (0, 0, 16, 16)


def test_squared_digits_are_read(
    reader: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    right = 0
    for image, label in zip(*mnist, strict=True):
        rows, columns = image.any(1), image.any(0)
        squared = cv2.resize(image[rows][:, columns], (20, 20))
        right += reader.read_picture(Image.fromarray(squared)).text == str(label)
    assert right >= 93


@pytest.mark.parametrize(
    ("ink", "times"),
    [
        (one_with_a_long_flag(7), 2),
        (np.pad(one_with_a_long_flag(7), 3), 1),
        (one_with_a_long_flag(7)[:-1], 1),
        (np.kron(one_with_a_long_flag(7), np.ones((5, 5), np.uint8)), 1),
        (np.zeros((16, 16), np.uint8), 1),
    ],
    ids=["squared", "in a margin", "not square", "large", "blank"],
)
def test_only_small_squares_filled_to_their_edges_are_squared(ink: Ink, times: int) -> None:
    assert stretched(ink) == times
