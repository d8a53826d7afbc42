"""Batches: the same whoever makes them, and each part's share of them."""

from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import numpy as np

from model.training.mnist import Images
from model.training.stream import Batch, Stream, batches
from model.training.worker_pool import fork_for


def stream_of_two() -> Stream:
    random = np.random.default_rng(0)
    glyphs = random.integers(0, 255, (40, 28, 28)).astype(np.uint8)
    zeros, ones = (Images(glyphs, np.full(40, label)) for label in (0, 1))
    return Stream([(zeros, 3.0), (ones, 1.0)], batch=16, epoch_size=100, seed=5)


def six_batches() -> list[Batch]:
    pool = fork_for(stream_of_two().__getitem__)
    made = list(islice(batches(pool, 3), 6))
    pool.shutdown(cancel_futures=True)
    return made


def test_processes_make_the_batches_of_the_stream_in_order() -> None:
    """In a process of its own, as a training is: one with threads must not be forked."""
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        made = alone.submit(six_batches).result(timeout=60)
    stream = stream_of_two()
    for number, (glyphs, labels) in enumerate(made, start=3):
        expected, expected_labels = stream[number]
        assert np.array_equal(glyphs, expected)
        assert np.array_equal(labels, expected_labels)
    assert not np.array_equal(made[0][0], made[1][0])


def test_each_part_has_its_share() -> None:
    stream = stream_of_two()
    labels = np.concatenate([stream[number][1] for number in range(60)])
    assert stream.steps == 7
    assert 0.2 < labels.mean() < 0.3
