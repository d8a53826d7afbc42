"""Augmentation varies glyphs without destroying them."""

import numpy as np
import pytest

from model.training.augmentation import (
    add_salt_and_pepper,
    augment,
    sample_distortion_maps,
    vary_aspect_ratio,
)


@pytest.fixture
def bars() -> np.ndarray:
    """64 glyphs of the same vertical bar."""
    glyphs = np.zeros((64, 28, 28), np.uint8)
    glyphs[:, 4:24, 12:16] = 255
    return glyphs


def test_the_same_seed_gives_the_same_glyphs(bars: np.ndarray) -> None:
    first, second = (augment(bars, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_no_two_augmented_glyphs_are_equal(bars: np.ndarray) -> None:
    augmented = augment(bars, np.random.default_rng(3))
    assert len(np.unique(augmented.reshape(len(augmented), -1), axis=0)) == len(augmented)


def test_no_augmented_glyph_is_blank(bars: np.ndarray) -> None:
    augmented = augment(bars, np.random.default_rng(0)).astype(int)
    assert (np.ptp(augmented.reshape(len(augmented), -1), axis=1) > 40).all()


def test_the_median_distortion_is_the_identity() -> None:
    maps = np.median(sample_distortion_maps(4000, np.random.default_rng(0)), axis=0)
    identity = (np.arange(56) + 0.5) / 2 - 0.5
    np.testing.assert_allclose(maps[28, :, 0], identity, atol=0.15)
    np.testing.assert_allclose(maps[:, 28, 1], identity, atol=0.15)


def test_the_aspect_ratio_changes_by_the_width_only(bars: np.ndarray) -> None:
    shapes = {vary_aspect_ratio(bars[0], np.random.default_rng(seed)).shape for seed in range(40)}
    assert {height for height, _ in shapes} == {28}
    assert len(shapes) > 4


def test_salt_and_pepper_changes_at_most_about_a_tenth_of_the_pixels(bars: np.ndarray) -> None:
    speckled = add_salt_and_pepper(bars, np.random.default_rng(0))
    assert 0 < np.mean(speckled != bars) < 0.1
