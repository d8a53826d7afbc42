"""Which strokes are one digit: numbers stay apart, digits of several strokes and signs whole."""

from itertools import permutations

import numpy as np
import pytest

from model import Recognizer
from model.network import Network
from model.preprocessing.strokes import Stroke, clean_strokes
from model.segmentation.affinity import affinity_matrix
from model.segmentation.grouping import group_in_rows
from model.segmentation.scoring import SegmentScorer
from model.segmentation.segments import StrokeSegment, merge_stroke_segments, segments_from_strokes


def line(*points: tuple[float, float]) -> Stroke:
    """A pen path through corners, a point every few pixels, as a pad sends it."""
    corners = np.array(points, float)
    along = np.linspace(0, len(corners) - 1, 12 * (len(corners) - 1) + 1)
    steps = np.arange(len(corners))
    return np.stack([np.interp(along, steps, corners[:, k]) for k in (0, 1)], axis=1)


def ring(x: float, y: float, width: float, height: float) -> Stroke:
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, 40)
    return np.stack([x + width / 2 * np.cos(angle), y + height / 2 * np.sin(angle)], axis=1)


def at(strokes: list[Stroke], x: float, y: float = 0.0) -> list[Stroke]:
    return [stroke + np.array([x, y]) for stroke in strokes]


ONE = [line((30, 0), (30, 100))]
FOUR = [line((30, 0), (0, 62), (62, 62)), line((45, 25), (45, 100))]
SEVEN = [line((0, 0), (60, 0), (22, 100)), line((18, 50), (58, 50))]
ZERO = [ring(30, 50, 60, 100)]
FIVE = [
    line((8, 0), (5, 42), (35, 36), (60, 60), (55, 88), (28, 100), (0, 90)),
    line((8, 0), (58, 0)),
]
SIGNS = {
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
def test_a_digit_of_two_strokes_is_one(reader: Recognizer, digit: list[Stroke], text: str) -> None:
    assert reader.predict_strokes(digit).text == text


def test_neighbours_are_two(reader: Recognizer) -> None:
    assert reader.predict_strokes([*FOUR, *at(ONE, 70), *at(ZERO, 130)]).text == "410"
    assert reader.predict_strokes([*ONE, *at(ONE, 30)]).text == "11"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_strokes_does_not_matter(
    reader: Recognizer, order: tuple[int, ...]
) -> None:
    """The bar of a seven may come after the rest of the number."""
    strokes = [*SEVEN, *at(ZERO, 95)]
    assert reader.predict_strokes([strokes[k] for k in order]).text == "70"


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_not_taken_apart_into_digits(reader: Recognizer, sign: str) -> None:
    """The stem of a K is no 1."""
    reading = reader.predict_strokes(SIGNS[sign])
    assert [digit.verdict for digit in reading.digits] == ["not_a_digit"]


def test_a_sign_that_stands_apart_leaves_the_digits_as_they_are(reader: Recognizer) -> None:
    reading = reader.predict_strokes([*ZERO, *at(SIGNS["K"], 110), *at(ONE, 190)])
    assert reading.text == "0?1"


def test_lines_that_may_be_a_sign_are_no_digits_for_sure(reader: Recognizer) -> None:
    """An h of two strokes, whose hook alone would pass for a 7."""
    stem = np.array([[100.0, 60], [100, 260]])
    hook = np.array([[106.0, 170], [130, 150], [160, 155], [170, 180], [170, 260]])
    verdicts = {digit.verdict for digit in reader.predict_strokes([stem, hook]).digits}
    assert "digit" not in verdicts


def test_a_digit_among_signs_is_not_sure(reader: Recognizer) -> None:
    """Most likely it is part of one."""
    reading = reader.predict_strokes([*ZERO, *at(SIGNS["K"], 110)])
    assert reading.text == "0?"
    assert [digit.verdict for digit in reading.digits] == ["unsure", "not_a_digit"]


def test_a_digit_beside_what_may_be_a_sign_is_not_sure(reader: Recognizer) -> None:
    """A D is taken for a 0, or for none."""
    letter = line((0, 0), (0, 100), (40, 90), (55, 50), (40, 10), (0, 0))
    reading = reader.predict_strokes([letter, *at(SEVEN, 100)])
    assert reading.text == "07"
    assert [digit.verdict for digit in reading.digits] == ["unsure", "unsure"]


def test_digits_of_different_height_on_one_line_are_one_row(reader: Recognizer) -> None:
    small = [stroke * 0.5 + (0, 50) for stroke in ZERO]
    assert reader.predict_strokes([*small, *at(FOUR, 70), *at(ONE, 120)]).text == "041"


def test_lines_are_read_one_by_one(reader: Recognizer) -> None:
    strokes = [*ONE, *at(ZERO, 70), *at(SEVEN, 0, 140), *at(FOUR, 95, 140)]
    assert reader.predict_strokes(strokes).text == "10\n74"


def test_place_and_size_do_not_change_ties() -> None:
    strokes = [*FOUR, *at(ONE, 80), *at(ZERO, 150)]
    expected = affinity_matrix(segments_from_strokes(strokes), 8.0)
    moved = [stroke * 0.01 + (500, -300) for stroke in strokes]
    assert affinity_matrix(segments_from_strokes(moved), 8.0) == pytest.approx(expected, abs=1e-6)
    assert expected == pytest.approx(expected.T)


def test_every_stroke_is_in_one_group() -> None:
    random = np.random.default_rng(4)
    network = Network()
    for count in (2, 9, 41, 90):
        strokes = clean_strokes(list(random.uniform(0, 400, (count, 6, 2))))
        marks = segments_from_strokes(strokes)
        rows: list[list[StrokeSegment]] = group_in_rows(
            marks, merge_stroke_segments, SegmentScorer(network)
        )
        found = [id(stroke) for row in rows for mark in row for stroke in mark.strokes]
        assert sorted(found) == sorted(map(id, strokes))
