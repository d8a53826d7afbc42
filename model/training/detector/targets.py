"""What the detector should output for a batch of synthetic pages, and the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model.training.detector.architecture import STRIDE

_CENTER_SPREAD = 0.13  # standard deviation of a center's bump, relative to the box
_MIN_SPREAD = 0.55  # the same at least, in positions
_BOX_RADIUS = 0.25  # positions this far from the center, relative to the box, predict the box
_FOCAL_POWER, _NEGATIVE_POWER = 2.0, 4.0  # of CenterNet's focal loss
_WEIGHTS = {"center": 1.0, "box": 1.0, "value": 0.5, "ink": 1.0}


def make_targets(
    side: int, boxes: list[NDArray[np.float32]], values: list[NDArray[np.int64]]
) -> dict[str, NDArray[Any]]:
    """Return the targets of n pages of `side` pixels; boxes (m, 4) and values (m,) for each.

    "center": float32 (n, s, s), 1 at each center with a Gaussian bump around it. "box": float32
    (n, s, s, 4), log distances. "value": int64 (n, s, s). "weight": float32 (n, s, s), of the
    position in the losses of box and value, 0 where no digit is.
    """
    count, size = len(boxes), side // STRIDE
    center = np.zeros((count, size, size), np.float32)
    distances = np.zeros((count, size, size, 4), np.float32)
    value_map = np.zeros((count, size, size), np.int64)
    weight = np.zeros((count, size, size), np.float32)
    positions = (np.arange(size, dtype=np.float32) + 0.5) * STRIDE
    for page in range(count):
        for (left, top, right, bottom), value in zip(boxes[page], values[page], strict=True):
            middle = (left + right) / 2, (top + bottom) / 2
            column, row = (min(int(c / STRIDE), size - 1) for c in middle)
            # Measured from the middle of its position, so that the peak is exactly 1.
            x, y = positions - positions[column], positions - positions[row]
            spread_x, spread_y = (
                max(_CENTER_SPREAD * extent, _MIN_SPREAD * STRIDE)
                for extent in (right - left, bottom - top)
            )
            bump = np.exp(-0.5 * (y / spread_y) ** 2)[:, None] * np.exp(-0.5 * (x / spread_x) ** 2)
            # A position of two boxes predicts that with the nearer center.
            inside = (
                (bump > center[page])
                & (
                    np.maximum(
                        np.abs(y) / max(_BOX_RADIUS * (bottom - top), STRIDE / 2 + 0.1),
                        np.zeros(size),
                    )[:, None]
                    <= 1
                )
                & (np.abs(x) / max(_BOX_RADIUS * (right - left), STRIDE / 2 + 0.1) <= 1)[None]
            )
            np.maximum(center[page], bump, out=center[page])
            rows, columns = np.nonzero(inside)
            sides = np.stack(
                [
                    positions[columns] - left,
                    positions[rows] - top,
                    right - positions[columns],
                    bottom - positions[rows],
                ],
                axis=1,
            )
            distances[page, rows, columns] = np.log(np.maximum(sides, 0.5) / STRIDE)
            value_map[page, rows, columns] = value
            weight[page, rows, columns] = bump[rows, columns]
    return {"center": center, "box": distances, "value": value_map, "weight": weight}


def detector_loss(targets: dict[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the loss of each head, weighted, all scalars.

    targets: those of `make_targets`, and "ink", (n, side, side) in [0, 1].
    """
    weight = targets["weight"]
    total_weight = tf.reduce_sum(weight) + 1.0
    distance = tf.reduce_sum(tf.abs(targets["box"] - outputs["box"]), axis=-1)
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(targets["value"], outputs["value"])
    losses = {
        "center": _focal_loss(targets["center"], outputs["center"][..., 0]),
        "box": tf.reduce_sum(weight * distance) / total_weight,
        "value": tf.reduce_sum(weight * entropy) / total_weight,
        "ink": _ink_loss(targets["ink"], outputs["ink"][..., 0]),
    }
    return {name: _WEIGHTS[name] * loss for name, loss in losses.items()}


def _focal_loss(target: Any, logit: Any) -> Any:
    probability = tf.sigmoid(logit)
    is_center = tf.cast(target > 0.999, tf.float32)
    positive = is_center * (1 - probability) ** _FOCAL_POWER * tf.nn.softplus(-logit)
    negative = (
        (1 - is_center)
        * (1 - target) ** _NEGATIVE_POWER
        * probability**_FOCAL_POWER
        * tf.nn.softplus(logit)
    )
    return tf.reduce_sum(positive + negative) / (tf.reduce_sum(is_center) + 1.0)


def _ink_loss(target: Any, logit: Any) -> Any:
    """Return cross entropy, ink counting four times, plus the Dice loss of the batch."""
    entropy = tf.nn.weighted_cross_entropy_with_logits(target, logit, 4.0)
    probability = tf.sigmoid(logit)
    overlap = tf.reduce_sum(probability * target)
    dice = (2 * overlap + 1) / (tf.reduce_sum(probability) + tf.reduce_sum(target) + 1)
    return 4 * tf.reduce_mean(entropy) + (1 - dice)
