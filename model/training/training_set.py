"""The training set: its sources and the share of each in every batch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.training import NEGATIVE_SHARE, NOT_A_DIGIT
from model.training.detexify import render_symbols
from model.training.handwriting import synthesize_digits
from model.training.mnist import Images, Mnist
from model.training.negatives import generate_negatives
from model.training.scans import read_scans
from model.training.worker_pool import fork_workers, run_task

_SYMBOL_SHARE = 0.09
_CHUNK_SIZE = 5_000  # glyphs that a worker generates at a time

Source = tuple[Images, float]  # images, and their share of every batch
Synthesizer = Callable[[int, np.random.Generator], Images]


def load_sources(mnist: Mnist, seed: int, synthetic: int) -> list[Source]:
    """Return all sources of the training set.

    synthetic: how many digits, how many negatives and how many symbols to generate.
    """

    def make_negatives(count: int, rng: np.random.Generator) -> Images:
        return _label_not_a_digit(generate_negatives(count, mnist.train.glyphs, rng))

    def make_symbols(count: int, rng: np.random.Generator) -> Images:
        return _label_not_a_digit(render_symbols(count, rng))

    return [
        (mnist.train, 0.46),
        (read_scans("optdigits", (48,)), 0.06),
        (read_scans("mfeat", (30, 48)), 0.06),
        (_generate(synthesize_digits, synthetic, seed), 0.21),
        (_generate(make_negatives, synthetic, seed), NEGATIVE_SHARE - _SYMBOL_SHARE),
        (_generate(make_symbols, synthetic, seed), _SYMBOL_SHARE),
    ]


def _label_not_a_digit(glyphs: NDArray[np.uint8]) -> Images:
    return Images(glyphs, np.full(len(glyphs), NOT_A_DIGIT))


def _generate(synthesize: Synthesizer, count: int, seed: int) -> Images:
    """Generate `count` images on all cores.

    Each chunk has its own random generator, so the result does not depend on the number of cores.
    """
    counts = [min(_CHUNK_SIZE, count - done) for done in range(0, count, _CHUNK_SIZE)]
    rngs = np.random.default_rng(seed).spawn(len(counts))
    with fork_workers(synthesize) as pool:
        chunks = list(pool.map(run_task, counts, rngs))
    return Images(*(np.concatenate(arrays) for arrays in zip(*chunks, strict=True)))
