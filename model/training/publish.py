"""Trained weights into the files that are served: python -m model.training.publish WEIGHTS…"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.network import NETWORK_FILE
from model.training import NOT_A_DIGIT
from model.training.architecture import build
from model.training.augment import augment
from model.training.calibrate import (
    best_temperature,
    digit_threshold,
    rarity,
    sure_digit_threshold,
)
from model.training.export import convert
from model.training.handwriting import write_digits
from model.training.litert import run
from model.training.mnist import Images, Mnist, load_mnist
from model.training.negatives import make_negatives
from model.training.sources import MARKS_TRAINED
from model.training.weights import read_weights, write_weights

MARKS_DRAWN = 0.05  # share of what people draw where digits are asked for that is none
SURE_THRESHOLD = 0.9  # a reading is sure that is right nine times in ten
MARKS_SURE = 1 / 80  # and under which no more marks than these would pass for digits


def main() -> None:
    """Publish weights that a training left, or the mean of several legs', as the served network."""
    parser = argparse.ArgumentParser(prog="model.training.publish", description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help="network.npz of one leg or more")
    parser.add_argument("--mnist", type=Path, help="an .npz in the layout of keras' mnist.npz")
    options = parser.parse_args()
    network = build()
    read_weights(network, *options.weights)
    write_weights(network, Path(__file__).with_name("network.npz"))
    publish(network, load_mnist(options.mnist), NETWORK_FILE)


def publish(network: keras.Model, mnist: Mnist, file: Path) -> None:
    """Write the served network to `file` and what is known of it to the .json beside it."""
    network = in_float32(network)
    random = np.random.default_rng(0)
    content = convert(network)
    held_out, marks = mnist.held_out, make_negatives(4_000, mnist.held_out.glyphs, random)
    written = write_digits(4_000, random)
    digits = np.concatenate([held_out.glyphs, augment(held_out.glyphs, random), written.glyphs])
    labels = np.concatenate([held_out.labels, held_out.labels, written.labels])
    logits = run(content, digits)["logits"]
    of_marks = run(content, marks)["logits"]
    temperature = best_temperature(
        np.concatenate([logits, of_marks]),
        np.concatenate([labels, np.full(len(marks), NOT_A_DIGIT)]),
    )
    rarer = rarity(MARKS_TRAINED, MARKS_DRAWN)
    test = run(content, mnist.test.glyphs)["logits"][:, :NOT_A_DIGIT].argmax(axis=1)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    about = {
        "version": f"{today}-{hashlib.sha256(content).hexdigest()[:7]}",
        "temperature": temperature,
        "rarity": rarer,
        "digit_threshold": digit_threshold(rarer),
        "sure_threshold": SURE_THRESHOLD,
        "sure_digit_threshold": sure_digit_threshold(
            of_marks, temperature, rarer, SURE_THRESHOLD, MARKS_SURE
        ),
        "mnist_test": round(float(np.mean(test == mnist.test.labels)), 4),
    }
    golden = Images(mnist.test.glyphs[:64], mnist.test.labels[:64])
    write_golden(network, golden, file.with_name("golden.npz"))
    file.write_bytes(content)
    file.with_suffix(".json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(about, indent=2))


def in_float32(network: keras.Model) -> keras.Model:
    """The same network without mixed precision, for export."""
    policy = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("float32")
    copy = build()
    keras.mixed_precision.set_global_policy(policy)
    copy.set_weights(network.get_weights())
    return copy


def write_golden(network: keras.Model, images: Images, file: Path) -> None:
    """What Keras itself says of some glyphs, the oracle for tests that run without TensorFlow."""
    outputs = network(images.glyphs[..., None] / np.float32(255), training=False)
    halves: dict[str, Any] = {
        name: np.asarray(value, np.float16) for name, value in outputs.items()
    }
    np.savez_compressed(file, glyphs=images.glyphs, labels=images.labels, **halves)


if __name__ == "__main__":
    main()
