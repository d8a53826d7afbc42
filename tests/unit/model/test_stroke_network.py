"""The stroke network gives a second opinion on digits that the other network doubts."""

from dataclasses import fields

import numpy as np
import pytest

from model.network import Network, NetworkOutput
from model.preprocessing.stroke_features import (
    FEATURE_CHANNELS,
    FEATURE_POINTS,
    resample_strokes,
    stroke_features,
)
from model.preprocessing.strokes import Stroke
from model.stroke_network import StrokeNetwork, add_second_opinion
from model.training.pad_marks import write_number


@pytest.fixture(scope="module")
def network() -> Network:
    return Network()


@pytest.fixture(scope="module")
def stroke_network() -> StrokeNetwork:
    return StrokeNetwork()


def digit(text: str, seed: int) -> list[Stroke]:
    (strokes,) = write_number(text, np.random.default_rng(seed))
    return strokes


@pytest.mark.parametrize("value", range(10))
def test_features_do_not_depend_on_position_size_and_speed(value: int) -> None:
    strokes = digit(str(value), value)
    expected = stroke_features(strokes)
    assert expected.shape == (FEATURE_POINTS, FEATURE_CHANNELS)
    moved = [stroke * 3.5 + (200.0, -80.0) for stroke in strokes]
    assert stroke_features(moved) == pytest.approx(expected, abs=1e-4)
    slow = [np.repeat(stroke, 3, axis=0) for stroke in strokes]
    assert stroke_features(slow) == pytest.approx(expected, abs=1e-4)


def test_every_stroke_has_a_point() -> None:
    dot, line = np.array([[5.0, 5.0]]), np.array([[0.0, 0.0], [0.0, 100.0]])
    points, is_start = resample_strokes([line, dot, line])
    assert is_start.sum() == 3
    assert [5.0, 5.0] in points.tolist()


@pytest.mark.parametrize("count", [1, 2, 200])
def test_dots_alone_have_finite_features(count: int) -> None:
    features = stroke_features([np.array([[3.0, 4.0]])] * count)
    assert features.shape == (FEATURE_POINTS, FEATURE_CHANNELS)
    assert np.isfinite(features).all()


def test_digits_from_pen_paths_are_classified(stroke_network: StrokeNetwork) -> None:
    labels = [value for value in range(10) for _ in range(20)]
    features = [stroke_features(digit(str(value), seed)) for seed, value in enumerate(labels)]
    probabilities = stroke_network.classify(features)
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(200), abs=1e-5)
    assert np.mean(probabilities.argmax(axis=1) == labels) >= 0.95


def output_for(sure: bool, values: tuple[int, int], digit_probability: float) -> NetworkOutput:
    """One glyph that may be either of two digits, the first a little more likely."""
    probabilities = np.full((1, 10), 1e-6, np.float32)
    probabilities[0, list(values)] = 0.52, 0.48
    return NetworkOutput(
        probabilities,
        np.array([digit_probability], np.float32),
        np.array([0.52], np.float32),
        np.array([sure]),
        np.zeros((1, 64), np.float32),
        np.zeros((1, 10, 7, 7), np.float32),
    )


@pytest.mark.parametrize(("value", "other"), [(0, 6), (2, 7), (4, 9), (5, 3), (8, 3)])
def test_the_strokes_decide_between_two_digits(
    network: Network, stroke_network: StrokeNetwork, value: int, other: int
) -> None:
    output = output_for(False, (other, value), 0.95)
    opinion = add_second_opinion(output, [digit(str(value), 3)], network, stroke_network)
    assert opinion.probabilities[0].argmax() == value
    assert opinion.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert output.probabilities[0].argmax() == other  # the argument is not changed


def test_a_sure_digit_and_a_segment_of_an_image_keep_their_output(
    network: Network, stroke_network: StrokeNetwork
) -> None:
    sure, unsure = output_for(True, (6, 0), 0.99), output_for(False, (6, 0), 0.99)
    assert add_second_opinion(sure, [digit("0", 3)], network, stroke_network) is sure
    assert add_second_opinion(unsure, [None], network, stroke_network) is unsure


def test_what_does_not_look_like_a_digit_does_not_become_sure(
    network: Network, stroke_network: StrokeNetwork
) -> None:
    output = output_for(False, (0, 6), 0.5)
    opinion = add_second_opinion(output, [digit("0", 3)], network, stroke_network)
    assert opinion.digit_probability[0] > 0.5
    assert not opinion.sure[0]


def test_a_second_opinion_has_the_shapes_and_types_of_the_first(
    network: Network, stroke_network: StrokeNetwork
) -> None:
    output = output_for(False, (0, 6), 0.5)
    opinion = add_second_opinion(output, [digit("0", 3)], network, stroke_network)
    for field in fields(NetworkOutput):
        before, after = getattr(output, field.name), getattr(opinion, field.name)
        assert (before.shape, before.dtype) == (after.shape, after.dtype)
