"""Train the stroke network and export it: python -m model.training.train_strokes"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.preprocessing.stroke_features import FEATURE_CHANNELS, FEATURE_POINTS
from model.stroke_network import STROKE_NETWORK_FILE, run_features
from model.training import CLASSES
from model.training.calibration import fit_temperature
from model.training.export import convert_to_litert
from model.training.stroke_examples import StrokeExamples, distort, generate_examples

ROOT = Path(__file__).resolve().parents[2]
WORK_FOLDER = ROOT / "var" / "training" / "strokes"
CHECKPOINT = "checkpoint.keras"
BATCH = 256
CALIBRATION_SAMPLES = 4_000


def main() -> None:
    """Train on generated strokes and export; an interrupted training resumes at its epoch."""
    parser = argparse.ArgumentParser(prog="model.training.train_strokes", description=__doc__)
    parser.add_argument("--examples", type=int, default=240_000, help="examples to generate")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", type=int, default=2)
    options = parser.parse_args()
    network = train(options)
    content = convert_to_litert(network)
    (WORK_FOLDER / CHECKPOINT).unlink(missing_ok=True)
    held_out = generate_examples(CALIBRATION_SAMPLES, np.random.default_rng(options.seed + 1000))
    features = distort(held_out.points, held_out.is_start, np.random.default_rng(0))
    logits = run_features(content, features)
    accuracy = float(np.mean(logits.argmax(axis=1) == held_out.labels))
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    metadata = {
        "version": f"{today}-{hashlib.sha256(content).hexdigest()[:7]}",
        "temperature": fit_temperature(logits, held_out.labels),
        "synthetic_accuracy": round(accuracy, 4),
    }
    STROKE_NETWORK_FILE.write_bytes(content)
    text = json.dumps(metadata, indent=2)
    STROKE_NETWORK_FILE.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(text)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of distorted examples, different in every epoch and the same for the same seed."""

    def __init__(self, examples: StrokeExamples, seed: int, epoch: int) -> None:
        super().__init__()
        self.examples, self.seed, self.epoch = examples, seed, epoch

    def __len__(self) -> int:
        return len(self.examples.labels) // BATCH

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        rng = np.random.default_rng([self.seed, self.epoch, index])
        rows = rng.integers(len(self.examples.labels), size=BATCH)
        points, is_start = self.examples.points[rows], self.examples.is_start[rows]
        return distort(points, is_start, rng), self.examples.labels[rows]

    def on_epoch_end(self) -> None:
        """Go on to other batches."""
        self.epoch += 1


def train(options: argparse.Namespace) -> keras.Model:
    """Return the trained network."""
    WORK_FOLDER.mkdir(parents=True, exist_ok=True)
    cache = WORK_FOLDER / f"examples-{options.examples}-{options.seed}.npz"
    if cache.is_file():
        with np.load(cache) as arrays:
            examples = StrokeExamples(*(arrays[name] for name in StrokeExamples._fields))
    else:
        examples = generate_examples(options.examples, np.random.default_rng(options.seed))
        np.savez(cache, **examples._asdict())
    keras.utils.set_random_seed(options.seed)
    checkpoint = WORK_FOLDER / CHECKPOINT
    steps = options.examples // BATCH
    if checkpoint.is_file():
        model = keras.models.load_model(checkpoint)
    else:
        model = build_stroke_network()
        rate = keras.optimizers.schedules.CosineDecay(
            1e-5, options.epochs * steps, warmup_target=3e-3, warmup_steps=300
        )
        model.compile(
            keras.optimizers.AdamW(rate, weight_decay=0.02, use_ema=True, ema_momentum=0.998),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
    epoch = int(model.optimizer.iterations.numpy()) // steps
    model.fit(
        Batches(examples, options.seed, epoch),
        epochs=options.epochs,
        initial_epoch=epoch,
        callbacks=[keras.callbacks.ModelCheckpoint(checkpoint)],
        shuffle=False,
        verbose=options.verbose,
    )
    return model


def build_stroke_network() -> keras.Model:
    """Build a residual network of one-dimensional convolutions with random weights.

    The input is float32 (n, FEATURE_POINTS, FEATURE_CHANNELS), see `stroke_features`; the output
    is logits (n, 11), ten digits and then "not a digit".
    """
    inputs = keras.Input((FEATURE_POINTS, FEATURE_CHANNELS), name="strokes")
    x = _convolve(inputs, 32, 5)
    for width in (48, 64):
        x = _convolve(x, width, 5, stride=2)
        y = _convolve(x, width, 3)
        y = layers.BatchNormalization()(layers.Conv1D(width, 3, padding="same", use_bias=False)(y))
        x = layers.ReLU()(layers.Add()([x, y]))
    pooled = layers.Concatenate()(
        [layers.GlobalAveragePooling1D()(x), layers.GlobalMaxPooling1D()(x)]
    )
    hidden = layers.Dense(64, activation="relu")(layers.Dropout(0.2)(pooled))
    return keras.Model(inputs, layers.Dense(CLASSES, name="logits")(hidden), name="strokes")


def _convolve(x: Any, width: int, size: int, stride: int = 1) -> Any:
    x = layers.Conv1D(width, size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


if __name__ == "__main__":
    main()
