"""Bending and inking digits anew keeps what they are."""

import numpy as np
import pytest

from model.training.augment import add_specks, augment, bending_maps, stretch


@pytest.fixture
def bars() -> np.ndarray:
    glyphs = np.zeros((64, 28, 28), np.uint8)
    glyphs[:, 4:24, 12:16] = 255
    return glyphs


def test_same_seed_gives_the_same_glyphs(bars: np.ndarray) -> None:
    first, again = (augment(bars, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_no_two_glyphs_come_out_alike(bars: np.ndarray) -> None:
    out = augment(bars, np.random.default_rng(3))
    assert len(np.unique(out.reshape(len(out), -1), axis=0)) == len(out)


def test_ink_is_never_lost(bars: np.ndarray) -> None:
    out = augment(bars, np.random.default_rng(0)).astype(int)
    assert (np.ptp(out.reshape(len(out), -1), axis=1) > 40).all()


def test_bending_is_even_handed() -> None:
    maps = np.median(bending_maps(4000, np.random.default_rng(0)), axis=0)
    line = (np.arange(56) + 0.5) / 2 - 0.5
    np.testing.assert_allclose(maps[28, :, 0], line, atol=0.15)
    np.testing.assert_allclose(maps[:, 28, 1], line, atol=0.15)


def test_stretching_changes_width_alone(bars: np.ndarray) -> None:
    widths = {stretch(bars[0], np.random.default_rng(seed)).shape for seed in range(40)}
    assert {height for height, _ in widths} == {28}
    assert len(widths) > 4


def test_specks_hit_at_most_about_a_tenth(bars: np.ndarray) -> None:
    out = add_specks(bars, np.random.default_rng(0))
    assert 0 < np.mean(out != bars) < 0.1
