"""Turn trained weights into the served files: python -m model.training.publish WEIGHTS…"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.network import NETWORK_FILE
from model.training import NEGATIVE_SHARE, NOT_A_DIGIT
from model.training.architecture import build_network
from model.training.augmentation import augment
from model.training.calibration import (
    MAX_SURE_NEGATIVES,
    SERVED_NEGATIVE_SHARE,
    SURE_THRESHOLD,
    choose_digit_threshold,
    choose_sure_digit_threshold,
    compute_prior_shift,
    fit_temperature,
)
from model.training.export import convert_to_litert
from model.training.handwriting import synthesize_digits
from model.training.litert import run_litert
from model.training.mnist import Images, Mnist, load_mnist
from model.training.negatives import generate_negatives
from model.training.weights import load_weights, save_weights

CALIBRATION_SAMPLES = 4_000  # synthetic digits, and as many negatives
GOLDEN_SAMPLES = 64


def main() -> None:
    """Publish trained weights, or the mean of several, as the served network."""
    parser = argparse.ArgumentParser(prog="model.training.publish", description=__doc__)
    parser.add_argument(
        "weights",
        type=Path,
        nargs="+",
        help="one or more network.npz; of several, the mean is used",
    )
    parser.add_argument(
        "--mnist", type=Path, help="an .npz with the arrays of mnist.npz (default: download it)"
    )
    options = parser.parse_args()
    network = build_network()
    load_weights(network, *options.weights)
    save_weights(network, Path(__file__).with_name("network.npz"))
    publish(network, load_mnist(options.mnist), NETWORK_FILE)


def publish(network: keras.Model, mnist: Mnist, file: Path) -> None:
    """Export the network to `file`, with its metadata (.json) and golden.npz next to it."""
    network = copy_in_float32(network)
    content = convert_to_litert(network)
    metadata = {
        **calibrate(content, mnist.held_out),
        "mnist_test": measure_test_accuracy(content, mnist),
    }
    golden = Images(mnist.test.glyphs[:GOLDEN_SAMPLES], mnist.test.labels[:GOLDEN_SAMPLES])
    write_golden_file(network, golden, file.with_name("golden.npz"))
    file.write_bytes(content)
    text = json.dumps(metadata, indent=2)
    file.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(text)


def calibrate(content: bytes, held_out: Images) -> dict[str, Any]:
    """Return the version, temperature and thresholds of a LiteRT file, for its metadata.

    held_out: digits that the network did not learn from. They are used as they are and augmented,
    together with synthetic digits and negatives of another seed than the training's.
    """
    rng = np.random.default_rng(0)
    negatives = generate_negatives(CALIBRATION_SAMPLES, held_out.glyphs, rng)
    synthetic = synthesize_digits(CALIBRATION_SAMPLES, rng)
    digits = np.concatenate([held_out.glyphs, augment(held_out.glyphs, rng), synthetic.glyphs])
    labels = np.concatenate([held_out.labels, held_out.labels, synthetic.labels])
    negative_labels = np.full(len(negatives), NOT_A_DIGIT)
    digit_logits: NDArray[np.float32] = run_litert(content, digits)["logits"]
    negative_logits = run_litert(content, negatives)["logits"]
    temperature = fit_temperature(
        np.concatenate([digit_logits, negative_logits]), np.concatenate([labels, negative_labels])
    )
    prior_shift = compute_prior_shift(NEGATIVE_SHARE, SERVED_NEGATIVE_SHARE)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {
        "version": f"{today}-{hashlib.sha256(content).hexdigest()[:7]}",
        "temperature": temperature,
        "rarity": prior_shift,
        "digit_threshold": choose_digit_threshold(prior_shift),
        "sure_threshold": SURE_THRESHOLD,
        "sure_digit_threshold": choose_sure_digit_threshold(
            negative_logits, temperature, prior_shift, SURE_THRESHOLD, MAX_SURE_NEGATIVES
        ),
    }


def measure_test_accuracy(content: bytes, mnist: Mnist) -> float:
    """Return the accuracy of a LiteRT file on MNIST's test images, with four decimals."""
    logits = run_litert(content, mnist.test.glyphs)["logits"][:, :NOT_A_DIGIT]
    return round(float(np.mean(logits.argmax(axis=1) == mnist.test.labels)), 4)


def copy_in_float32(network: keras.Model) -> keras.Model:
    """Return a copy of the network without mixed precision, for export."""
    policy = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("float32")
    copy = build_network()
    keras.mixed_precision.set_global_policy(policy)
    copy.set_weights(network.get_weights())
    return copy


def write_golden_file(network: keras.Model, images: Images, file: Path) -> None:
    """Write Keras's outputs for some glyphs, against which tests check the exported network.

    The tests run without TensorFlow. Outputs are float16, by name, next to `glyphs` and `labels`.
    """
    outputs = network(images.glyphs[..., None] / np.float32(255), training=False)
    halves: dict[str, Any] = {
        name: np.asarray(value, np.float16) for name, value in outputs.items()
    }
    np.savez_compressed(file, glyphs=images.glyphs, labels=images.labels, **halves)


if __name__ == "__main__":
    main()
