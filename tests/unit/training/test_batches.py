"""Training batches: reproducible in worker processes, with the share of each source."""

from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import numpy as np

from model.training.batches import Batch, BatchSequence, prefetch_batches
from model.training.mnist import Images
from model.training.worker_pool import fork_workers


def make_sequence() -> BatchSequence:
    """Batches of two sources, labeled 0 and 1, with shares of 3 to 1."""
    rng = np.random.default_rng(0)
    glyphs = rng.integers(0, 255, (40, 28, 28)).astype(np.uint8)
    zeros, ones = (Images(glyphs, np.full(40, label)) for label in (0, 1))
    return BatchSequence([(zeros, 3.0), (ones, 1.0)], batch_size=16, epoch_size=100, seed=5)


def prefetch_six_batches() -> list[Batch]:
    pool = fork_workers(make_sequence().__getitem__)
    batches = list(islice(prefetch_batches(pool, 3), 6))
    pool.shutdown(cancel_futures=True)
    return batches


def test_workers_make_the_batches_of_the_sequence_in_order() -> None:
    # In a new process, because a process with threads, as pytest may be, must not fork workers.
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        batches = process.submit(prefetch_six_batches).result(timeout=60)
    sequence = make_sequence()
    for index, (glyphs, labels) in enumerate(batches, start=3):
        expected_glyphs, expected_labels = sequence[index]
        assert np.array_equal(glyphs, expected_glyphs)
        assert np.array_equal(labels, expected_labels)
    assert not np.array_equal(batches[0][0], batches[1][0])


def test_each_source_has_its_share_of_the_samples() -> None:
    sequence = make_sequence()
    labels = np.concatenate([sequence[index][1] for index in range(60)])
    assert sequence.steps_per_epoch == 7
    assert 0.2 < labels.mean() < 0.3
