"""Handwritten symbols of the Detexify set."""

import numpy as np

from model.training.detexify import read_drawings, render_symbols
from model.training.pen import is_bar


def test_every_drawing_has_a_longer_side_of_one() -> None:
    drawings = read_drawings()
    assert len(drawings) == 34_910
    for drawing in drawings[::500]:
        points = np.concatenate(drawing)
        assert points.min() == 0
        assert np.ptp(points, axis=0).max() == 1


def test_rendered_symbols_all_differ_and_none_is_a_bar() -> None:
    glyphs = render_symbols(60, np.random.default_rng(3))
    assert glyphs.shape == (60, 28, 28)
    assert len(np.unique(glyphs, axis=0)) == 60
    assert not any(is_bar(glyph) for glyph in glyphs)
