"""Train the network and export it: python -m model.training.train"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import keras

from model.training.architecture import build
from model.training.corrections import split
from model.training.distil import accuracy, best_teaching, class_loss, make_class, teachers_of
from model.training.mnist import Images, load_mnist, read_images
from model.training.sources import make_parts
from model.training.stream import Stream, batches
from model.training.weights import read_weights, write_weights
from model.training.worker_pool import fork_for

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = Path(__file__).with_name("network.npz")  # of the committed network
CHECKPOINT = "learner.keras"
EPOCH = 55_000  # glyphs, about as many as MNIST has for training
EXTRA_SHARE = 0.15  # of every batch, where corrections are given


def main() -> None:
    """Read the command line, train, export."""
    options = read_options()
    cv2.setNumThreads(1)
    mnist = load_mnist(options.mnist)
    parts = make_parts(mnist, options.seed, options.made)
    if options.extra:
        learnt, _ = split(read_images(options.extra, "train"))
        parts.append((learnt, EXTRA_SHARE))
    network = train(parts, options)
    if keras.backend.backend() == "tensorflow":
        from model.training.publish import publish

        publish(network, mnist, options.output)
    (options.work / CHECKPOINT).unlink(missing_ok=True)


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
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--teachers", type=int, default=0, help="larger networks to learn from")
    parser.add_argument(
        "--finished", action="store_true", help="the teachers have learnt all and only teach"
    )
    parser.add_argument("--made", type=int, default=60_000, help="glyphs of every kind made")
    parser.add_argument("--verbose", type=int, default=1, help="2 for a line an epoch")
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
    cpu = Path("/proc/cpuinfo")
    on_gpu = any(not name.startswith("cpu") for name in keras.distribution.list_devices())
    return on_gpu or (cpu.is_file() and "amx_bf16" in cpu.read_text())


def train(parts: list[tuple[Images, float]], options: argparse.Namespace) -> keras.Model:
    """The network trained on the parts; takes up where an interrupted training stopped.

    Leaves its weights and its teachers' in the work folder.
    """
    stream = Stream(parts, options.batch, EPOCH, options.seed)
    pool = fork_for(stream.__getitem__)
    keras.utils.set_random_seed(options.seed)
    if has_fast_bfloat16():
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    checkpoint = options.work / CHECKPOINT
    learner = keras.models.load_model(checkpoint) if checkpoint.is_file() else None
    if learner is None:
        learner = make_learner(options, options.epochs * stream.steps)
    done = int(learner.optimizer.iterations.numpy()) // stream.steps
    options.work.mkdir(parents=True, exist_ok=True)
    learner.fit(
        batches(pool, done * stream.steps),
        epochs=options.epochs,
        initial_epoch=done,
        steps_per_epoch=stream.steps,
        callbacks=[Checkpoint(checkpoint)],
        shuffle=False,
        verbose=options.verbose,
    )
    pool.shutdown(cancel_futures=True)
    network = learner.get_layer("inkling")
    write_weights(network, options.work / "network.npz")
    for name in teachers_of(options.teachers):
        write_weights(learner.get_layer(name), options.work / f"{name}.npz")
    return network


class Checkpoint(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves the learner after an epoch, but not more than once a minute."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file
        self.saved = time.monotonic()

    def on_epoch_end(self, *_: object) -> None:
        if time.monotonic() - self.saved > 60:
            self.model.save(self.file)
            self.saved = time.monotonic()


def make_learner(options: argparse.Namespace, steps: int) -> keras.Model:
    """The network and its teachers, compiled for so many steps.

    Teachers go on from the weights that lie beside those to start from.
    """
    network = build()
    if options.start:
        read_weights(network, options.start)
    learner = make_class(network, options.teachers)
    for name in teachers_of(options.teachers):
        teacher = learner.get_layer(name)
        if options.start and (weights := options.start.with_name(f"{name}.npz")).is_file():
            read_weights(teacher, weights)
        elif options.finished:
            raise ValueError(f"{name} has no weights beside --start; train it without --finished.")
        teacher.trainable = not options.finished
    rate = keras.optimizers.schedules.CosineDecay(
        1e-5, steps, warmup_target=options.rate, warmup_steps=min(500, steps // 10)
    )
    learner.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.05, use_ema=True, ema_momentum=0.998),
        class_loss,
        metrics=[accuracy, best_teaching] if options.teachers else [accuracy],
    )
    return learner


if __name__ == "__main__":
    main()
