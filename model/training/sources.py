"""Everything that is learnt from, and the share of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.training import NOT_A_DIGIT
from model.training.detexify import draw_symbols
from model.training.handwriting import write_digits
from model.training.mnist import Images, Mnist
from model.training.negatives import make_negatives
from model.training.scans import read_scans
from model.training.worker_pool import call, fork_for

MARKS_TRAINED = 0.21  # share of what is learnt from that is no digit
_AT_ONCE = 5_000  # glyphs that one process makes
Random = np.random.Generator


def make_parts(mnist: Mnist, seed: int, made: int) -> list[tuple[Images, float]]:
    """What is learnt from and the share of each; `made` glyphs of every kind that is made."""

    def marks(count: int, random: Random) -> Images:
        return _none(make_negatives(count, mnist.train.glyphs, random))

    def symbols(count: int, random: Random) -> Images:
        return _none(draw_symbols(count, random))

    return [
        (mnist.train, 0.46),
        (read_scans("optdigits", (48,)), 0.06),
        (read_scans("mfeat", (30, 48)), 0.06),
        (_make(write_digits, made, seed), 0.21),
        (_make(marks, made, seed), MARKS_TRAINED - 0.09),
        (_make(symbols, made, seed), 0.09),
    ]


def _none(glyphs: NDArray[np.uint8]) -> Images:
    return Images(glyphs, np.full(len(glyphs), NOT_A_DIGIT))


def _make(maker: Callable[[int, Random], Images], count: int, seed: int) -> Images:
    """`count` glyphs of a maker, the same on however many cores."""
    counts = [min(_AT_ONCE, count - done) for done in range(0, count, _AT_ONCE)]
    randoms = np.random.default_rng(seed).spawn(len(counts))
    with fork_for(maker) as pool:
        made = list(pool.map(call, counts, randoms))
    return Images(*(np.concatenate(column) for column in zip(*made, strict=True)))
