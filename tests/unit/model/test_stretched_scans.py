"""Small square scans get their aspect ratio back; other images keep theirs."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from model import Recognizer
from model.preprocessing.stretched_scans import most_confident, vertical_stretch_factors

Ink = NDArray[np.uint8]  # (height, width), ink 255 on 0


def crop(ink: Ink) -> Ink:
    return ink[ink.any(1)][:, ink.any(0)]


def one_with_flag(flag_start: int) -> Ink:
    """A 1 stretched to 16×16; its flag starts at the left at this y and ends at its top."""
    ink = np.zeros((16, 16), np.uint8)
    cv2.polylines(ink, [np.array([[0, flag_start], [14, 0], [14, 15]])], False, 255, 2)
    return ink


@pytest.mark.parametrize(
    ("flag_start", "verdict"), [(7, "unsure"), (8, "digit"), (9, "digit"), (10, "digit")]
)
def test_a_stretched_one_with_a_flag_is_not_a_seven(
    recognizer: Recognizer, flag_start: int, verdict: str
) -> None:
    prediction = recognizer.predict_image(Image.fromarray(one_with_flag(flag_start)))
    assert prediction.text == "1"
    assert prediction.digits[0].verdict == verdict
    assert prediction.digits[0].box == (0, 0, 16, 16)


def test_stretched_digits_are_recognized(
    recognizer: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    correct = 0
    for image, label in zip(*mnist, strict=True):
        stretched = cv2.resize(crop(image), (20, 20))
        correct += recognizer.predict_image(Image.fromarray(stretched)).text == str(label)
    assert correct >= 96


@pytest.mark.parametrize(
    ("ink", "factors"),
    [
        (one_with_flag(7), (1.5, 2.0, 3.0)),
        (np.pad(one_with_flag(7), 3), (1.0,)),
        (one_with_flag(7)[:-1], (1.0,)),
        (np.kron(one_with_flag(7), np.ones((5, 5), np.uint8)), (1.0,)),
        (np.zeros((16, 16), np.uint8), (1.0,)),
    ],
    ids=["stretched", "with margin", "not square", "large", "blank"],
)
def test_only_small_squares_filled_to_their_edges_count_as_stretched(
    ink: Ink, factors: tuple[float, ...]
) -> None:
    assert vertical_stretch_factors(ink) == factors


def test_a_stretched_digit_of_two_components_is_one_digit(recognizer: Recognizer) -> None:
    zero, four = np.zeros((2, 16, 16), np.uint8)
    cv2.circle(zero, (7, 7), 7, 255, 2)
    zero[:, 7:10] = 0
    cv2.polylines(four, [np.array([[2, 0], [0, 9], [8, 9]])], False, 255, 2)
    cv2.line(four, (14, 0), (13, 15), 255, 2)
    assert recognizer.predict_image(Image.fromarray(zero)).text == "0"
    assert recognizer.predict_image(Image.fromarray(four)).text == "4"


def test_stretched_digits_with_one_pixel_strokes_are_recognized(
    recognizer: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    correct = 0
    for image, label in zip(*mnist, strict=True):
        correct += recognizer.predict_image(Image.fromarray(stretched_skeleton(image))).text == str(
            label
        )
    assert correct >= 96


def stretched_skeleton(image: Ink) -> Ink:
    """The morphological skeleton of the ink, one pixel wide, stretched to 16×16."""
    ink = np.asarray(cv2.resize(image, None, fx=2, fy=2) > 110, np.uint8) * np.uint8(255)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    skeleton = np.zeros_like(ink)
    while ink.any():
        opened = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, cross), np.uint8)
        skeleton |= ink & ~opened
        ink = np.asarray(cv2.erode(ink, cross), np.uint8)
    points = np.argwhere(crop(skeleton))
    stretched = np.zeros((16, 16), np.uint8)
    stretched[tuple((points * 15.99 / points.max(axis=0)).astype(int).T)] = 255
    return stretched


def test_a_one_and_a_seven_in_a_small_square_stay_two_digits(recognizer: Recognizer) -> None:
    number = np.zeros((32, 32), np.uint8)
    cv2.polylines(number, [np.array([[2, 0], [2, 31]])], False, 255, 3)
    cv2.polylines(number, [np.array([[12, 1], [30, 1], [18, 31]])], False, 255, 3)
    assert recognizer.predict_image(Image.fromarray(number)).text == "17"


def test_two_digits_in_a_small_square_stay_two_digits(
    recognizer: Recognizer, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    images, labels = mnist
    digits = [cv2.resize(crop(image), (16, 20)) for image in images]
    gap = np.zeros((20, 4), np.uint8)
    correct = 0
    for index in range(len(digits)):
        number = cv2.resize(np.hstack([digits[index], gap, digits[index - 7]]), (32, 32))
        expected = f"{labels[index]}{labels[index - 7]}"
        correct += recognizer.predict_image(Image.fromarray(number)).text == expected
    assert correct >= 96


def test_a_prediction_is_unsure_if_another_hypothesis_disagrees(recognizer: Recognizer) -> None:
    one, seven = (
        recognizer.predict_strokes([np.array(points, float)])
        for points in ([[0, 0], [0, 50], [0, 100]], [[0, 0], [60, 0], [20, 100]])
    )
    assert (one.digits[0].verdict, seven.digits[0].verdict) == ("digit", "digit")
    chosen = most_confident([one, seven])
    best = max(one, seven, key=lambda prediction: prediction.digits[0].confidence)
    assert chosen.text == best.text
    assert [digit.verdict for digit in chosen.digits] == ["unsure"]
    assert most_confident([best, best]) is best
