"""The committed network against Keras's own outputs for the same MNIST samples."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.training.litert import run

NETWORK = Path(__file__).parents[3] / "model" / "network.tflite"
GOLDEN = NETWORK.with_name("golden.npz")

Arrays = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def golden() -> Arrays:
    with np.load(GOLDEN) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def served(golden: Arrays) -> Arrays:
    return run(NETWORK.read_bytes(), golden["glyphs"].astype(np.uint8))


def test_reads_the_samples_as_keras_does(golden: Arrays, served: Arrays) -> None:
    np.testing.assert_array_equal(served["logits"].argmax(1), golden["logits"].argmax(1))


def test_reads_nearly_every_sample_right(golden: Arrays, served: Arrays) -> None:
    assert np.mean(served["logits"].argmax(1) == golden["labels"]) >= 0.96


def test_half_precision_moves_logits_little(golden: Arrays, served: Arrays) -> None:
    spread = np.ptp(golden["logits"].astype(np.float32), axis=1).mean()
    assert np.abs(served["logits"] - golden["logits"]).mean() < 0.003 * spread


def test_embeddings_point_where_keras_has_them(golden: Arrays, served: Arrays) -> None:
    np.testing.assert_allclose(np.linalg.norm(served["embedding"], axis=1), 1, atol=1e-5)
    assert (served["embedding"] * golden["embedding"]).sum(axis=1).min() > 0.999


def test_attention_adds_up_to_the_logits_but_for_one_bias_a_class(served: Arrays) -> None:
    rest = served["logits"][:, :10] - served["attention"].mean(axis=(2, 3))
    np.testing.assert_allclose(rest, np.broadcast_to(rest[0], rest.shape), atol=1e-3)


def test_file_is_small_enough_to_ship() -> None:
    assert NETWORK.stat().st_size <= 1_500_000


def test_metadata_belongs_to_the_file() -> None:
    about = json.loads(NETWORK.with_suffix(".json").read_text(encoding="utf-8"))
    assert about["mnist_test"] >= 0.994
    assert 0.5 < about["temperature"] < 2
    assert 0 < about["digit_threshold"] < about["sure_digit_threshold"] < 1
    assert about["rarity"] > 0, "people draw fewer signs than training has"
    assert about["sure_threshold"] == 0.9
