"""Pictures of the report: reliability, confusions, worst mistakes."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray

matplotlib.use("Agg")
from matplotlib import pyplot as plt


def draw_reliability(
    confidences: NDArray[np.float32], right: NDArray[np.bool_], file: Path, bins: int = 15
) -> None:
    """Accuracy over confidence, and how many readings lie in each bin."""
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    sizes = np.bincount(place, minlength=bins)
    filled = sizes > 0
    said = np.bincount(place, confidences, bins)[filled] / sizes[filled]
    were = np.bincount(place, right, bins)[filled] / sizes[filled]
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(4.2, 4.8), height_ratios=(3, 1), sharex=True, layout="constrained"
    )
    top.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    top.plot(said, were, "o-", color="#1f5fa8", markersize=4)
    top.set_ylabel("share that was right")
    bottom.bar((np.arange(bins) + 0.5) / bins, sizes, 0.9 / bins, color="#1f5fa8")
    bottom.set_yscale("log")
    bottom.set_ylabel("readings")
    bottom.set_xlabel("confidence")
    figure.savefig(file, dpi=90)
    plt.close(figure)


def draw_confusions(tables: dict[str, NDArray[np.int64]], file: Path) -> None:
    """Confusion matrices side by side, mistakes only: rows what it is, columns what was read."""
    columns = min(3, len(tables))
    rows = -(-len(tables) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.4 * columns, 3.3 * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.flat[len(tables) :]:
        axis.set_visible(False)
    for axis, (name, counts) in zip(axes.flat, tables.items(), strict=False):
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
    """Glyphs (n, 28, 28), dark on light, each with its caption below."""
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
