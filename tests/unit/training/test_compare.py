"""Whether a network that learnt from corrections is better."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model.network import NETWORK_FILE, Network
from model.training.compare import Comparison, compare, verdict
from model.training.corrections import split
from model.training.mnist import Images

SAMPLE = Path(__file__).parents[1] / "model" / "mnist_sample.npz"


def a_comparison(served: str, candidate: str) -> Comparison:
    """Two networks on a set: "1" for a sample that was read right, "0" for one that was not."""
    return Comparison("MNIST test", *(np.array([c == "1" for c in s]) for s in (served, candidate)))


@pytest.mark.parametrize(
    ("comparisons", "sentence"),
    [
        ([("1000", "1110"), ("1111", "1111")], "Better: 2 more"),
        ([("1000", "0100"), ("1110", "1111")], "Not better: it reads no more"),
        ([("1000", "1110"), ("1111", "1101")], "worse on MNIST test."),
    ],
)
def test_better_is_better_on_corrections_and_not_worse_elsewhere(
    comparisons: list[tuple[str, str]], sentence: str
) -> None:
    assert sentence in verdict([a_comparison(*one) for one in comparisons])


def test_a_fifth_of_the_corrections_is_held_out_and_stays_so() -> None:
    random = np.random.default_rng(1)
    glyphs = random.integers(0, 256, (500, 28, 28), np.uint8)
    images = Images(glyphs, np.arange(500) % 10)
    learnt, held_out = split(images)
    assert len(learnt.glyphs) + len(held_out.glyphs) == 500
    assert 60 < len(held_out.glyphs) < 140
    _, more = split(Images(glyphs[::-1], images.labels[::-1]))
    assert np.array_equal(more.glyphs[::-1], held_out.glyphs)
    assert np.array_equal(more.labels[::-1], held_out.labels)


def test_too_few_corrections_are_said_to_be_so() -> None:
    with pytest.raises(ValueError, match="too few"):
        split(Images(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.int64)))


def test_a_network_is_not_better_than_itself(tmp_path: Path) -> None:
    with np.load(SAMPLE) as arrays:
        glyphs, labels = arrays["images"], arrays["labels"]
    file = tmp_path / "mnist.npz"
    np.savez(file, x_train=glyphs, y_train=labels, x_test=glyphs, y_test=labels)
    for suffix in (".tflite", ".json"):
        shutil.copy(NETWORK_FILE.with_suffix(suffix), tmp_path)
    candidate = Network(tmp_path / NETWORK_FILE.name)
    comparisons = compare(Network(), candidate, file, file, lambda _reader: {})
    assert [one.gain for one in comparisons] == [0, 0]
    assert comparisons[1].served.mean() > 0.9
    assert verdict(comparisons).startswith("Not better")
