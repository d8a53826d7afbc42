"""Measure the served network and write its report: python -m model.training.evaluate"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from model import Recognizer
from model.network import NETWORK_FILE, Network
from model.training.calibrate import calibration_error
from model.training.charts import draw_confusions, draw_mistakes, draw_reliability
from model.training.corruptions import KINDS, corrupt
from model.training.evaluation_sets import numbers_of_one_writer, read_pictures, read_strokes
from model.training.measure import EvaluationResult, confusion, measure, measure_glyphs
from model.training.mnist import Images, load_mnist
from model.training.report import Row, write_report

PICTURES = NETWORK_FILE.parent / "report"
STROKE_SETS = {"numberpad_strokes": 0.997, "pendigits_train_strokes": 0.985}
PICTURE_SETS = {"semeion": 0.985, "drawings": 0.98, "photos": 0.97}
NUMBERS = {"number_photos": 0.80, "numbers of one writer": 0.93}
NOT_DIGITS = {"nondigit_omniglot_strokes": 0.95, "nondigit_greek": 0.95}


def main() -> None:
    """Read the command line, measure everything, write model/REPORT.md and its pictures."""
    parser = argparse.ArgumentParser(prog="model.training.evaluate", description=__doc__)
    parser.add_argument("--mnist", type=Path, help="an .npz laid out as MNIST's is")
    options = parser.parse_args()
    PICTURES.mkdir(exist_ok=True)
    network = Network()
    test = load_mnist(options.mnist).test
    mnist = measure_glyphs("MNIST test", test, network)
    corrupted = measure_corrupted(test, network)
    sets = measure_sets(Recognizer(network))
    rows = [
        Row("MNIST test", "accuracy", 0.998, mnist.accuracy, len(mnist.labels)),
        *rows_of_sets(sets),
        rows_of_calibration([mnist, *only_digits(sets)]),
        Row(
            f"MNIST test in {len(KINDS)} corruptions",
            "mean accuracy",
            0.985,
            float(np.mean(list(corrupted.values()))),
            len(mnist.labels) * len(KINDS),
        ),
    ]
    draw_all(mnist, test, only_digits(sets))
    seeds_file = PICTURES / "seeds.json"
    seeds = json.loads(seeds_file.read_text()) if seeds_file.is_file() else None
    write_report(NETWORK_FILE, rows, corrupted, [mnist, *only_digits(sets)], seeds)


def measure_corrupted(test: Images, network: Network) -> dict[str, float]:
    """Accuracy on MNIST's test images in every kind of corruption."""
    return {
        kind: measure_glyphs(
            kind, Images(corrupt(test.glyphs, kind), test.labels), network
        ).accuracy
        for kind in KINDS
    }


def measure_sets(reader: Recognizer) -> dict[str, EvaluationResult]:
    """Every set that is here, through the whole pipeline, by name."""

    def strokes(name: str) -> EvaluationResult | None:
        found = read_strokes(name)
        return found and measure(name, found.samples, found.labels, reader.predict_strokes)

    def pictures(name: str) -> EvaluationResult | None:
        found = read_pictures(name)
        return found and measure(name, found.samples, found.labels, reader.predict_image)

    outcomes = [strokes(name) for name in (*STROKE_SETS, "nondigit_omniglot_strokes")]
    outcomes += [pictures(name) for name in (*PICTURE_SETS, "nondigit_greek", "number_photos")]
    pendigits = read_strokes("pendigits_train_strokes")
    if pendigits:
        numbers = numbers_of_one_writer(pendigits)
        name = "numbers of one writer"
        outcomes.append(measure(name, numbers.samples, numbers.labels, reader.predict_strokes))
    return {outcome.name: outcome for outcome in outcomes if outcome}


def only_digits(sets: dict[str, EvaluationResult]) -> list[EvaluationResult]:
    """The sets whose samples are one digit each."""
    return [sets[name] for name in (*STROKE_SETS, *PICTURE_SETS) if name in sets]


def rows_of_sets(sets: dict[str, EvaluationResult]) -> list[Row]:
    """A row for each goal on real handwriting; `reached` is None where the set is not here."""

    def row(name: str, measure: str, goal: float, reached: float | None) -> Row:
        count = len(sets[name].labels) if name in sets else 0
        return Row(name, measure, goal, reached if count else None, count)

    rows = []
    for name, goal in {**STROKE_SETS, **PICTURE_SETS}.items():
        rows.append(row(name, "accuracy", goal, sets[name].accuracy if name in sets else None))
    for name, goal in NUMBERS.items():
        found = sets.get(name)
        rows.append(row(name, "whole number right", goal, found.accuracy if found else None))
        rows.append(row(name, "digits right", 0.97, found.characters if found else None))
    for name, goal in NOT_DIGITS.items():
        found = sets.get(name)
        rows.append(
            row(name, "not accepted as a digit", goal, found.not_accepted if found else None)
        )
    digits = only_digits(sets)
    if digits:
        count = sum(len(outcome.labels) for outcome in digits)
        refused = sum(outcome.refused * len(outcome.labels) for outcome in digits) / count
        rows.append(Row("all digit sets", "true digits refused (at most)", 0.01, refused, count))
    return rows


def rows_of_calibration(outcomes: list[EvaluationResult]) -> Row:
    """The expected calibration error over all digit sets together."""
    confidences, right = calibration_of(outcomes)
    error = calibration_error(confidences, right)
    return Row(
        "all digit sets, MNIST test too",
        "expected calibration error (at most)",
        0.01,
        error,
        len(right),
    )


def calibration_of(outcomes: list[EvaluationResult]) -> tuple[np.ndarray, np.ndarray]:
    """Confidences, and whether each reading was right, over all outcomes."""
    confidences = np.concatenate([outcome.confidences for outcome in outcomes])
    right = np.concatenate(
        [np.array(list(map(str, o.values))) == np.array(o.truths) for o in outcomes]
    )
    return confidences, right


def draw_all(mnist: EvaluationResult, test: Images, digits: list[EvaluationResult]) -> None:
    """The report's pictures; the mistakes are MNIST's, since the other sets carry no licence."""
    draw_reliability(*calibration_of([mnist, *digits]), PICTURES / "reliability.png")
    draw_confusions({o.name: confusion(o) for o in [mnist, *digits]}, PICTURES / "confusions.png")
    wrong = np.array(mnist.mistakes, int)
    worst = wrong[np.argsort(np.array(mnist.confidences)[wrong])[::-1]][:48]
    captions = [f"{mnist.labels[i]} as {mnist.texts[i]}" for i in worst]
    draw_mistakes(test.glyphs[worst], captions, PICTURES / "mistakes.png")


if __name__ == "__main__":
    main()
