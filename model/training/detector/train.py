"""Train the digit detector: python -m model.training.detector.train"""

from __future__ import annotations

import argparse
import math
import os
import queue
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.training.detector.page_pool import PagePool
from model.training.detector.pages import PageGenerator
from model.training.detector.symbols import SymbolSource
from model.training.mnist import load_mnist

ROOT = Path(__file__).resolve().parents[3]
WORK_FOLDER = ROOT / "var" / "training" / "detector"
WEIGHTS_FILE = "detector.npz"
SIDE = 192  # pixels of a training page
_SECONDS_BETWEEN_CHECKPOINTS = 180
_STEPS_BETWEEN_LINES = 50
_WARM_UP = 0.02  # share of the training
_WEIGHT_DECAY = 0.02


def main() -> None:
    """Train, and save the weights."""
    options = parse_options()
    cv2.setNumThreads(1)
    generator = PageGenerator(SymbolSource(load_mnist(options.mnist).train), SIDE)
    # Forked before TensorFlow starts threads.
    seed = int(time.time()) if options.seed is None else options.seed
    pool = PagePool(generator, SIDE, options.pages, options.workers, seed)
    try:
        train(pool, options, seed)
    finally:
        pool.close()


def parse_options() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="model.training.detector.train", description=__doc__)
    parser.add_argument("--mnist", type=Path, help="an .npz with the arrays of mnist.npz")
    parser.add_argument("--minutes", type=float, default=120, help="how long to train")
    parser.add_argument("--batch", type=int, default=32, help="pages a step (default: 32)")
    parser.add_argument("--rate", type=float, default=3e-3, help="peak learning rate")
    parser.add_argument("--pages", type=int, default=12_000, help="pages held in memory")
    parser.add_argument(
        "--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1), help="page makers"
    )
    parser.add_argument("--seed", type=int, default=1, help="random seed (default: 1)")
    parser.add_argument(
        "--work", type=Path, default=WORK_FOLDER, help="folder for checkpoint and weights"
    )
    return parser.parse_args()


def train(pool: PagePool, options: argparse.Namespace, seed: int) -> None:
    """Train for the given time, from the last checkpoint if there is one."""
    import keras
    import tensorflow as tf

    from model.training.detector.architecture import build_detector
    from model.training.detector.targets import detector_loss
    from model.training.weights import save_weights

    flags = Path("/proc/cpuinfo")
    if flags.is_file() and "bf16" in flags.read_text():
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.utils.set_random_seed(seed)
    model = build_detector()
    optimizer = keras.optimizers.AdamW(
        options.rate,
        weight_decay=_WEIGHT_DECAY,
        global_clipnorm=5.0,
        use_ema=True,
        ema_momentum=0.997,
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    elapsed = tf.Variable(0.0)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer, elapsed=elapsed)
    manager = tf.train.CheckpointManager(checkpoint, str(options.work / "checkpoint"), 1)
    if manager.restore_or_initialize():
        print(f"resumed after {float(elapsed) / 60:.1f} minutes", flush=True)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def step(pictures: Any, targets: dict[str, Any]) -> dict[str, Any]:
        targets = {**targets, "ink": tf.cast(targets["ink"], tf.float32) / 255}
        with tf.GradientTape() as tape:
            outputs = model(tf.cast(pictures, tf.float32) / 255, training=True)
            losses = detector_loss(targets, outputs)
            total = sum(losses.values())
        optimizer.apply_gradients(
            zip(
                tape.gradient(total, model.trainable_variables),
                model.trainable_variables,
                strict=True,
            )
        )
        return losses

    def save() -> None:
        manager.save()
        raw = [variable.numpy() for variable in model.trainable_variables]
        optimizer.finalize_variable_values(model.trainable_variables)
        save_weights(model, options.work / WEIGHTS_FILE)
        for variable, value in zip(model.trainable_variables, raw, strict=True):
            variable.assign(value)

    batches = _prefetch(pool, options.batch, np.random.default_rng((seed, int(elapsed))))
    start = time.monotonic() - float(elapsed)
    saved_at, count = time.monotonic(), 0
    means: dict[str, float] = {}
    limit = options.minutes * 60
    while (seconds := time.monotonic() - start) < limit:
        optimizer.learning_rate = options.rate * _rate_factor(seconds / limit)
        losses = step(*batches.get())
        count += 1
        for name, loss in losses.items():
            means[name] = means.get(name, 0.0) + float(loss) / _STEPS_BETWEEN_LINES
        if count % _STEPS_BETWEEN_LINES == 0:
            parts = " ".join(f"{name} {mean:.3f}" for name, mean in means.items())
            print(
                f"{seconds / 60:.1f} min, step {count}, {pool.page_count} pages: {parts}",
                flush=True,
            )
            means = {}
        if time.monotonic() - saved_at > _SECONDS_BETWEEN_CHECKPOINTS:
            elapsed.assign(time.monotonic() - start)
            save()
            saved_at = time.monotonic()
    elapsed.assign(limit)
    save()


def _rate_factor(progress: float) -> float:
    """Return the learning rate relative to its peak: linear warm-up, then a cosine to zero."""
    if progress < _WARM_UP:
        return max(progress / _WARM_UP, 0.01)
    return 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))) + 0.002


def _prefetch(pool: PagePool, batch: int, rng: np.random.Generator) -> queue.Queue[Any]:
    """Return a queue that a thread keeps filled with batches: pictures, and targets by name."""
    from model.training.detector.targets import make_targets

    batches: queue.Queue[Any] = queue.Queue(3)

    def fill() -> None:
        while True:
            pictures, ink, boxes, values = pool.sample(batch, rng)
            batches.put((pictures, {**make_targets(SIDE, boxes, values), "ink": ink}))

    threading.Thread(target=fill, daemon=True).start()
    return batches


if __name__ == "__main__":
    main()
