"""A writer of odd sevens and nines, simulated by the pen: forms that are in no training set."""

import numpy as np

from model.training.evaluation_sets import StrokeSet
from model.training.pen import vary_handwriting
from model.training.pen_paths import PenPath, parse_pen_paths

PAD_SIZE = 200.0  # pixels of a drawing's height

# Sevens with a serif and a foot, with and without a bar; nines that are open at the top, or end in
# a small loop.
WRITER = """
7  1  0,0.3 0.02,0! 0.9,0.06! 0.5,0.55 0.3,1! 0.75,0.98  |  0.15,0.66 0.75,0.6
7  1  0.04,0.34 0,0! 0.86,0! 0.62,0.5 0.3,0.9! 0.6,0.95
9  1  0.35,0.04 0.06,0.3 0.3,0.62 0.75,0.55 0.9,0.2 0.7,0.02! 0.95,0.6 0.85,1! 1.1,0.9
9  1  0.4,0.02 0.05,0.25 0.35,0.5 0.75,0.3 0.55,0.05! 0.7,0.55 0.2,0.9! 0.5,1 0.95,0.9
"""


def draw(count: int, rng: np.random.Generator) -> StrokeSet:
    """Return `count` drawings of the writer, in pixels of a pad, and their labels."""
    paths: list[PenPath] = parse_pen_paths(WRITER)
    chosen = [paths[index] for index in rng.integers(len(paths), size=count)]
    samples = [
        [stroke * PAD_SIZE + 100 for stroke in vary_handwriting(path.strokes, rng, 0.6)]
        for path in chosen
    ]
    return StrokeSet(samples, [path.symbol for path in chosen])
