"""Digits of two small sets of scans."""

import numpy as np
import pytest

from model.training.scans import read_scans


@pytest.mark.parametrize(
    ("name", "widths", "count", "ones"),
    [("optdigits", (48,), 5620, 571), ("mfeat", (30, 48), 2000, 200)],
)
def test_each_digit_comes_with_three_pens_in_each_width(
    name: str, widths: tuple[int, ...], count: int, ones: int
) -> None:
    digits = read_scans(name, widths)
    copies = 3 * len(widths)
    assert digits.glyphs.shape == (copies * count, 28, 28)
    assert np.sum(digits.labels == 1) == copies * ones
    ink = digits.glyphs.reshape(copies, count, -1).sum(axis=2).mean(axis=1)
    assert ink[0] < ink[1] < ink[2]  # a thicker pen each


def test_wider_is_wider() -> None:
    digits = read_scans("mfeat", (30, 48))
    narrow, square = np.split(digits.glyphs, 2)
    columns = [(half > 0).any(axis=1).sum(axis=1).mean() for half in (narrow, square)]
    assert columns[0] < columns[1]
