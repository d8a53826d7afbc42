"""Strokes are grouped into digits: neighbors stay apart, multi-stroke symbols stay whole."""

from itertools import permutations

import numpy as np
import pytest

from model import Recognizer
from model.network import Network
from model.preprocessing.strokes import Stroke, clean_strokes
from model.segmentation.affinity import affinity_matrix
from model.segmentation.grouping import group_into_digits
from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import StrokeSegment, merge_stroke_segments, segments_from_strokes


def line(*points: tuple[float, float]) -> Stroke:
    """A stroke through corners, a point every few pixels, as a pad sends it."""
    corners = np.array(points, float)
    positions = np.linspace(0, len(corners) - 1, 12 * (len(corners) - 1) + 1)
    indices = np.arange(len(corners))
    return np.stack([np.interp(positions, indices, corners[:, k]) for k in (0, 1)], axis=1)


def ellipse(x: float, y: float, width: float, height: float) -> Stroke:
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, 40)
    return np.stack([x + width / 2 * np.cos(angle), y + height / 2 * np.sin(angle)], axis=1)


def move(strokes: list[Stroke], x: float, y: float = 0.0) -> list[Stroke]:
    return [stroke + np.array([x, y]) for stroke in strokes]


ONE = [line((30, 0), (30, 100))]
FOUR = [line((30, 0), (0, 62), (62, 62)), line((45, 25), (45, 100))]
SEVEN = [line((0, 0), (60, 0), (22, 100)), line((18, 50), (58, 50))]
ZERO = [ellipse(30, 50, 60, 100)]
FIVE = [
    line((8, 0), (5, 42), (35, 36), (60, 60), (55, 88), (28, 100), (0, 90)),
    line((8, 0), (58, 0)),
]
LETTERS = {
    "K": [line((0, 0), (0, 100)), line((60, 0), (3, 52), (62, 100))],
    "H": [line((0, 0), (0, 100)), line((70, 0), (70, 100)), line((0, 50), (70, 50))],
    "E": [
        line((0, 0), (0, 100)),
        *(line((0, y), (60, y)) for y in (0, 50, 100)),
    ],
    "A": [line((0, 100), (40, 0), (80, 100)), line((18, 60), (62, 60))],
}


@pytest.mark.parametrize(
    ("digit", "text"), [(FOUR, "4"), (SEVEN, "7"), (FIVE, "5")], ids=["4", "7", "5"]
)
def test_two_strokes_of_one_digit_are_one_digit(
    recognizer: Recognizer, digit: list[Stroke], text: str
) -> None:
    assert recognizer.predict_strokes(digit).text == text


def test_adjacent_digits_stay_separate(recognizer: Recognizer) -> None:
    assert recognizer.predict_strokes([*FOUR, *move(ONE, 70), *move(ZERO, 130)]).text == "410"
    assert recognizer.predict_strokes([*ONE, *move(ONE, 30)]).text == "11"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_strokes_does_not_matter(
    recognizer: Recognizer, order: tuple[int, ...]
) -> None:
    """The bar of a seven may be drawn after the rest of the number."""
    strokes = [*SEVEN, *move(ZERO, 95)]
    assert recognizer.predict_strokes([strokes[k] for k in order]).text == "70"


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_is_not_split_into_digits(recognizer: Recognizer, letter: str) -> None:
    """The stem of a K is not a 1."""
    prediction = recognizer.predict_strokes(LETTERS[letter])
    assert [digit.verdict for digit in prediction.digits] == ["not_a_digit"]


def test_a_letter_at_a_distance_does_not_change_the_digits(recognizer: Recognizer) -> None:
    prediction = recognizer.predict_strokes([*ZERO, *move(LETTERS["K"], 110), *move(ONE, 190)])
    assert prediction.text == "0?1"


def test_strokes_that_may_be_one_letter_are_unsure(recognizer: Recognizer) -> None:
    """The arch of an h in two strokes looks like a 7."""
    stem = np.array([[100.0, 60], [100, 260]])
    arch = np.array([[106.0, 170], [130, 150], [160, 155], [170, 180], [170, 260]])
    verdicts = {digit.verdict for digit in recognizer.predict_strokes([stem, arch]).digits}
    assert "digit" not in verdicts


def test_a_digit_among_as_many_letters_is_unsure(recognizer: Recognizer) -> None:
    """It is probably part of a letter."""
    prediction = recognizer.predict_strokes([*ZERO, *move(LETTERS["K"], 110)])
    assert prediction.text == "0?"
    assert [digit.verdict for digit in prediction.digits] == ["unsure", "not_a_digit"]


def test_a_digit_next_to_a_doubtful_symbol_is_unsure(recognizer: Recognizer) -> None:
    """A D looks like a 0, or like no digit."""
    letter = line((0, 0), (0, 100), (40, 90), (55, 50), (40, 10), (0, 0))
    prediction = recognizer.predict_strokes([letter, *move(SEVEN, 100)])
    assert prediction.text == "07"
    assert [digit.verdict for digit in prediction.digits] == ["unsure", "unsure"]


def test_digits_of_different_height_on_one_line_stay_in_one_line(recognizer: Recognizer) -> None:
    small = [stroke * 0.5 + (0, 50) for stroke in ZERO]
    assert recognizer.predict_strokes([*small, *move(FOUR, 70), *move(ONE, 120)]).text == "041"


def test_two_lines_are_separated_by_a_line_feed(recognizer: Recognizer) -> None:
    strokes = [*ONE, *move(ZERO, 70), *move(SEVEN, 0, 140), *move(FOUR, 95, 140)]
    assert recognizer.predict_strokes(strokes).text == "10\n74"


def test_affinity_does_not_depend_on_position_and_size() -> None:
    strokes = [*FOUR, *move(ONE, 80), *move(ZERO, 150)]
    expected = affinity_matrix(segments_from_strokes(strokes), 8.0)
    moved = [stroke * 0.01 + (500, -300) for stroke in strokes]
    assert affinity_matrix(segments_from_strokes(moved), 8.0) == pytest.approx(expected, abs=1e-6)
    assert expected == pytest.approx(expected.T)


def test_every_stroke_is_in_exactly_one_digit() -> None:
    rng = np.random.default_rng(4)
    network = Network()
    for count in (2, 9, 41, 90):
        strokes = clean_strokes(list(rng.uniform(0, 400, (count, 6, 2))))
        segments = segments_from_strokes(strokes)
        lines: list[list[StrokeSegment]] = group_into_digits(
            segments, merge_stroke_segments, SegmentScorer(network)
        )
        found = [id(stroke) for line in lines for digit in line for stroke in digit.strokes]
        assert sorted(found) == sorted(map(id, strokes))
