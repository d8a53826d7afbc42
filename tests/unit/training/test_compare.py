"""Whether a network trained on corrections is better than the served one."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from model.network import NETWORK_FILE, Network
from model.training.compare import Comparison, compare_networks, conclude
from model.training.corrections import split_corrections
from model.training.mnist import Images

SAMPLE = Path(__file__).parents[1] / "model" / "mnist_sample.npz"


def make_comparison(served: str, candidate: str) -> Comparison:
    """A comparison on one set: "1" for a sample that is correct, "0" for one that is not."""
    return Comparison("MNIST test", *(np.array([c == "1" for c in s]) for s in (served, candidate)))


@pytest.mark.parametrize(
    ("comparisons", "conclusion"),
    [
        ([("1000", "1110"), ("1111", "1111")], "Better: 2 more"),
        ([("1000", "0100"), ("1110", "1111")], "Not better: no more"),
        ([("1000", "1110"), ("1111", "1101")], "worse on MNIST test."),
    ],
)
def test_a_candidate_must_gain_on_corrections_and_lose_on_no_other_set(
    comparisons: list[tuple[str, str]], conclusion: str
) -> None:
    assert conclusion in conclude([make_comparison(*comparison) for comparison in comparisons])


def test_about_a_fifth_of_the_corrections_is_held_out_whatever_their_order() -> None:
    rng = np.random.default_rng(1)
    glyphs = rng.integers(0, 256, (500, 28, 28), np.uint8)
    images = Images(glyphs, np.arange(500) % 10)
    training, held_out = split_corrections(images)
    assert len(training.glyphs) + len(held_out.glyphs) == 500
    assert 60 < len(held_out.glyphs) < 140
    _, reversed_held_out = split_corrections(Images(glyphs[::-1], images.labels[::-1]))
    assert np.array_equal(reversed_held_out.glyphs[::-1], held_out.glyphs)
    assert np.array_equal(reversed_held_out.labels[::-1], held_out.labels)


def test_too_few_corrections_raise_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        split_corrections(Images(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.int64)))


def test_a_network_is_not_better_than_itself(tmp_path: Path) -> None:
    with np.load(SAMPLE) as arrays:
        glyphs, labels = arrays["images"], arrays["labels"]
    file = tmp_path / "mnist.npz"
    np.savez(file, x_train=glyphs, y_train=labels, x_test=glyphs, y_test=labels)
    for suffix in (".tflite", ".json"):
        shutil.copy(NETWORK_FILE.with_suffix(suffix), tmp_path)
    candidate = Network(tmp_path / NETWORK_FILE.name)
    comparisons = compare_networks(Network(), candidate, file, file, lambda _recognizer: {})
    assert [comparison.gain for comparison in comparisons] == [0, 0]
    assert comparisons[1].served.mean() > 0.9
    assert conclude(comparisons).startswith("Not better")
