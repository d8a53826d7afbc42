"""Train the network and export it: python -m model.training.train"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import keras
import numpy as np

from model.training import NOT_A_DIGIT
from model.training.architecture import build
from model.training.corrections import split
from model.training.handwriting import write_digits
from model.training.mnist import Images, Mnist, load_mnist, read_images
from model.training.negatives import make_negatives
from model.training.optdigits import read_optdigits
from model.training.publish import MARKS_TRAINED, publish
from model.training.stream import Stream
from model.training.weights import read_weights, write_weights

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = Path(__file__).with_name("network.npz")  # of the committed network
CHECKPOINT = "learner.keras"
BATCH = 128
EPOCH = 55_000  # glyphs, as many as MNIST has for training
EXTRA_SHARE = 0.15  # of every batch, where corrections are given


def main() -> None:
    """Read the command line, train, export."""
    options = read_options()
    cv2.setNumThreads(1)
    keras.utils.set_random_seed(options.seed)
    if has_fast_bfloat16():
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    mnist = load_mnist(options.mnist)
    parts = make_parts(mnist, options.seed)
    if options.extra:
        learnt, _ = split(read_images(options.extra, "train"))
        parts.append((learnt, EXTRA_SHARE))
    network = train(parts, options)
    write_weights(network, options.work / "network.npz")
    publish(network, mnist, options.output)
    (options.work / CHECKPOINT).unlink()


def read_options() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="model.training.train", description=__doc__)
    parser.add_argument("--mnist", type=Path, help="an .npz in the layout of keras' mnist.npz")
    parser.add_argument(
        "--extra", type=Path, help="corrections to learn too, laid out as MNIST's x_train, y_train"
    )
    parser.add_argument("--epochs", type=int, help="of 55,000 glyphs (24, with --extra 4)")
    parser.add_argument("--start", type=Path, help="weights to go on from (with --extra the last)")
    parser.add_argument("--rate", type=float, help="highest learning rate (0.002; 0.0005)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=ROOT / "var" / "training")
    parser.add_argument("--output", type=Path, help="model/network.tflite; of --extra a candidate")
    options = parser.parse_args()
    options.epochs = options.epochs or (4 if options.extra else 24)
    options.rate = options.rate or (5e-4 if options.extra else 2e-3)
    if options.extra and options.start is None:
        options.start = WEIGHTS
        options.work /= "extra"
    folder = options.work if options.extra else ROOT / "model"
    options.output = options.output or folder / "network.tflite"
    return options


def has_fast_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32 here: on a GPU, and on CPUs with AMX."""
    import tensorflow as tf

    cpu = Path("/proc/cpuinfo")
    return bool(tf.config.list_physical_devices("GPU")) or (
        cpu.is_file() and "amx_bf16" in cpu.read_text()
    )


def train(parts: list[tuple[Images, float]], options: argparse.Namespace) -> keras.Model:
    """The network trained on the parts; takes up where an interrupted training stopped."""
    stream = Stream(parts, BATCH, EPOCH, options.seed)
    checkpoint = options.work / CHECKPOINT
    learner = keras.models.load_model(checkpoint) if checkpoint.is_file() else None
    if learner is None:
        learner = make_learner(options, options.epochs * stream.num_batches)
    stream.epoch = int(learner.optimizer.iterations.numpy()) // stream.num_batches
    options.work.mkdir(parents=True, exist_ok=True)
    learner.fit(
        stream,
        epochs=options.epochs,
        initial_epoch=stream.epoch,
        callbacks=[keras.callbacks.ModelCheckpoint(str(checkpoint))],
    )
    network = build()
    network.set_weights(learner.get_weights())
    return network


def make_parts(mnist: Mnist, seed: int) -> list[tuple[Images, float]]:
    """What is learnt from, and the share of each: digits by hand, digits from paths, marks."""
    random = np.random.default_rng(seed)
    marks = make_negatives(60_000, mnist.train.glyphs, random)
    negatives = Images(marks, np.full(len(marks), NOT_A_DIGIT))
    return [
        (mnist.train, 0.56),
        (read_optdigits(), 0.06),
        (write_digits(60_000, random), 0.17),
        (negatives, MARKS_TRAINED),
    ]


def make_learner(options: argparse.Namespace, steps: int) -> keras.Model:
    """The network from ink to logits, compiled for so many steps."""
    network = build()
    if options.start:
        read_weights(network, options.start)
    learner = keras.Model(network.input, network.output["logits"])
    rate = keras.optimizers.schedules.CosineDecay(
        1e-5, steps, warmup_target=options.rate, warmup_steps=min(500, steps // 10)
    )
    learner.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.05, use_ema=True, ema_momentum=0.998),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return learner


if __name__ == "__main__":
    main()
