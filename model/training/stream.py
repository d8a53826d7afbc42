"""Endless training batches: digits and made marks, each time bent and inked anew."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray

from model.training.augment import augment
from model.training.mnist import Images
from model.training.worker_pool import PROCESSES, call

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]
_AHEAD = 4  # batches that each process may be ahead of the training


class Stream:
    """Augmented batches of glyphs uint8 (n, 28, 28, 1) and their classes.

    A batch depends on seed and number alone, so that training resumed after an interruption sees
    what it would have seen.

    parts: the sources, and the share of every batch that comes from each.
    """

    def __init__(
        self, parts: list[tuple[Images, float]], batch: int, epoch_size: int, seed: int
    ) -> None:
        total = sum(share for _, share in parts)
        self.parts = [(images, share / total) for images, share in parts]
        self.batch = batch
        self.steps = math.ceil(epoch_size / batch)
        self.seed = seed

    def __getitem__(self, number: int) -> Batch:
        random = np.random.default_rng((self.seed, number))
        glyphs, labels = [], []
        sizes = random.multinomial(self.batch, [share for _, share in self.parts])
        for (images, _), size in zip(self.parts, sizes, strict=True):
            chosen = random.integers(len(images.labels), size=size)
            glyphs.append(images.glyphs[chosen])
            labels.append(images.labels[chosen])
        return augment(np.concatenate(glyphs), random)[..., None], np.concatenate(labels)


def batches(pool: ProcessPoolExecutor, number: int) -> Iterator[Batch]:
    """Batch `number` and all after it, in order, by processes forked for the stream."""
    ahead = PROCESSES * _AHEAD
    waiting = deque(pool.submit(call, number + i) for i in range(ahead))
    while True:
        yield waiting.popleft().result()
        waiting.append(pool.submit(call, number + ahead))
        number += 1
