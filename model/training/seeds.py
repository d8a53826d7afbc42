"""How much luck is in it: short trainings with other seeds: python -m model.training.seeds"""

from __future__ import annotations

import argparse
import json
import shutil

import cv2
import keras
import numpy as np

from model.network import NETWORK_FILE
from model.training.mnist import load_mnist
from model.training.train import has_fast_bfloat16, make_parts, read_options, train


def main() -> None:
    """Train with seeds 1 to 3 from scratch; write their accuracies for the report."""
    options = read_options()
    cv2.setNumThreads(1)
    if has_fast_bfloat16():
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    accuracies = [accuracy_of_seed(seed, options) for seed in (1, 2, 3)]
    report = {"epochs": options.epochs, "accuracies": accuracies}
    file = NETWORK_FILE.parent / "report" / "seeds.json"
    file.write_text(json.dumps(report) + "\n", encoding="utf-8")


def accuracy_of_seed(seed: int, options: argparse.Namespace) -> float:
    """MNIST test accuracy, before the export to eight bits, of a training with that seed."""
    mnist = load_mnist(options.mnist)
    options = argparse.Namespace(**{**vars(options), "seed": seed})
    options.work = options.work / f"seed-{seed}"
    keras.utils.set_random_seed(seed)
    network = train(make_parts(mnist, seed), options)
    shutil.rmtree(options.work)
    ink = mnist.test.glyphs[..., None] / np.float32(255)
    logits = network.predict(ink, batch_size=500)["logits"]
    return float(np.mean(logits[:, :10].argmax(axis=1) == mnist.test.labels))


if __name__ == "__main__":
    main()
