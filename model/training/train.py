"""Train the network and export it: python -m model.training.train"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import keras

from model.training.architecture import build_network
from model.training.batches import BatchSequence, prefetch_batches
from model.training.corrections import split_corrections
from model.training.distillation import (
    accuracy,
    build_distillation_model,
    distillation_loss,
    teacher_accuracy,
    teacher_names,
)
from model.training.mnist import load_mnist, read_images
from model.training.training_set import Source, load_sources
from model.training.weights import load_weights, save_weights
from model.training.worker_pool import fork_workers

ROOT = Path(__file__).resolve().parents[2]
SERVED_WEIGHTS_FILE = Path(__file__).with_name("network.npz")
CHECKPOINT = "checkpoint.keras"
SECONDS_BETWEEN_CHECKPOINTS = 60
EPOCH_SIZE = 55_000  # glyphs, about as many as MNIST has for training
CORRECTIONS_SHARE = 0.15  # share of every batch, if corrections are given


def main() -> None:
    """Train and export."""
    options = parse_options()
    cv2.setNumThreads(1)
    mnist = load_mnist(options.mnist)
    sources = load_sources(mnist, options.seed, options.synthetic)
    if options.extra:
        corrections, _ = split_corrections(read_images(options.extra, "train"))
        sources.append((corrections, CORRECTIONS_SHARE))
    network = train(sources, options)
    if keras.backend.backend() == "tensorflow":  # only TensorFlow can export to LiteRT
        from model.training.publish import publish

        publish(network, mnist, options.output)
    (options.work / CHECKPOINT).unlink(missing_ok=True)


def parse_options() -> argparse.Namespace:
    """Return the command line's options, with defaults that depend on --extra."""
    parser = argparse.ArgumentParser(prog="model.training.train", description=__doc__)
    parser.add_argument(
        "--mnist", type=Path, help="an .npz with the arrays of mnist.npz (default: download it)"
    )
    parser.add_argument(
        "--extra",
        type=Path,
        help="corrections to learn as well, an .npz with x_train and y_train like MNIST's",
    )
    parser.add_argument(
        "--epochs", type=int, help="epochs of 55,000 glyphs (default: 24, with --extra 4)"
    )
    parser.add_argument(
        "--start",
        type=Path,
        help="weights to start from (default: random, with --extra the served network's)",
    )
    parser.add_argument(
        "--rate", type=float, help="peak learning rate (default: 0.002, with --extra 0.0005)"
    )
    parser.add_argument("--batch", type=int, default=128, help="batch size (default: 128)")
    parser.add_argument(
        "--teachers",
        type=int,
        default=0,
        help="number of larger networks to distill from (default: 0)",
    )
    parser.add_argument(
        "--frozen-teachers",
        action="store_true",
        help="do not train the teachers; their weights have to be next to those of --start",
    )
    parser.add_argument(
        "--synthetic",
        type=int,
        default=60_000,
        help="glyphs to generate for each synthetic source (default: 60000)",
    )
    parser.add_argument(
        "--verbose", type=int, default=1, help="1: progress bar, 2: a line per epoch (default: 1)"
    )
    parser.add_argument("--seed", type=int, default=1, help="random seed (default: 1)")
    parser.add_argument(
        "--work",
        type=Path,
        default=ROOT / "var" / "training",
        help="folder for checkpoint and weights (default: var/training)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="exported file (default: model/network.tflite, with --extra network.tflite in --work)",
    )
    parser.set_defaults(epoch_size=EPOCH_SIZE, checkpoint_seconds=SECONDS_BETWEEN_CHECKPOINTS)
    options = parser.parse_args()
    options.epochs = options.epochs or (4 if options.extra else 24)
    options.rate = options.rate or (5e-4 if options.extra else 2e-3)
    if options.extra and options.start is None:
        options.start = SERVED_WEIGHTS_FILE
        options.work /= "extra"
    folder = options.work if options.extra else ROOT / "model"
    options.output = options.output or folder / "network.tflite"
    return options


def has_fast_bfloat16() -> bool:
    """Return whether bfloat16 is faster than float32: on a GPU, and on a CPU with AMX."""
    cpu_info = Path("/proc/cpuinfo")
    on_gpu = any(not name.startswith("cpu") for name in keras.distribution.list_devices())
    return on_gpu or (cpu_info.is_file() and "amx_bf16" in cpu_info.read_text())


def train(
    sources: list[Source],
    options: argparse.Namespace,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> keras.Model:
    """Train on the sources and return the network; resume an interrupted training.

    Saves the weights of the network and of its teachers in options.work.
    """
    batches = BatchSequence(sources, options.batch, options.epoch_size, options.seed)
    steps_per_epoch = batches.steps_per_epoch
    pool = fork_workers(batches.__getitem__)  # before Keras computes anything
    keras.utils.set_random_seed(options.seed)
    if has_fast_bfloat16():
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    checkpoint = options.work / CHECKPOINT
    model = keras.models.load_model(checkpoint) if checkpoint.is_file() else None
    if model is None:
        model = compile_model(options, options.epochs * steps_per_epoch)
    epochs_done = int(model.optimizer.iterations.numpy()) // steps_per_epoch
    options.work.mkdir(parents=True, exist_ok=True)
    model.fit(
        prefetch_batches(pool, epochs_done * steps_per_epoch),
        epochs=options.epochs,
        initial_epoch=epochs_done,
        steps_per_epoch=steps_per_epoch,
        callbacks=[Checkpoint(checkpoint, options.checkpoint_seconds), *callbacks],
        shuffle=False,
        verbose=options.verbose,
    )
    pool.shutdown(cancel_futures=True)
    network = model.get_layer("inkling")
    save_weights(network, options.work / "network.npz")
    for name in teacher_names(options.teachers):
        save_weights(model.get_layer(name), options.work / f"{name}.npz")
    return network


class Checkpoint(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves the model after an epoch, unless the last time was less than `seconds` ago."""

    def __init__(self, file: Path, seconds: float) -> None:
        super().__init__()
        self.file = file
        self.seconds = seconds
        self.saved_at = time.monotonic()

    def on_epoch_end(self, *_: object) -> None:
        """Save the model if the last checkpoint is old enough."""
        if time.monotonic() - self.saved_at >= self.seconds:
            # Renamed when it is complete: a kill while it is written leaves the earlier one.
            partial = self.file.with_name(f"partial-{self.file.name}")
            self.model.save(partial)
            partial.replace(self.file)
            self.saved_at = time.monotonic()


def compile_model(options: argparse.Namespace, steps: int) -> keras.Model:
    """Build and compile the network with its teachers, for a training of `steps` steps.

    Teachers start from the weights next to those of --start, if they exist. Raises ValueError if
    frozen teachers have no weights.
    """
    network = build_network()
    if options.start:
        load_weights(network, options.start)
    model = build_distillation_model(network, options.teachers)
    for name in teacher_names(options.teachers):
        teacher = model.get_layer(name)
        if options.start and (weights := options.start.with_name(f"{name}.npz")).is_file():
            load_weights(teacher, weights)
        elif options.frozen_teachers:
            raise ValueError(
                f"There is no {name}.npz next to --start; train without --frozen-teachers."
            )
        teacher.trainable = not options.frozen_teachers
    rate = keras.optimizers.schedules.CosineDecay(
        1e-5, steps, warmup_target=options.rate, warmup_steps=min(500, steps // 10)
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.05, use_ema=True, ema_momentum=0.998),
        distillation_loss,
        metrics=[accuracy, teacher_accuracy] if options.teachers else [accuracy],
    )
    return model


if __name__ == "__main__":
    main()
