"""A class: larger networks teach the served one, while they learn themselves or after.

Hinton et al. 2015, Distilling the Knowledge in a Neural Network (https://arxiv.org/abs/1503.02531);
at first all at once and on the same batches, as Lan et al. 2018 do (https://arxiv.org/abs/1806.04606),
then by teachers that have finished, for long, as Beyer et al. 2021 do (https://arxiv.org/abs/2106.05237).
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from model.training.architecture import build

TAUGHT = 0.9  # share of the pupil's loss that comes from its teachers
WARMTH = 2.0  # temperature at which it listens to them
TEACHER_WIDTHS = (64, 160)
TEACHER_BLOCKS = (2, 2)


def teachers_of(count: int) -> list[str]:
    """The names of so many teachers."""
    return [f"teacher{number}" for number in range(count)]


def make_class(pupil: keras.Model, teachers: int) -> keras.Model:
    """Glyphs uint8 (n, 28, 28, 1) to logits (n, 1 + teachers, 11), the pupil's first."""
    glyphs = keras.Input((28, 28, 1), dtype="uint8", name="glyphs")
    ink = keras.layers.Rescaling(1 / 255)(glyphs)
    networks = [
        pupil,
        *(build(TEACHER_WIDTHS, TEACHER_BLOCKS, name) for name in teachers_of(teachers)),
    ]
    logits = [network(ink)["logits"] for network in networks]
    return keras.Model(glyphs, Side(dtype="float32")(logits))


@keras.saving.register_keras_serializable("inkling")
class Side(keras.layers.Layer):  # type: ignore[misc]
    """Logits (n, 11) of several networks side by side."""

    def call(self, logits: list[Any]) -> Any:
        return ops.stack(logits, axis=1)


@keras.saving.register_keras_serializable("inkling")  # type: ignore[untyped-decorator]
def class_loss(labels: Any, logits: Any) -> Any:
    """Loss (n,) of pupil and teachers together; labels (n,), logits (n, 1 + teachers, 11)."""
    pupil, teachers = logits[:, 0], logits[:, 1:]
    labels = ops.cast(ops.reshape(labels, (-1, 1)), "int32")
    every = keras.losses.sparse_categorical_crossentropy(
        ops.repeat(labels, logits.shape[1], axis=1), logits, from_logits=True
    )
    if not teachers.shape[1]:
        return every[:, 0]
    lesson = ops.stop_gradient(ops.mean(ops.softmax(teachers / WARMTH), axis=1))
    taught = keras.losses.categorical_crossentropy(lesson, pupil / WARMTH, from_logits=True)
    learnt = (1 - TAUGHT) * every[:, 0] + TAUGHT * WARMTH**2 * taught
    return learnt + ops.sum(every[:, 1:], axis=1)


@keras.saving.register_keras_serializable("inkling")  # type: ignore[untyped-decorator]
def accuracy(labels: Any, logits: Any) -> Any:
    """Whether the pupil is right, for each of the batch."""
    return _right(labels, logits[:, 0])


@keras.saving.register_keras_serializable("inkling")  # type: ignore[untyped-decorator]
def best_teaching(labels: Any, logits: Any) -> Any:
    """Whether the teachers together are right, for each of the batch."""
    return _right(labels, ops.mean(ops.softmax(logits[:, 1:]), axis=1))


def _right(labels: Any, scores: Any) -> Any:
    best = ops.argmax(scores, axis=1)
    return ops.cast(ops.equal(best, ops.cast(ops.reshape(labels, (-1,)), best.dtype)), "float32")
