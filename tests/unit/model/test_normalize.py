"""Normalization follows MNIST's rules; SciPy and MNIST itself are the references."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass, shift

from model.preprocessing.normalize import (
    BOX_SIDE,
    GLYPH_SIDE,
    center_by_mass,
    normalize_image,
    normalize_strokes,
    scale_to_box,
)

Mnist = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def ink_size(glyph: NDArray[np.uint8]) -> tuple[int, int]:
    rows, columns = np.nonzero(glyph)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def test_the_center_of_mass_is_where_scipy_finds_it(mnist: Mnist) -> None:
    for image in mnist[0]:
        rows, columns = np.nonzero(image)
        box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        y, x = center_of_mass(center_by_mass(box))
        assert abs(y - (GLYPH_SIDE - 1) / 2) <= 0.51
        assert abs(x - (GLYPH_SIDE - 1) / 2) <= 0.51


def test_mnist_digits_return_to_their_own_position(mnist: Mnist) -> None:
    """Cropped to its ink, a digit is centered within a pixel of its position in MNIST."""
    for image in mnist[0]:
        rows, columns = np.nonzero(image)
        box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        rows, columns = np.nonzero(center_by_mass(box))
        old_rows, old_columns = np.nonzero(image)
        assert abs(rows.min() - old_rows.min()) <= 1
        assert abs(columns.min() - old_columns.min()) <= 1


@pytest.mark.parametrize("shape", [(200, 50), (50, 200), (9, 7), (1, 40), (333, 334)])
def test_the_longer_side_becomes_20_pixels_and_the_aspect_ratio_is_preserved(
    shape: tuple[int, int],
) -> None:
    height, width = shape
    fitted = scale_to_box(np.full(shape, 255, np.uint8))
    assert max(fitted.shape) == BOX_SIDE
    expected = max(1, min(height, width) * BOX_SIDE / max(height, width))
    assert abs(min(fitted.shape) - expected) <= 0.5


def test_an_enlarged_mnist_digit_becomes_the_digit_again(mnist: Mnist) -> None:
    for image in mnist[0][::5]:
        large = np.kron(image, np.ones((9, 9), np.uint8))
        glyph = normalize_image(np.pad(large, ((70, 3), (11, 90))))
        assert max(ink_size(glyph)) == BOX_SIDE
        offsets = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
        shifted = [shift(glyph.astype(float), offset).ravel() for offset in offsets]
        assert max(np.corrcoef(pixels, image.ravel())[0, 1] for pixels in shifted) > 0.8


def test_a_hairline_is_widened_to_the_stroke_width_of_mnist() -> None:
    hairline = np.zeros((400, 300), np.uint8)
    hairline[20:380, 150] = 255
    glyph = normalize_image(hairline)
    assert 1.5 <= glyph[14].sum() / 255 <= 3.5


def test_an_image_without_ink_has_a_blank_glyph() -> None:
    assert not normalize_image(np.zeros((30, 40), np.uint8)).any()


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.1])
def test_strokes_fill_20_pixels_around_their_center_of_mass(angle: float) -> None:
    line = np.array([[0.0, 0.0], [10.0, 100.0], [40.0, 130.0]])
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    glyph = normalize_strokes([line @ rotation])
    assert abs(max(ink_size(glyph)) - BOX_SIDE) <= 1
    y, x = center_of_mass(glyph)
    assert abs(y - 13.5) <= 0.51
    assert abs(x - 13.5) <= 0.51
