"""The report's charts: reliability diagram, confusion matrices, worst mistakes."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray

matplotlib.use("Agg")
from matplotlib import pyplot as plt

_BLUE = "#1f5fa8"


def draw_reliability(
    confidences: NDArray[np.float32], correct: NDArray[np.bool_], file: Path, bins: int = 15
) -> None:
    """Save a reliability diagram: accuracy over confidence, above a histogram of confidences."""
    indices = np.minimum((confidences * bins).astype(int), bins - 1)
    sizes = np.bincount(indices, minlength=bins)
    filled = sizes > 0
    confidence = np.bincount(indices, confidences, bins)[filled] / sizes[filled]
    accuracy = np.bincount(indices, correct, bins)[filled] / sizes[filled]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(4.2, 4.8), height_ratios=(3, 1), sharex=True, layout="constrained"
    )
    top.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    top.plot(confidence, accuracy, "o-", color=_BLUE, markersize=4)
    top.set_ylabel("accuracy")
    bottom.bar((np.arange(bins) + 0.5) / bins, sizes, 0.9 / bins, color=_BLUE)
    bottom.set_yscale("log")
    bottom.set_ylabel("predictions")
    bottom.set_xlabel("confidence")
    figure.savefig(file, dpi=90)
    plt.close(figure)


def draw_confusion_matrices(matrices: dict[str, NDArray[np.int64]], file: Path) -> None:
    """Save confusion matrices (10, 11) by set name: rows are labels, columns are predictions.

    The diagonal is left out, so that the mistakes are visible.
    """
    columns = min(3, len(matrices))
    rows = -(-len(matrices) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.4 * columns, 3.3 * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.flat[len(matrices) :]:
        axis.set_visible(False)
    for axis, (name, counts) in zip(axes.flat, matrices.items(), strict=False):
        mistakes = counts.copy()
        np.fill_diagonal(mistakes, 0)
        axis.imshow(mistakes, cmap="Blues", vmin=0, vmax=max(3, mistakes.max()))
        for (y, x), count in np.ndenumerate(mistakes):
            if count:
                dark = count > 0.6 * mistakes.max()
                axis.text(
                    x, y, count, ha="center", va="center", fontsize=7, color="w" if dark else "k"
                )
        axis.set_xticks(range(11), [*map(str, range(10)), "?"], fontsize=7)
        axis.set_yticks(range(10), [*map(str, range(10))], fontsize=7)
        axis.set_title(f"{name}: {mistakes.sum()} of {counts.sum()}", fontsize=8)
    figure.savefig(file, dpi=80)
    plt.close(figure)


def draw_mistakes(
    glyphs: NDArray[np.uint8], captions: list[str], file: Path, columns: int = 12
) -> None:
    """Save a grid of glyphs (n, 28, 28), dark on light, each above its caption."""
    rows = max(1, -(-len(glyphs) // columns))
    figure, axes = plt.subplots(
        rows, columns, figsize=(0.75 * columns, 0.95 * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.flat:
        axis.axis("off")
    for axis, glyph, caption in zip(axes.flat, glyphs, captions, strict=False):
        axis.imshow(255 - glyph, cmap="gray", vmin=0, vmax=255)
        axis.set_title(caption, fontsize=7, y=-0.22)
    figure.savefig(file, dpi=80)
    plt.close(figure)
