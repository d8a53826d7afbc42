"""Digits of two small sets of scans, at several stroke widths."""

import numpy as np
import pytest

from model.training.mnist import Images
from model.training.scans import read_scans

WIDTHS = {"optdigits": (48,), "mfeat": (30, 48)}


@pytest.fixture(scope="module")
def scans() -> dict[str, Images]:
    return {name: read_scans(name, widths) for name, widths in WIDTHS.items()}


@pytest.mark.parametrize(
    ("name", "count", "ones"), [("optdigits", 5620, 571), ("mfeat", 2000, 200)]
)
def test_each_digit_has_three_stroke_widths_in_each_image_width(
    scans: dict[str, Images], name: str, count: int, ones: int
) -> None:
    digits = scans[name]
    copies = 3 * len(WIDTHS[name])
    assert digits.glyphs.shape == (copies * count, 28, 28)
    assert np.sum(digits.labels == 1) == copies * ones
    darkness = digits.glyphs.reshape(copies, count, -1).sum(axis=2).mean(axis=1)
    assert darkness[0] < darkness[1] < darkness[2]


def test_wider_images_make_wider_glyphs(scans: dict[str, Images]) -> None:
    narrow, square = np.split(scans["mfeat"].glyphs, 2)
    columns = [(half > 0).any(axis=1).sum(axis=1).mean() for half in (narrow, square)]
    assert columns[0] < columns[1]
