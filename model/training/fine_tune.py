"""Train a candidate on corrections: python -m model.training.fine_tune FOLDER

The folder of a job holds `corrections.npz` (x_train, y_train as in MNIST's file; the class 10 is
"not a digit"), and for a fine-tuning the version to start from, as `parent.npz`. `served.tflite`
and `served.json` are the network with which the candidate is compared. Written are the candidate,
`network.tflite`, `network.json`, `network.npz`, how it differs from the served network,
`comparison.json`, and at last `figures.json`. The same command after an interruption continues
from the last epoch.

The standard examples are replayed next to the corrections, so that the network does not forget
them (experience replay, Rolnick et al. 2019, https://arxiv.org/abs/1811.11682). A fine-tuned
network is then blended with the one that it started from: their weights are averaged (Wortsman et
al. 2022, https://arxiv.org/abs/2109.01903).
"""

from __future__ import annotations

import argparse
import fcntl
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from model.network import Network
from model.training.architecture import build_network
from model.training.corrections import split_corrections
from model.training.job_progress import ProgressCallback, report
from model.training.mnist import Images, load_mnist, read_images
from model.training.parent_process import ending_with_parent
from model.training.publish import publish
from model.training.served_comparison import compare_networks, read_held_out
from model.training.standard_sets import find_mnist_file, make_standard_sets
from model.training.train import EPOCH_SIZE, train
from model.training.training_set import load_sources
from model.training.weights import load_weights, save_weights

CORRECTIONS_SHARE = 0.15  # of every batch
# Shares of the new weights that are tried, and the part of the gain on the corrections that the
# chosen one has to keep.
BLEND_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MIN_GAIN_SHARE = 0.7
# How much of a job is done before and after the training itself.
_PREPARED, _TRAINED, _EXPORTED = 0.1, 0.8, 0.9


def main() -> None:
    """Train, export, compare and write the figures."""
    options = parse_options()
    cv2.setNumThreads(1)
    guard = ending_with_parent() if options.end_with_parent else nullcontext()
    with guard, locked(options.folder):
        run(options)


def parse_options() -> argparse.Namespace:
    """Return the command line's options, with the defaults of the kind of job."""
    parser = argparse.ArgumentParser(prog="model.training.fine_tune", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the job")
    parser.add_argument("--epochs", type=int, help="default: 4, without a parent 24")
    parser.add_argument("--epoch-size", type=int, help="glyphs (default: 27500; 55000)")
    parser.add_argument("--rate", type=float, help="peak learning rate (default: 0.0002; 0.002)")
    parser.add_argument(
        "--synthetic", type=int, help="glyphs of each synthetic source (default: 20000; 60000)"
    )
    parser.add_argument("--seed", type=int, default=1, help="random seed (default: 1)")
    parser.add_argument(
        "--end-with-parent", action="store_true", help="stop when the parent process dies"
    )
    options = parser.parse_args()
    is_fine_tuning = (options.folder / "parent.npz").is_file()
    defaults: dict[str, float] = (
        {"epochs": 4, "epoch_size": EPOCH_SIZE // 2, "rate": 2e-4, "synthetic": 20_000}
        if is_fine_tuning
        else {"epochs": 24, "epoch_size": EPOCH_SIZE, "rate": 2e-3, "synthetic": 60_000}
    )
    for name, value in defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return argparse.Namespace(
        **vars(options),
        start=options.folder / "parent.npz" if is_fine_tuning else None,
        work=options.folder / "work",
        batch=128,
        teachers=0,
        frozen_teachers=False,
        verbose=0,
        checkpoint_seconds=0,
    )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait until no other process works in the folder, and keep it locked within the block."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # ends with the process and its workers
        yield


def run(options: argparse.Namespace) -> None:
    """Do what is left to do of the job."""
    folder: Path = options.folder
    if (folder / "figures.json").is_file():
        return
    report(step="prepare", epochs=options.epochs, log="Preparing the examples")
    mnist = load_mnist(find_mnist_file())
    training, held_out_count = read_corrections(folder / "corrections.npz")
    sources = load_sources(mnist, options.seed, options.synthetic)
    if len(training.labels):
        sources.append((training, CORRECTIONS_SHARE / (1 - CORRECTIONS_SHARE)))
    report(
        fraction=_PREPARED,
        step="train",
        log=f"Learning from {len(training.labels):,} corrections and "
        f"{sum(len(images.labels) for images, _ in sources) - len(training.labels):,} "
        f"standard examples; {held_out_count:,} corrections are held out",
    )
    steps_per_epoch = math.ceil(options.epoch_size / options.batch)
    progress = ProgressCallback(options.epochs, steps_per_epoch, _PREPARED, _TRAINED)
    network = train(sources, options, [progress])
    report(fraction=_TRAINED, step="export", log="Calibrating and exporting")
    if options.start and len(training.labels):
        network, share = blend(network, options.start, training)
        report(log=f"The candidate has {share:.0%} of the new weights")
    save_weights(network, folder / "network.npz")
    publish(network, mnist, folder / "network.tflite")
    report(fraction=_EXPORTED, step="evaluate", log="Comparing with the served version")
    served, candidate = (Network(folder / name) for name in ("served.tflite", "network.tflite"))
    held_out = read_held_out(folder / "corrections.npz")
    sets = make_standard_sets(held_out.images, mnist)
    figures, comparison = compare_networks(served, candidate, sets, held_out)
    for name, counts in figures.items():
        before, after, samples = counts["before"], counts["after"], counts["samples"]
        report(log=f"{name}: {before / samples:.2%}, now {after / samples:.2%} of {samples:,}")
    write_json(folder / "comparison.json", comparison)
    write_json(folder / "figures.json", figures)
    report(fraction=1.0, step="done")


def write_json(file: Path, values: dict[str, Any]) -> None:
    """Write a file as a whole or not at all."""
    partial = file.with_name(f"partial-{file.name}")
    partial.write_text(json.dumps(values))
    partial.replace(file)


def read_corrections(file: Path) -> tuple[Images, int]:
    """Return the corrections to learn from, and how many others are held out.

    Too few to hold some out are all learnt from.
    """
    corrections = read_images(file, "train")
    try:
        training, held_out = split_corrections(corrections)
    except ValueError:
        return corrections, 0
    return training, len(held_out.labels)


def blend(
    network: keras.Model, parent_file: Path, corrections: Images
) -> tuple[keras.Model, float]:
    """Return a mean of the parent's and the network's weights, and the share of the latter.

    The smallest share that keeps seven tenths of what the network has gained on the corrections
    that it has learnt from: what it has learnt is soon there, and what it forgets comes last.
    """
    blended = build_network()
    load_weights(blended, parent_file)
    parent_weights, weights = blended.get_weights(), network.get_weights()

    def accuracy_of(share: float) -> float:
        blended.set_weights(
            [old + (new - old) * share for old, new in zip(parent_weights, weights, strict=True)]
        )
        inputs = corrections.glyphs[..., None] / np.float32(255)
        logits = np.asarray(blended.predict(inputs, batch_size=500, verbose=0)["logits"])
        return float(np.mean(logits.argmax(axis=1) == corrections.labels))

    before = accuracy_of(0)
    least = before + MIN_GAIN_SHARE * (accuracy_of(1) - before)
    share = next((share for share in BLEND_SHARES if accuracy_of(share) >= least), 1.0)
    accuracy_of(share)  # sets the weights
    return blended, share


if __name__ == "__main__":
    main()
