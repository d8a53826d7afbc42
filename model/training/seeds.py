"""How much luck is in it: short trainings with other seeds: python -m model.training.seeds"""

from __future__ import annotations

import argparse
import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2
import numpy as np

from model.network import NETWORK_FILE
from model.training.mnist import load_mnist
from model.training.sources import make_parts
from model.training.train import read_options, train


def main() -> None:
    """Train with seeds 1 to 3 from scratch; write their accuracies for the report."""
    options = read_options()
    accuracies = [run_alone(seed, options) for seed in (1, 2, 3)]
    report = {"epochs": options.epochs, "accuracies": accuracies}
    file = NETWORK_FILE.parent / "report" / "seeds.json"
    file.write_text(json.dumps(report) + "\n", encoding="utf-8")


def run_alone(seed: int, options: argparse.Namespace) -> float:
    """`accuracy_of_seed` in a process of its own, for a training forks before its first sum."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(accuracy_of_seed, seed, options).result()


def accuracy_of_seed(seed: int, options: argparse.Namespace) -> float:
    """MNIST test accuracy of a training with that seed."""
    cv2.setNumThreads(1)
    mnist = load_mnist(options.mnist)
    options = argparse.Namespace(**{**vars(options), "seed": seed})
    options.work = options.work / f"seed-{seed}"
    network = train(make_parts(mnist, seed, options.made), options)
    shutil.rmtree(options.work)
    ink = mnist.test.glyphs[..., None] / np.float32(255)
    logits = network.predict(ink, batch_size=500)["logits"]
    return float(np.mean(logits[:, :10].argmax(axis=1) == mnist.test.labels))


if __name__ == "__main__":
    main()
