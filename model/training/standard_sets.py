"""The sets with which a network and the served one are compared before it can be adopted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model import Recognizer
from model.network import Network
from model.training import NOT_A_DIGIT
from model.training.compare import CORRECTIONS, Comparison
from model.training.detexify import render_symbols
from model.training.evaluation_result import EvaluationResult, evaluate_glyphs, evaluate_samples
from model.training.evaluation_sets import (
    StrokeSet,
    draw_marked_numbers,
    find_data_folder,
    read_stroke_set,
)
from model.training.handwriting import synthesize_digits
from model.training.mnist import Images, Mnist

MNIST_TEST = "MNIST test"
SYNTHETIC_DIGITS = "synthetic digits"
SYNTHETIC_NONDIGITS = "synthetic symbols that are not digits"
HANDWRITTEN_SYMBOLS = "handwritten symbols that are not digits"
MARKED_NUMBERS = "numbers with taps, underlines, frames and points"
STROKE_SETS = ("numberpad_strokes", "pendigits_train_strokes")  # where they are available
_SYNTHETIC_SAMPLES = 2_000
_EVALUATION_SEED = 20_301  # of no training and no calibration


@dataclass(frozen=True, slots=True)
class StandardSets:
    """Glyphs, for the network alone, and drawings, for everything from strokes to a text."""

    glyphs: dict[str, Images]
    drawings: dict[str, StrokeSet]


def make_standard_sets(held_out: Images, mnist: Mnist | None) -> StandardSets:
    """Return the sets that are not empty.

    held_out: corrections that no network learnt from. mnist: None if its file is not there.
    """
    rng = np.random.default_rng(_EVALUATION_SEED)
    glyphs = {CORRECTIONS: held_out}
    if mnist is not None:
        glyphs[MNIST_TEST] = mnist.test
    glyphs[SYNTHETIC_DIGITS] = digits = synthesize_digits(_SYNTHETIC_SAMPLES, rng)
    name, nondigits = _make_nondigits((digits if mnist is None else mnist.held_out).glyphs, rng)
    glyphs[name] = Images(nondigits, np.full(len(nondigits), NOT_A_DIGIT))
    drawings = {MARKED_NUMBERS: draw_marked_numbers()}
    drawings |= {name: found for name in STROKE_SETS if (found := read_stroke_set(name))}
    return StandardSets(
        {name: images for name, images in glyphs.items() if len(images.labels)}, drawings
    )


def _make_nondigits(
    digits: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[str, NDArray[np.uint8]]:
    """Return the name and the glyphs of a set of symbols that are not digits."""
    try:
        from model.training.negatives import generate_negatives
    except ImportError:  # it needs packages that are installed for trainings only
        return HANDWRITTEN_SYMBOLS, render_symbols(_SYNTHETIC_SAMPLES, rng)
    return SYNTHETIC_NONDIGITS, generate_negatives(_SYNTHETIC_SAMPLES, digits, rng)


def evaluate_network(network: Network, sets: StandardSets) -> dict[str, EvaluationResult]:
    """Return the results of a network on all sets, by their names."""
    results = {name: evaluate_glyphs(name, images, network) for name, images in sets.glyphs.items()}
    recognizer = Recognizer(network)
    for name, (samples, labels) in sets.drawings.items():
        results[name] = evaluate_samples(name, samples, labels, recognizer.predict_strokes)
    return results


def count_changes(served: EvaluationResult, candidate: EvaluationResult) -> dict[str, int]:
    """Return how many samples of a set were right before and are right now.

    samples: how many there are. won, lost: how many only the candidate or only the served network
    predicts correctly.
    """
    comparison = Comparison.of(served, candidate)
    return {
        "samples": len(comparison.served),
        "before": int(comparison.served.sum()),
        "after": int(comparison.candidate.sum()),
        "won": comparison.won,
        "lost": comparison.lost,
    }


def find_mnist_file() -> Path | None:
    """Return MNIST's file in the folder of the data sets; None: Keras downloads it."""
    file = find_data_folder() / "mnist.npz"
    return file if file.is_file() else None
