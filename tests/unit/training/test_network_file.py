"""The committed network file agrees with Keras's outputs for the same MNIST samples."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.training.litert import run_litert

NETWORK = Path(__file__).parents[3] / "model" / "network.tflite"
GOLDEN = NETWORK.with_name("golden.npz")

Arrays = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def golden() -> Arrays:
    with np.load(GOLDEN) as arrays:
        return dict(arrays)


@pytest.fixture(scope="module")
def served(golden: Arrays) -> Arrays:
    return run_litert(NETWORK.read_bytes(), golden["glyphs"].astype(np.uint8))


def test_predictions_agree_with_keras(golden: Arrays, served: Arrays) -> None:
    np.testing.assert_array_equal(served["logits"].argmax(1), golden["logits"].argmax(1))


def test_nearly_all_samples_are_predicted_correctly(golden: Arrays, served: Arrays) -> None:
    assert np.mean(served["logits"].argmax(1) == golden["labels"]) >= 0.96


def test_quantization_changes_the_logits_little(golden: Arrays, served: Arrays) -> None:
    logit_range = np.ptp(golden["logits"].astype(np.float32), axis=1).mean()
    assert np.abs(served["logits"] - golden["logits"]).mean() < 0.003 * logit_range


def test_embeddings_agree_with_keras(golden: Arrays, served: Arrays) -> None:
    np.testing.assert_allclose(np.linalg.norm(served["embedding"], axis=1), 1, atol=1e-5)
    assert (served["embedding"] * golden["embedding"]).sum(axis=1).min() > 0.999


def test_mean_attention_equals_the_logits_up_to_one_bias_per_class(served: Arrays) -> None:
    bias = served["logits"][:, :10] - served["attention"].mean(axis=(2, 3))
    np.testing.assert_allclose(bias, np.broadcast_to(bias[0], bias.shape), atol=1e-3)


def test_the_file_is_smaller_than_a_megabyte_and_a_half() -> None:
    assert NETWORK.stat().st_size <= 1_500_000


def test_the_metadata_is_plausible() -> None:
    metadata = json.loads(NETWORK.with_suffix(".json").read_text(encoding="utf-8"))
    assert metadata["mnist_test"] >= 0.994
    assert 0.5 < metadata["temperature"] < 2
    assert 0 < metadata["digit_threshold"] < metadata["sure_digit_threshold"] < 1
    assert metadata["rarity"] > 0, "negatives are rarer when serving than in training"
    assert metadata["sure_threshold"] == 0.9
