"""Measure the variation between seeds with short trainings: python -m model.training.seeds

It takes the options of model.training.train and writes model/report/seeds.json.
"""

from __future__ import annotations

import argparse
import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2
import numpy as np

from model.network import NETWORK_FILE
from model.training import NOT_A_DIGIT
from model.training.mnist import load_mnist
from model.training.train import parse_options, train
from model.training.training_set import load_sources

SEEDS = (1, 2, 3)


def main() -> None:
    """Train from scratch with each seed; write the accuracies for the report."""
    options = parse_options()
    accuracies = [train_in_subprocess(seed, options) for seed in SEEDS]
    report = {"epochs": options.epochs, "accuracies": accuracies}
    file = NETWORK_FILE.parent / "report" / "seeds.json"
    file.write_text(json.dumps(report) + "\n", encoding="utf-8")


def train_in_subprocess(seed: int, options: argparse.Namespace) -> float:
    """Run `train_and_test` in a new process, because a training must fork before it computes."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(train_and_test, seed, options).result()


def train_and_test(seed: int, options: argparse.Namespace) -> float:
    """Train with a seed and return the accuracy on MNIST's test images."""
    cv2.setNumThreads(1)
    mnist = load_mnist(options.mnist)
    options = argparse.Namespace(**{**vars(options), "seed": seed})
    options.work = options.work / f"seed-{seed}"
    network = train(load_sources(mnist, seed, options.synthetic), options)
    shutil.rmtree(options.work)
    inputs = mnist.test.glyphs[..., None] / np.float32(255)
    logits = network.predict(inputs, batch_size=500)["logits"]
    predictions = logits[:, :NOT_A_DIGIT].argmax(axis=1)
    return float(np.mean(predictions == mnist.test.labels))


if __name__ == "__main__":
    main()
