"""Evaluate the served network and write its report: python -m model.training.evaluate"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from model import Recognizer
from model.network import NETWORK_FILE, Network
from model.training.calibration import expected_calibration_error
from model.training.charts import draw_confusion_matrices, draw_mistakes, draw_reliability
from model.training.corruptions import CORRUPTIONS, corrupt
from model.training.detector.evaluation import (
    BLANK_PAGES_PER_KIND,
    PAGES,
    count_blank,
    count_on_pages,
)
from model.training.evaluation_result import (
    EvaluationResult,
    confusion_matrix,
    evaluate_glyphs,
    evaluate_samples,
)
from model.training.evaluation_sets import (
    UPLOADS,
    compose_numbers,
    draw_marked_numbers,
    make_uploads,
    read_image_set,
    read_stroke_set,
)
from model.training.mnist import Images, load_mnist
from model.training.nondigit_pictures import draw_signs, print_words
from model.training.report import GoalRow, write_report

CHARTS_FOLDER = NETWORK_FILE.parent / "report"
MAX_MISTAKES_DRAWN = 48
NUMBERS_BY_ONE_WRITER = "numbers by one writer"
MARKED_NUMBERS = "numbers with taps, underlines, frames and points"

# The sets and the accuracy to reach on each.
UPLOAD_GOAL = 0.997
STROKE_SETS = {"numberpad_strokes": 0.997, "pendigits_train_strokes": 0.992}
IMAGE_SETS = {"semeion": 0.985, "drawings": 0.98, "photos": 0.97}
NUMBER_SETS = {"number_photos": 0.80, NUMBERS_BY_ONE_WRITER: 0.97}
SIGN_PICTURES = "nondigit_omniglot_strokes as pictures"
PRINTED_WORDS = "printed letters as pictures"
NON_DIGIT_SETS = {"nondigit_omniglot_strokes": 0.99, "nondigit_greek": 0.95}


def main() -> None:
    """Evaluate everything; write model/REPORT.md and its charts."""
    parser = argparse.ArgumentParser(prog="model.training.evaluate", description=__doc__)
    parser.add_argument(
        "--mnist", type=Path, help="an .npz with the arrays of mnist.npz (default: download it)"
    )
    options = parser.parse_args()
    CHARTS_FOLDER.mkdir(exist_ok=True)
    network = Network()
    test = load_mnist(options.mnist).test
    mnist = evaluate_glyphs("MNIST test", test, network)
    corrupted = evaluate_corruptions(test, network)
    results = evaluate_sets(Recognizer(network))
    digit_results = select_digit_results(results)
    rows = [
        GoalRow("MNIST test", "accuracy", 0.998, mnist.accuracy, len(mnist.labels)),
        *evaluate_uploads(test, Recognizer(network)),
        *make_goal_rows(results),
        *make_detection_rows(Recognizer(network), test),
        make_calibration_row([mnist, *digit_results]),
        GoalRow(
            f"MNIST test with {len(CORRUPTIONS)} corruptions",
            "mean accuracy",
            0.985,
            float(np.mean(list(corrupted.values()))),
            len(mnist.labels) * len(CORRUPTIONS),
        ),
    ]
    draw_charts(mnist, test, digit_results)
    seeds_file = CHARTS_FOLDER / "seeds.json"
    seeds = json.loads(seeds_file.read_text()) if seeds_file.is_file() else None
    write_report(NETWORK_FILE, rows, corrupted, [mnist, *digit_results], seeds)


def evaluate_corruptions(test: Images, network: Network) -> dict[str, float]:
    """Return the accuracy on MNIST's test images with each corruption."""
    return {
        kind: evaluate_glyphs(
            kind, Images(corrupt(test.glyphs, kind), test.labels), network
        ).accuracy
        for kind in CORRUPTIONS
    }


def evaluate_uploads(test: Images, recognizer: Recognizer) -> list[GoalRow]:
    """Return the rows of MNIST's test images, uploaded as pictures in several ways."""
    rows = []
    for name in UPLOADS:
        pictures = make_uploads(test, name)
        result = evaluate_samples(name, *pictures, recognizer.predict_image)
        rows.append(GoalRow(name, "accuracy", UPLOAD_GOAL, result.accuracy, len(result.labels)))
    return rows


def evaluate_sets(recognizer: Recognizer) -> dict[str, EvaluationResult]:
    """Evaluate the whole pipeline on every set that is available; return the results by name."""
    results = []
    for name in (*STROKE_SETS, "nondigit_omniglot_strokes"):
        if drawings := read_stroke_set(name):
            results.append(evaluate_samples(name, *drawings, recognizer.predict_strokes))
    for name in (*IMAGE_SETS, "nondigit_greek", "number_photos"):
        if images := read_image_set(name):
            results.append(evaluate_samples(name, *images, recognizer.predict_image))
    if digits := read_stroke_set("pendigits_train_strokes"):
        numbers = compose_numbers(digits)
        results.append(
            evaluate_samples(NUMBERS_BY_ONE_WRITER, *numbers, recognizer.predict_strokes)
        )
    marked = draw_marked_numbers()
    results.append(evaluate_samples(MARKED_NUMBERS, *marked, recognizer.predict_strokes))
    nondigits = {PRINTED_WORDS: print_words()}
    if signs := read_stroke_set("nondigit_omniglot_strokes"):
        nondigits[SIGN_PICTURES] = draw_signs(signs)
    for name, pictures in nondigits.items():
        results.append(evaluate_samples(name, *pictures, recognizer.predict_image))
    return {result.name: result for result in results}


def select_digit_results(results: dict[str, EvaluationResult]) -> list[EvaluationResult]:
    """Return the results of the sets whose samples are one digit each."""
    return [results[name] for name in (*STROKE_SETS, *IMAGE_SETS) if name in results]


def make_goal_rows(results: dict[str, EvaluationResult]) -> list[GoalRow]:
    """Return a row for each goal; its `reached` is None if the set is not available."""

    def make_row(name: str, measure: str, goal: float, attribute: str) -> GoalRow:
        result = results.get(name)
        if result is None:
            return GoalRow(name, measure, goal, None, 0)
        return GoalRow(name, measure, goal, getattr(result, attribute), len(result.labels))

    rows = [
        make_row(name, "accuracy", goal, "accuracy")
        for name, goal in {**STROKE_SETS, **IMAGE_SETS}.items()
    ]
    for name, goal in NUMBER_SETS.items():
        rows.append(make_row(name, "whole numbers correct", goal, "accuracy"))
        rows.append(make_row(name, "digits correct", 0.97, "character_accuracy"))
    rows.append(make_row(MARKED_NUMBERS, "whole texts correct", 0.97, "accuracy"))
    for name, goal in NON_DIGIT_SETS.items():
        rows.append(make_row(name, "not accepted as a digit", goal, "not_accepted_rate"))
        rows.append(make_row(name, "predicted as `?`", 0.92, "rejected_rate"))
    for name in (SIGN_PICTURES, PRINTED_WORDS):
        rows.append(
            make_row(name, "with a digit of verdict `digit` (at most)", 0.01, "accepted_rate")
        )
    digit_results = select_digit_results(results)
    if digit_results:
        count = sum(len(result.labels) for result in digit_results)
        rejected = sum(result.rejected_rate * len(result.labels) for result in digit_results)
        rows.append(
            GoalRow("all digit sets", "digits rejected (at most)", 0.01, rejected / count, count)
        )
    return rows


def make_detection_rows(recognizer: Recognizer, test: Images) -> list[GoalRow]:
    """Return a row for each measure of the detector on synthetic pages and on empty paper."""
    counts = count_on_pages(recognizer, test)
    blank = count_blank(recognizer)
    name = f"{PAGES} synthetic pages"
    return [
        GoalRow(name, "digits found", 0.95, counts.found / counts.digits, counts.digits),
        GoalRow(name, "digits correct", 0.9, counts.right / counts.digits, counts.digits),
        GoalRow(
            name,
            "verdict `digit` and wrong (at most)",
            0.01,
            counts.sure_and_wrong / counts.sure,
            counts.sure,
        ),
        *(
            GoalRow(
                f"empty paper, {kind}",
                "blank",
                1.0,
                count / BLANK_PAGES_PER_KIND,
                BLANK_PAGES_PER_KIND,
            )
            for kind, count in blank.items()
        ),
    ]


def make_calibration_row(results: list[EvaluationResult]) -> GoalRow:
    """Return the row of the expected calibration error over all results together."""
    confidences, correct = collect_confidences(results)
    return GoalRow(
        "all digit sets and MNIST test",
        "expected calibration error (at most)",
        0.01,
        expected_calibration_error(confidences, correct),
        len(correct),
    )


def collect_confidences(results: list[EvaluationResult]) -> tuple[np.ndarray, np.ndarray]:
    """Return the confidence of each single digit and whether it is correct, both (n,)."""
    confidences = np.concatenate([result.digit_confidences for result in results])
    correct = np.concatenate(
        [
            np.array([str(value) for value in result.digit_values]) == np.array(result.digit_labels)
            for result in results
        ]
    )
    return confidences, correct


def draw_charts(
    mnist: EvaluationResult, test: Images, digit_results: list[EvaluationResult]
) -> None:
    """Draw the report's charts.

    Only mistakes on MNIST are shown as images, because the other sets carry no license.
    """
    results = [mnist, *digit_results]
    draw_reliability(*collect_confidences(results), CHARTS_FOLDER / "reliability.png")
    matrices = {result.name: confusion_matrix(result) for result in results}
    draw_confusion_matrices(matrices, CHARTS_FOLDER / "confusions.png")
    mistakes = np.array(mnist.mistakes, int)
    by_confidence = np.argsort(np.array(mnist.digit_confidences)[mistakes])[::-1]
    worst = mistakes[by_confidence][:MAX_MISTAKES_DRAWN]
    captions = [f"{mnist.labels[index]} as {mnist.texts[index]}" for index in worst]
    draw_mistakes(test.glyphs[worst], captions, CHARTS_FOLDER / "mistakes.png")


if __name__ == "__main__":
    main()
