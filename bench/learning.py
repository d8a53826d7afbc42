"""Measure what a fine-tuning gains on one writer: 300 corrections of odd sevens and nines.

Needs TensorFlow: `.venv-training/bin/python -m bench.learning`. The writer is simulated:
bench/odd_writer.py.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.odd_writer import draw
from bench.table import print_table
from model import Recognizer
from model.network import NETWORK_FILE, Network
from model.training.compare import Comparison
from model.training.evaluation_result import EvaluationResult, evaluate_samples
from model.training.evaluation_sets import StrokeSet
from model.training.train import SERVED_WEIGHTS_FILE

CORRECTIONS = 300
OTHER_DRAWINGS = 1_000
GOAL = 0.5  # share of the errors that the fine-tuning has to remove
MAX_MINUTES = 15


def main() -> None:
    """Fine-tune and print the figures before and after."""
    rng = np.random.default_rng(2026)
    corrections, others = draw(CORRECTIONS, rng), draw(OTHER_DRAWINGS, rng)
    with tempfile.TemporaryDirectory(prefix="inkling-learning-") as name:
        folder = Path(name)
        prepare_job(folder, corrections)
        started = time.monotonic()
        command = [sys.executable, "-m", "model.training.fine_tune", str(folder), *sys.argv[1:]]
        subprocess.run(command, check=True)
        minutes = (time.monotonic() - started) / 60
        figures = json.loads((folder / "figures.json").read_text())
        before, after = (
            evaluate(file, others) for file in (NETWORK_FILE, folder / "network.tflite")
        )
    comparison = Comparison.of(before, after)
    wrong = int((~comparison.served).sum())
    rows: list[list[object]] = [
        ["accuracy on the writer's other drawings, before, %", 100 * before.accuracy, ""],
        ["after, %", 100 * after.accuracy, ""],
        ["errors removed, %", 100 * (comparison.won - comparison.lost) / wrong, 100 * GOAL],
        ["minutes", minutes, MAX_MINUTES],
    ]
    print_table("Fine-tuning on one writer", ["measure", "value", "goal"], rows)
    sets: list[list[object]] = [
        [name, *percentages(counts), counts["won"], counts["lost"], noise(counts)]
        for name, counts in figures.items()
    ]
    columns = ["set", "before, %", "after, %", "won", "lost", "noise of won - lost"]
    print_table("Standard sets and held-out corrections", columns, sets)


def prepare_job(folder: Path, corrections: StrokeSet) -> None:
    """Write the folder of a job that learns the drawings' glyphs with their labels."""
    recognizer = Recognizer.load()
    glyphs, labels = [], []
    for strokes, label in zip(*corrections, strict=True):
        digits = recognizer.predict_strokes(strokes).digits
        if len(digits) == 1:  # as a reviewer's label needs as many characters as there are digits
            glyphs.append(digits[0].glyph)
            labels.append(int(label))
    np.savez_compressed(folder / "corrections.npz", x_train=np.stack(glyphs), y_train=labels)
    shutil.copy(SERVED_WEIGHTS_FILE, folder / "parent.npz")
    for suffix in (".tflite", ".json"):
        shutil.copy(NETWORK_FILE.with_suffix(suffix), folder / f"served{suffix}")


def percentages(counts: dict[str, int]) -> tuple[float, float]:
    """Return the accuracies before and after, in percent."""
    return 100 * counts["before"] / counts["samples"], 100 * counts["after"] / counts["samples"]


def noise(counts: dict[str, int]) -> float:
    """Return 1.96 standard deviations of won - lost for networks that are equally good.

    McNemar's test (1947, https://doi.org/10.1007/BF02295996).
    """
    return float(1.96 * np.sqrt(counts["won"] + counts["lost"]))


def evaluate(file: Path, drawings: StrokeSet) -> EvaluationResult:
    """Return the predictions of a network, with the whole pipeline."""
    recognizer = Recognizer(Network(file))
    return evaluate_samples("the writer", *drawings, recognizer.predict_strokes)


if __name__ == "__main__":
    main()
