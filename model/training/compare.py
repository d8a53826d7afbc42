"""Is the network that learnt from corrections better? python -m model.training.compare

Nothing is replaced here: `make adopt` puts the candidate in the served network's place.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model import Recognizer
from model.network import NETWORK_FILE, Network
from model.training.corrections import split
from model.training.measure import EvaluationResult, measure_glyphs
from model.training.mnist import load_mnist, read_images

CANDIDATE = NETWORK_FILE.parent.parent / "var" / "training" / "extra" / "network.tflite"
CORRECTIONS = "corrections not learnt from"
MOST_LOST = 0.002  # of a set's samples may be read worse for what is won on the corrections


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which samples of a set each network read right, bool (n,)."""

    name: str
    served: NDArray[np.bool_]
    candidate: NDArray[np.bool_]

    @property
    def gain(self) -> float:
        """How much greater a share the candidate read right, -1 to 1."""
        return float(self.candidate.mean() - self.served.mean())

    def __str__(self) -> str:
        won = int((self.candidate & ~self.served).sum())
        lost = int((self.served & ~self.candidate).sum())
        return (
            f"{self.name:32} {self.served.mean():8.2%} {self.candidate.mean():10.2%} "
            f"{won:6} {lost:6} {len(self.served):9,}"
        )


def main() -> None:
    """Read the command line, measure both networks, print a table and what follows from it."""
    from model.training.evaluate import measure_sets  # draws too, which only trainings can

    parser = argparse.ArgumentParser(prog="model.training.compare", description=__doc__)
    parser.add_argument("--extra", type=Path, required=True, help="the corrections learnt from")
    parser.add_argument("--candidate", type=Path, default=CANDIDATE)
    parser.add_argument("--mnist", type=Path, help="an .npz laid out as MNIST's is")
    options = parser.parse_args()
    if not options.candidate.is_file():
        parser.error(f"there is no {options.candidate}; make train EXTRA={options.extra} makes it")
    networks = Network(), Network(options.candidate)
    comparisons = compare(*networks, options.extra, options.mnist, measure_sets)
    print(f"served {networks[0].version}, candidate {networks[1].version}\n")
    print(f"{'set':32} {'served':>8} {'candidate':>10} {'won':>6} {'lost':>6} {'samples':>9}")
    print(*comparisons, sep="\n")
    print(f"\n{verdict(comparisons)}")


def compare(
    served: Network,
    candidate: Network,
    extra: Path,
    mnist: Path | None,
    measure_others: Callable[[Recognizer], dict[str, EvaluationResult]],
) -> list[Comparison]:
    """Both networks on the held-out corrections, on MNIST's test, and on other sets."""
    _, held_out = split(read_images(extra, "train"))
    test = load_mnist(mnist).test
    outcomes = [
        {
            CORRECTIONS: measure_glyphs(CORRECTIONS, held_out, network),
            "MNIST test": measure_glyphs("MNIST test", test, network),
            **measure_others(Recognizer(network)),
        }
        for network in (served, candidate)
    ]
    return [
        Comparison(name, _right(outcomes[0][name]), _right(outcomes[1][name]))
        for name in outcomes[0]
    ]


def verdict(comparisons: list[Comparison]) -> str:
    """One sentence: better or not, and why. The first comparison is that of the corrections."""
    corrections, *others = comparisons
    won = round(corrections.gain * len(corrections.served))
    worse = [one.name for one in others if one.gain < -MOST_LOST]
    if won <= 0:
        return "Not better: it reads no more of the corrections it has not learnt from."
    if worse:
        return f"Not better: {won} more corrections are read right, but it is worse on " + (
            f"{', '.join(worse)}."
        )
    return f"Better: {won} more corrections are read right, nothing else is worse. `make adopt`"


def _right(outcome: EvaluationResult) -> NDArray[np.bool_]:
    """Whether each sample was read right; a sign that is no digit, if it was not taken for one."""
    if not any(label.isdigit() for label in outcome.labels):
        return ~np.array(outcome.accepted)
    return np.array([a == b for a, b in zip(outcome.texts, outcome.labels, strict=True)])


if __name__ == "__main__":
    main()
