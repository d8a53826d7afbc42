"""Marks next to digits: taps and frames are left out, points and dashes are no digits."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from model import Recognizer
from model.preprocessing.strokes import Stroke
from model.training.pad_marks import MARKS, SEPARATORS, draw_with_mark

CASES = Path(__file__).with_name("marked_drawings.json")
DRAWINGS = 30  # of each kind
MIN_CORRECT = 29


def spaced(corners: Sequence[Sequence[float]]) -> Stroke:
    """Points every 6 pixels, as a pad sends them, through corners."""
    points = np.array(corners, float)
    arc = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    positions = np.linspace(0, arc[-1], max(2, int(arc[-1] / 6)))
    return np.stack([np.interp(positions, arc, points[:, k]) for k in (0, 1)], axis=1)


@pytest.mark.parametrize("name", json.loads(CASES.read_text()))
def test_a_marked_drawing(recognizer: Recognizer, name: str) -> None:
    expected, strokes = json.loads(CASES.read_text())[name]
    assert recognizer.predict_strokes([spaced(stroke) for stroke in strokes]).text == expected


@pytest.mark.parametrize(
    ("kind", "lengths"),
    [
        *((kind, (1, 1)) for kind in MARKS if kind not in SEPARATORS),
        *((kind, (2, 4)) for kind in MARKS),
    ],
)
def test_marks_next_to_digits_do_not_change_their_text(
    recognizer: Recognizer, kind: str, lengths: tuple[int, int]
) -> None:
    """Only digits that are predicted correctly without the mark are tested."""
    rng = np.random.default_rng(list(kind.encode()))
    correct = drawings = 0
    while drawings < DRAWINGS:
        count = rng.integers(lengths[0], lengths[1] + 1)
        text = "".join(rng.choice(list("0123456789"), count))
        digits, marks, expected = draw_with_mark(kind, text, rng)
        if recognizer.predict_strokes(digits, with_image=False).text == text:
            drawings += 1
            strokes = [*digits, *marks] if rng.random() < 0.7 else [*marks, *digits]
            correct += recognizer.predict_strokes(strokes, with_image=False).text == expected
    assert correct >= MIN_CORRECT


def drawn(kind: str, text: str) -> list[Stroke]:
    digits, marks, _ = draw_with_mark(kind, text, np.random.default_rng(5))
    return [*digits, *marks]


@pytest.mark.parametrize("kind", ["tap after", "long underline", "circle", "box in four strokes"])
def test_a_digit_with_a_mark_keeps_its_box_and_verdict(recognizer: Recognizer, kind: str) -> None:
    digits, marks, _ = draw_with_mark(kind, "3", np.random.default_rng(5))
    (alone,) = recognizer.predict_strokes(digits).digits
    (marked,) = recognizer.predict_strokes([*digits, *marks]).digits
    assert (marked.value, marked.verdict, marked.box) == (3, alone.verdict, alone.box)


@pytest.mark.parametrize("kind", ["decimal point", "colon", "minus sign"])
def test_a_sign_is_one_digit_prediction_of_its_own(recognizer: Recognizer, kind: str) -> None:
    prediction = recognizer.predict_strokes(drawn(kind, "38"))
    verdicts = [digit.verdict for digit in prediction.digits]
    assert verdicts.count("not_a_digit") == 1
    assert verdicts.count("digit") == 2


def test_a_slashed_zero_is_no_circled_one(recognizer: Recognizer) -> None:
    angles = np.linspace(0, 2 * np.pi, 60)
    zero = np.stack([150 + 60 * np.sin(angles), 150 - 95 * np.cos(angles)], axis=1)
    slash = spaced([[185, 85], [115, 215]])
    inner_slash = spaced([[175, 110], [125, 190]])
    assert recognizer.predict_strokes([zero, slash]).text == "0"
    assert recognizer.predict_strokes([zero, inner_slash]).text == "0"


def test_the_foot_of_a_one_is_no_underline(recognizer: Recognizer) -> None:
    one = spaced([[110, 90], [150, 50], [150, 250]])
    foot = spaced([[95, 250], [210, 250]])
    assert recognizer.predict_strokes([one, foot]).text == "1"


def test_the_line_of_a_sum_is_no_digit(recognizer: Recognizer) -> None:
    rng = np.random.default_rng(2)
    rows = [draw_with_mark("long underline", "47", rng), draw_with_mark("tap after", "72", rng)]
    upper, (line,), _ = rows[0]
    bottom = max(stroke[:, 1].max() for stroke in [*upper, line])
    lower = [stroke + np.array([0, bottom]) for stroke in rows[1][0]]
    assert recognizer.predict_strokes([*upper, line, *lower]).text == "47\n72"


def test_two_taps_on_an_empty_pad_are_read_as_before(recognizer: Recognizer) -> None:
    """Without a digit, nothing says what is large and what is small."""
    taps = [np.array([[40.0, 30.0]]), np.array([[200.0, 30.0]])]
    assert len(recognizer.predict_strokes(taps).digits) == 2


SEVEN_STEM = [[101, 85], [128, 54], [173, 60], [174, 115], [141, 198], [130, 259]]
SEVEN_BAR = [[102, 238], [108, 223], [245, 228]]
FOUR_FOOT = [[112, 50], [95, 136], [91, 195], [112, 192], [128, 203]]
FOUR_STEM = [[166, 126], [167, 196], [165, 240]]


def test_a_seven_with_a_low_bar_is_no_two(recognizer: Recognizer) -> None:
    seven = [spaced(SEVEN_STEM), spaced(SEVEN_BAR)]
    assert recognizer.predict_strokes(seven).text == "7"
    assert recognizer.predict_strokes(seven[::-1]).text == "7"


def test_a_two_whose_foot_is_a_stroke_of_its_own_stays_a_two(recognizer: Recognizer) -> None:
    hook = spaced([[95, 90], [120, 55], [165, 60], [170, 110], [130, 180], [90, 250]])
    foot = spaced([[88, 248], [190, 246]])
    assert recognizer.predict_strokes([hook, foot]).text == "2"


def test_the_strokes_of_an_open_four_are_no_ones(recognizer: Recognizer) -> None:
    four = [spaced(FOUR_FOOT), spaced(FOUR_STEM)]
    assert recognizer.predict_strokes(four).text == "4"
    second = [stroke + np.array([150.0, 0.0]) for stroke in four]
    assert recognizer.predict_strokes([*four, *second]).text == "44"
