"""Compare a network trained on corrections with the served one: python -m model.training.compare

This replaces nothing: `make adopt` makes the candidate the served network.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model import Recognizer
from model.network import NETWORK_FILE, Network
from model.training.corrections import split_corrections
from model.training.evaluation_result import EvaluationResult, evaluate_glyphs
from model.training.mnist import load_mnist, read_images

CANDIDATE_FILE = NETWORK_FILE.parent.parent / "var" / "training" / "extra" / "network.tflite"
CORRECTIONS = "held-out corrections"
MAX_ACCURACY_LOSS = 0.002  # on any other set, in exchange for a gain on the corrections


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which samples of a set each network predicts correctly, bool (n,)."""

    name: str
    served: NDArray[np.bool_]
    candidate: NDArray[np.bool_]

    @classmethod
    def of(cls, served: EvaluationResult, candidate: EvaluationResult) -> Self:
        """Return the comparison of two networks' results on the same set."""
        return cls(served.name, _correct_samples(served), _correct_samples(candidate))

    @property
    def won(self) -> int:
        """How many samples only the candidate predicts correctly."""
        return int((self.candidate & ~self.served).sum())

    @property
    def lost(self) -> int:
        """How many samples only the served network predicts correctly."""
        return int((self.served & ~self.candidate).sum())

    @property
    def gain(self) -> float:
        """The candidate's accuracy minus the served network's, between -1 and 1."""
        return float(self.candidate.mean() - self.served.mean())

    def __str__(self) -> str:
        return (
            f"{self.name:32} {self.served.mean():8.2%} {self.candidate.mean():10.2%} "
            f"{self.won:6} {self.lost:6} {len(self.served):9,}"
        )


def main() -> None:
    """Evaluate both networks and print a table and a conclusion."""
    # Imported here because it needs matplotlib, which is not installed for this module's tests.
    from model.training.evaluate import evaluate_sets

    parser = argparse.ArgumentParser(prog="model.training.compare", description=__doc__)
    parser.add_argument(
        "--extra", type=Path, required=True, help="the corrections that the candidate learned from"
    )
    parser.add_argument(
        "--candidate", type=Path, default=CANDIDATE_FILE, help="the candidate's .tflite file"
    )
    parser.add_argument(
        "--mnist", type=Path, help="an .npz with the arrays of mnist.npz (default: download it)"
    )
    options = parser.parse_args()
    if not options.candidate.is_file():
        parser.error(
            f"{options.candidate} does not exist; create it with make train EXTRA={options.extra}"
        )
    networks = Network(), Network(options.candidate)
    comparisons = compare_networks(*networks, options.extra, options.mnist, evaluate_sets)
    print(f"served {networks[0].version}, candidate {networks[1].version}\n")
    print(f"{'set':32} {'served':>8} {'candidate':>10} {'won':>6} {'lost':>6} {'samples':>9}")
    print(*comparisons, sep="\n")
    print(f"\n{conclude(comparisons)}")


def compare_networks(
    served: Network,
    candidate: Network,
    corrections_file: Path,
    mnist_file: Path | None,
    evaluate_other_sets: Callable[[Recognizer], dict[str, EvaluationResult]],
) -> list[Comparison]:
    """Compare two networks on the held-out corrections, MNIST's test images and other sets."""
    _, held_out = split_corrections(read_images(corrections_file, "train"))
    test = load_mnist(mnist_file).test
    served_results, candidate_results = (
        {
            CORRECTIONS: evaluate_glyphs(CORRECTIONS, held_out, network),
            "MNIST test": evaluate_glyphs("MNIST test", test, network),
            **evaluate_other_sets(Recognizer(network)),
        }
        for network in (served, candidate)
    )
    return [
        Comparison.of(result, candidate_results[name]) for name, result in served_results.items()
    ]


def conclude(comparisons: list[Comparison]) -> str:
    """Return one sentence: whether the candidate is better, and why.

    The first comparison is the one on the corrections.
    """
    corrections, *others = comparisons
    gained = round(corrections.gain * len(corrections.served))
    worse = [comparison.name for comparison in others if comparison.gain < -MAX_ACCURACY_LOSS]
    if gained <= 0:
        return "Not better: no more of the held-out corrections are predicted correctly."
    if worse:
        return f"Not better: {gained} more corrections are correct, but it is worse on " + (
            f"{', '.join(worse)}."
        )
    return f"Better: {gained} more corrections are correct, no set is worse. Run `make adopt`."


def _correct_samples(result: EvaluationResult) -> NDArray[np.bool_]:
    """Return whether each sample is predicted correctly, bool (n,).

    A sample of a set without digits is correct if no segment got the verdict "digit".
    """
    if not any(label.isdigit() for label in result.labels):
        return ~np.array(result.accepted)
    return np.array(result.correct)


if __name__ == "__main__":
    main()
