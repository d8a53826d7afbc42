"""Scans stretched to little squares get their shape back; other pictures keep theirs."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer
from model.preprocessing.stretched_scans import possible_heights, surest

Drawing = NDArray[np.uint8]


def without_margin(ink: Drawing) -> Drawing:
    return ink[ink.any(1)][:, ink.any(0)]


def one_with_a_long_flag(begins: int) -> Drawing:
    """A 1 stretched to 16×16, its flag from that height at the left up to the top of its stem."""
    ink = np.zeros((16, 16), np.uint8)
    cv2.polylines(ink, [np.array([[0, begins], [14, 0], [14, 15]])], False, 255, 2)
    return ink


@pytest.mark.parametrize(
    ("begins", "verdict"), [(7, "unsure"), (8, "digit"), (9, "digit"), (10, "digit")]
)
def test_a_squared_one_with_a_flag_is_no_seven(
    reader: Recognizer, begins: int, verdict: str
) -> None:
    reading = reader.predict_image(Image.fromarray(one_with_a_long_flag(begins)))
    assert reading.text == "1"
    assert reading.digits[0].verdict == verdict
    assert reading.digits[0].box == (0, 0, 16, 16)


def test_squared_digits_are_read(
    reader: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    right = 0
    for image, label in zip(*mnist, strict=True):
        squared = cv2.resize(without_margin(image), (20, 20))
        right += reader.predict_image(Image.fromarray(squared)).text == str(label)
    assert right >= 96


@pytest.mark.parametrize(
    ("ink", "heights"),
    [
        (one_with_a_long_flag(7), (1.5, 2.0, 3.0)),
        (np.pad(one_with_a_long_flag(7), 3), (1.0,)),
        (one_with_a_long_flag(7)[:-1], (1.0,)),
        (np.kron(one_with_a_long_flag(7), np.ones((5, 5), np.uint8)), (1.0,)),
        (np.zeros((16, 16), np.uint8), (1.0,)),
    ],
    ids=["squared", "in a margin", "not square", "large", "blank"],
)
def test_only_small_squares_filled_to_their_edges_are_squared(
    ink: Drawing, heights: tuple[float, ...]
) -> None:
    assert possible_heights(ink) == heights


def test_a_squared_digit_in_pieces_is_one_digit(reader: Recognizer) -> None:
    zero, four = np.zeros((2, 16, 16), np.uint8)
    cv2.circle(zero, (7, 7), 7, 255, 2)
    zero[:, 7:10] = 0
    cv2.polylines(four, [np.array([[2, 0], [0, 9], [8, 9]])], False, 255, 2)
    cv2.line(four, (14, 0), (13, 15), 255, 2)
    assert reader.predict_image(Image.fromarray(zero)).text == "0"
    assert reader.predict_image(Image.fromarray(four)).text == "4"


def test_digits_of_single_pixels_are_read(
    reader: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    right = 0
    for image, label in zip(*mnist, strict=True):
        right += reader.predict_image(Image.fromarray(middle_line(image))).text == str(label)
    assert right >= 96


def middle_line(image: Drawing) -> Drawing:
    """The line along the middle of the ink, one pixel wide, stretched to 16×16."""
    ink = np.asarray(cv2.resize(image, None, fx=2, fy=2) > 110, np.uint8) * np.uint8(255)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    line = np.zeros_like(ink)
    while ink.any():
        opened = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, cross), np.uint8)
        line |= ink & ~opened
        ink = np.asarray(cv2.erode(ink, cross), np.uint8)
    places = np.argwhere(without_margin(line))
    squared = np.zeros((16, 16), np.uint8)
    squared[tuple((places * 15.99 / places.max(axis=0)).astype(int).T)] = 255
    return squared


def test_a_one_and_a_seven_in_a_little_square_stay_two(reader: Recognizer) -> None:
    number = np.zeros((32, 32), np.uint8)
    cv2.polylines(number, [np.array([[2, 0], [2, 31]])], False, 255, 3)
    cv2.polylines(number, [np.array([[12, 1], [30, 1], [18, 31]])], False, 255, 3)
    assert reader.predict_image(Image.fromarray(number)).text == "17"


def test_two_digits_in_a_little_square_stay_two(
    reader: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    images, labels = mnist
    digits = [cv2.resize(without_margin(image), (16, 20)) for image in images]
    gap = np.zeros((20, 4), np.uint8)
    right = 0
    for i in range(len(digits)):
        number = cv2.resize(np.hstack([digits[i], gap, digits[i - 7]]), (32, 32))
        right += reader.predict_image(Image.fromarray(number)).text == f"{labels[i]}{labels[i - 7]}"
    assert right >= 96


def test_heights_that_disagree_leave_the_surest_reading_unsure(reader: Recognizer) -> None:
    one, seven = (
        reader.predict_strokes([np.array(points, float)])
        for points in ([[0, 0], [0, 50], [0, 100]], [[0, 0], [60, 0], [20, 100]])
    )
    assert (one.digits[0].verdict, seven.digits[0].verdict) == ("digit", "digit")
    chosen = surest([one, seven])
    best = max(one, seven, key=lambda reading: reading.digits[0].confidence)
    assert chosen.text == best.text
    assert [digit.verdict for digit in chosen.digits] == ["unsure"]
    assert surest([best, best]) is best
