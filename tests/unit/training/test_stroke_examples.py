"""Examples for the stroke network."""

import numpy as np

from model.preprocessing.stroke_features import FEATURE_CHANNELS, FEATURE_POINTS
from model.training import NOT_A_DIGIT
from model.training.stroke_examples import (
    NEGATIVE_SHARE,
    distort,
    generate_examples,
    vary_pen_lifts,
)


def test_examples_of_a_seed_are_the_same_and_cover_all_classes() -> None:
    examples = generate_examples(400, np.random.default_rng(3))
    again = generate_examples(400, np.random.default_rng(3))
    assert np.array_equal(examples.points, again.points)
    assert np.array_equal(examples.labels, again.labels)
    assert set(examples.labels.tolist()) == set(range(11))
    share = np.mean(examples.labels == NOT_A_DIGIT)
    assert abs(share - NEGATIVE_SHARE) < 0.08
    assert examples.is_start[:, 0].all()


def test_distorted_examples_are_features_that_differ() -> None:
    examples = generate_examples(20, np.random.default_rng(3))
    rng = np.random.default_rng(0)
    first, second = (distort(examples.points, examples.is_start, rng) for _ in range(2))
    assert first.shape == (20, FEATURE_POINTS, FEATURE_CHANNELS)
    assert np.isfinite(first).all()
    assert not np.array_equal(first, second)
    assert np.array_equal(first[..., -1], examples.is_start)


def test_other_pen_lifts_keep_the_drawing() -> None:
    rng = np.random.default_rng(1)
    strokes = [rng.uniform(0, 1, (12, 2)), rng.uniform(0, 1, (9, 2))]
    points = {tuple(point) for stroke in strokes for point in stroke.tolist()}
    for _ in range(50):
        varied = vary_pen_lifts(strokes, rng)
        assert points <= {tuple(point) for stroke in varied for point in stroke.tolist()}
