"""Symbols that people drew: kept whole, drawn anew each time."""

import numpy as np

from model.training.detexify import draw_symbols, read_symbols
from model.training.pen import is_upright


def test_every_drawing_fills_a_square_of_side_one() -> None:
    drawings = read_symbols()
    assert len(drawings) == 34_910
    for drawing in drawings[::500]:
        points = np.concatenate(drawing)
        assert points.min() == 0
        assert np.ptp(points, axis=0).max() == 1


def test_symbols_are_drawn_anew_and_none_is_a_plain_bar() -> None:
    glyphs = draw_symbols(60, np.random.default_rng(3))
    assert glyphs.shape == (60, 28, 28)
    assert len(np.unique(glyphs, axis=0)) == 60
    assert not any(is_upright(glyph) for glyph in glyphs)
