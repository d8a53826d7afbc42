"""A pool of synthetic pages that worker processes renew while the detector is trained."""

from __future__ import annotations

import os
import time
from multiprocessing import RawArray, RawValue, get_context
from multiprocessing.process import BaseProcess
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.training.detector.pages import PageGenerator

_MAX_DIGITS = 40  # on a page; a page with more is made again
_MIN_PAGES = 512  # pages to wait for before the first batch
_PAGES_AHEAD = 4096  # pages to make at once
_USES = 2  # how often a page is used on average
_NO_VALUE = -1


class PagePool:
    """Pages in shared memory: each is used for several batches, altered each time.

    Workers overwrite the oldest pages with new ones without end.
    """

    def __init__(
        self, generator: PageGenerator, side: int, capacity: int, workers: int, seed: int
    ) -> None:
        self._generator = generator
        self._side = side
        self._capacity = capacity
        self._pictures = _share(np.uint8, (capacity, side, side, 3))
        self._ink = _share(np.uint8, (capacity, side, side))
        self._boxes = _share(np.float32, (capacity, _MAX_DIGITS, 4))
        self._values = _share(np.int64, (capacity, _MAX_DIGITS))
        self._counts = [RawValue("q", 0) for _ in range(workers)]
        self._used = RawValue("q", 0)
        context = get_context("fork")
        self._processes: list[BaseProcess] = []
        for index in range(workers):
            process = context.Process(target=self._fill, args=(index, seed), daemon=True)
            process.start()
            self._processes.append(process)

    def _fill(self, worker: int, seed: int) -> None:
        """Write pages into every `workers`-th slot, for ever."""
        cv2.setNumThreads(1)
        rng = np.random.default_rng((seed, worker))
        workers = len(self._counts)
        slots = self._capacity // workers
        os.nice(5)
        parent = os.getppid()
        while os.getppid() == parent:  # a parent that was killed cannot stop its workers
            if self._counts[worker].value * workers > _PAGES_AHEAD + self._used.value / _USES:
                time.sleep(0.05)
                continue
            page = self._generator.generate(rng)
            count = len(page.values)
            if count > _MAX_DIGITS:
                continue
            slot = worker + workers * (self._counts[worker].value % slots)
            self._values[slot] = _NO_VALUE
            self._pictures[slot] = page.picture
            self._ink[slot] = page.ink
            if count:
                self._boxes[slot, :count] = page.boxes
                self._values[slot, :count] = page.values
            self._counts[worker].value += 1

    @property
    def page_count(self) -> int:
        """How many pages were made so far."""
        return sum(count.value for count in self._counts)

    def sample(
        self, count: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[Any], list[Any]]:
        """Return altered pictures, ink, and the boxes and values of each of `count` pages."""
        while self.page_count < _MIN_PAGES:
            time.sleep(0.2)
        self._used.value += count
        workers = len(self._counts)
        filled = min(min(c.value for c in self._counts), self._capacity // workers) * workers
        slots = rng.integers(0, max(filled, 1), count)
        all_values = self._values[slots]  # copied once: a worker may be replacing a page
        present = all_values != _NO_VALUE
        boxes = [self._boxes[slot][mask] for slot, mask in zip(slots, present, strict=True)]
        values = [row[mask] for row, mask in zip(all_values, present, strict=True)]
        pictures = np.stack([alter_colors(self._pictures[slot], rng) for slot in slots])
        return pictures, self._ink[slots], boxes, values

    def close(self) -> None:
        """Stop the workers."""
        for process in self._processes:
            process.terminate()


def alter_colors(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture with channels permuted, contrast changed, and one of six inverted."""
    if rng.random() < 0.5:
        picture = picture[..., rng.permutation(3)]
    levels = np.arange(256, dtype=np.float32)
    if rng.random() < 0.16:
        levels = 255 - levels
    if rng.random() < 0.6:
        levels = 255 * (levels / 255) ** np.exp(rng.normal(0, 0.3))
        levels = levels * rng.uniform(0.6, 1.1) + rng.uniform(-15, 25)
    table = np.clip(levels, 0, 255).astype(np.uint8)
    return np.asarray(table[picture], np.uint8)


def _share(dtype: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return np.frombuffer(RawArray("b", size), dtype).reshape(shape)
