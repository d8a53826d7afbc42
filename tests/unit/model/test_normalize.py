"""Normalisation against MNIST's own rules, with SciPy and MNIST itself as oracles."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass, shift

from model.preprocessing.normalize import (
    BOX,
    SIDE,
    center_by_mass,
    fit_in_box,
    normalize_image,
    normalize_strokes,
)

Mnist = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def ink_size(glyph: NDArray[np.uint8]) -> tuple[int, int]:
    rows, columns = np.nonzero(glyph)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_centre_of_mass_is_scipys(mnist: Mnist) -> None:
    for picture in mnist[0]:
        rows, columns = np.nonzero(picture)
        box = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        y, x = center_of_mass(center_by_mass(box))
        assert abs(y - (SIDE - 1) / 2) <= 0.51
        assert abs(x - (SIDE - 1) / 2) <= 0.51


def test_mnists_own_pictures_go_where_mnist_put_them(mnist: Mnist) -> None:
    """Wherever the ink is moved, it comes back to within a pixel of MNIST's own place."""
    for picture in mnist[0]:
        rows, columns = np.nonzero(picture)
        box = picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        rows, columns = np.nonzero(center_by_mass(box))
        old_rows, old_columns = np.nonzero(picture)
        assert abs(rows.min() - old_rows.min()) <= 1
        assert abs(columns.min() - old_columns.min()) <= 1


@pytest.mark.parametrize("shape", [(200, 50), (50, 200), (9, 7), (1, 40), (333, 334)])
def test_the_longer_side_becomes_twenty_and_the_aspect_is_kept(shape: tuple[int, int]) -> None:
    height, width = shape
    fitted = fit_in_box(np.full(shape, 255, np.uint8))
    assert max(fitted.shape) == BOX
    expected = max(1, min(height, width) * BOX / max(height, width))
    assert abs(min(fitted.shape) - expected) <= 0.5


def test_a_picture_of_a_digit_becomes_the_digit(mnist: Mnist) -> None:
    for picture in mnist[0][::5]:
        large = np.kron(picture, np.ones((9, 9), np.uint8))
        glyph = normalize_image(np.pad(large, ((70, 3), (11, 90))))
        assert max(ink_size(glyph)) == BOX
        places = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
        moved = [shift(glyph.astype(float), place).ravel() for place in places]
        assert max(np.corrcoef(glyph, picture.ravel())[0, 1] for glyph in moved) > 0.8


def test_a_hairline_is_drawn_as_thick_as_the_network_knows() -> None:
    hair = np.zeros((400, 300), np.uint8)
    hair[20:380, 150] = 255
    glyph = normalize_image(hair)
    assert 1.5 <= glyph[14].sum() / 255 <= 3.5


def test_nothing_is_blank() -> None:
    assert not normalize_image(np.zeros((30, 40), np.uint8)).any()


@pytest.mark.parametrize("turn", [0.0, 0.4, 1.1])
def test_strokes_fill_twenty_pixels_around_their_centre_of_mass(turn: float) -> None:
    line = np.array([[0.0, 0.0], [10.0, 100.0], [40.0, 130.0]])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    glyph = normalize_strokes([line @ rotation])
    assert abs(max(ink_size(glyph)) - BOX) <= 1
    y, x = center_of_mass(glyph)
    assert abs(y - 13.5) <= 0.51
    assert abs(x - 13.5) <= 0.51
