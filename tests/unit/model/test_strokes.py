"""Strokes are validated and simplified, and predicted at any position and scale."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from model import InputError, Recognizer
from model.preprocessing.strokes import MAX_POINTS, MAX_STROKES, clean_strokes

ANGLES = np.linspace(0, 2 * np.pi, 60)
ZERO = np.stack([150 + 60 * np.sin(ANGLES), 150 - 95 * np.cos(ANGLES)], axis=1)


@pytest.mark.parametrize(
    "stroke",
    [
        [[0.0, np.nan]],
        [[np.inf, 0.0]],
        [[-np.inf, 0.0], [1.0, 1.0]],
        [[1.0, 2.0, 3.0]],
        [1.0, 2.0],
        [["a", "b"]],
        [[1.0, 2.0], [3.0]],
        [[None, 1.0]],
        [[[1.0, 2.0]]],
        [[1e9, 0.0], [0.0, -1e9]],
    ],
)
def test_an_invalid_stroke_is_refused_with_its_number(stroke: Any) -> None:
    with pytest.raises(InputError) as caught:
        clean_strokes([ZERO, stroke])
    assert caught.value.code == "invalid_strokes"
    assert "Stroke 2" in str(caught.value)


def test_too_many_points_and_strokes_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        clean_strokes([np.zeros((MAX_POINTS + 1, 2))])
    assert caught.value.code == "too_many_points"
    with pytest.raises(InputError) as caught:
        clean_strokes([[[0.0, 0.0]]] * (MAX_STROKES + 1))
    assert caught.value.code == "too_many_strokes"


@pytest.mark.parametrize("blank", [[], [[]], [[], []], [np.empty((0, 2))]])
def test_an_empty_drawing_has_an_empty_prediction(recognizer: Recognizer, blank: Any) -> None:
    prediction = recognizer.predict_strokes(blank)
    assert (prediction.text, prediction.digits) == ("", ())
    assert prediction.image.min() == 255


def test_a_single_point_is_one_segment(recognizer: Recognizer) -> None:
    prediction = recognizer.predict_strokes([[[40.0, 30.0]]])
    (digit,) = prediction.digits
    assert digit.box[:2] == (40, 30)
    assert digit.glyph.max() == 255


def test_a_hundred_thousand_points_give_the_same_text_as_sixty(recognizer: Recognizer) -> None:
    angles = np.linspace(0, 2 * np.pi, 100_000)
    dense = np.stack([150 + 60 * np.sin(angles), 150 - 95 * np.cos(angles)], axis=1)
    assert sum(map(len, clean_strokes([dense]))) < 3_000
    assert (
        recognizer.predict_strokes([dense]).text == recognizer.predict_strokes([ZERO]).text == "0"
    )


def test_a_thousand_strokes_that_form_a_line_are_a_one(recognizer: Recognizer) -> None:
    y = np.linspace(50, 250, 1_001)
    strokes = [np.array([[150.0, top], [150.0, bottom]]) for top, bottom in pairwise(y)]
    assert recognizer.predict_strokes(strokes).text == "1"


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (-5e5, 3e5)])
def test_size_and_position_do_not_matter(
    recognizer: Recognizer, scale: float, shift: tuple[float, float]
) -> None:
    prediction = recognizer.predict_strokes([ZERO * scale + shift])
    assert prediction.text == "0"
    assert prediction.digits[0].box == pytest.approx(
        (90 * scale + shift[0], 55 * scale + shift[1], 120 * scale, 190 * scale), rel=0.02
    )
