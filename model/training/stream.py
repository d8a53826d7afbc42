"""Endless training batches: MNIST and made marks, each time bent and inked anew."""

from __future__ import annotations

import math

import keras
import numpy as np
from numpy.typing import NDArray

from model.training.augment import augment
from model.training.mnist import Images

Batch = tuple[NDArray[np.float32], NDArray[np.int64]]


class Stream(keras.utils.PyDataset):  # type: ignore[misc]
    """Augmented batches of (n, 28, 28, 1) in [0, 1] and their classes.

    A batch depends on seed, epoch and place alone, so that training resumed after an interruption
    sees what it would have seen.

    parts: the sources, and the share of every batch that comes from each.
    """

    def __init__(
        self, parts: list[tuple[Images, float]], batch: int, epoch_size: int, seed: int
    ) -> None:
        super().__init__(workers=1, max_queue_size=32)
        total = sum(share for _, share in parts)
        self.parts = [(images, share / total) for images, share in parts]
        self.batch = batch
        self.steps = math.ceil(epoch_size / batch)
        self.seed = seed
        self.epoch = 0

    @property
    def num_batches(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> Batch:
        random = np.random.default_rng((self.seed, self.epoch, step))
        glyphs, labels = [], []
        sizes = random.multinomial(self.batch, [share for _, share in self.parts])
        for (images, _), size in zip(self.parts, sizes, strict=True):
            chosen = random.integers(len(images.labels), size=size)
            glyphs.append(images.glyphs[chosen])
            labels.append(images.labels[chosen])
        bent = augment(np.concatenate(glyphs), random)
        return (bent[..., None] / 255).astype(np.float32), np.concatenate(labels)

    def on_epoch_end(self) -> None:
        self.epoch += 1
