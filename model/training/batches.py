"""Endless augmented training batches, made by worker processes ahead of the training."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray

from model.training.augmentation import augment
from model.training.mnist import Images
from model.training.worker_pool import WORKERS, run_task

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]
_PREFETCHED_PER_WORKER = 4


class BatchSequence:
    """Augmented batches of glyphs, uint8 (n, 28, 28, 1), and their classes, int64 (n,).

    A batch depends on the seed and its index only, so a training that resumes after an
    interruption sees the batches that it would have seen without one.

    sources: images, and their share of every batch (normalized to a sum of 1).
    """

    def __init__(
        self, sources: list[tuple[Images, float]], batch_size: int, epoch_size: int, seed: int
    ) -> None:
        total = sum(share for _, share in sources)
        self.sources = [(images, share / total) for images, share in sources]
        self.batch_size = batch_size
        self.steps_per_epoch = math.ceil(epoch_size / batch_size)
        self.seed = seed

    def __getitem__(self, index: int) -> Batch:
        rng = np.random.default_rng((self.seed, index))
        glyphs, labels = [], []
        sizes = rng.multinomial(self.batch_size, [share for _, share in self.sources])
        for (images, _), size in zip(self.sources, sizes, strict=True):
            chosen = rng.integers(len(images.labels), size=size)
            glyphs.append(images.glyphs[chosen])
            labels.append(images.labels[chosen])
        return augment(np.concatenate(glyphs), rng)[..., None], np.concatenate(labels)


def prefetch_batches(pool: ProcessPoolExecutor, start: int) -> Iterator[Batch]:
    """Yield batch `start` and all that follow, in order, while workers make the next ones.

    pool: workers forked for the `__getitem__` of a BatchSequence.
    """
    ahead = WORKERS * _PREFETCHED_PER_WORKER
    pending = deque(pool.submit(run_task, start + offset) for offset in range(ahead))
    index = start
    while True:
        yield pending.popleft().result()
        pending.append(pool.submit(run_task, index + ahead))
        index += 1
