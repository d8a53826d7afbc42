"""Knowledge distillation: larger networks teach the served one.

Hinton et al. 2015, Distilling the Knowledge in a Neural Network (https://arxiv.org/abs/1503.02531).
Teachers either learn at the same time from the same batches (Lan et al. 2018,
https://arxiv.org/abs/1806.04606), or are trained already and frozen (Beyer et al. 2021,
https://arxiv.org/abs/2106.05237).
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from model.training.architecture import build_network

TEACHER_LOSS_SHARE = 0.9  # share of the student's loss; the rest comes from the labels
TEMPERATURE = 2.0  # temperature of both softmaxes in the distillation loss
TEACHER_WIDTHS = (64, 160)
TEACHER_BLOCKS = (2, 2)


def teacher_names(count: int) -> list[str]:
    """Return the names of `count` teachers: "teacher0", "teacher1" and so on."""
    return [f"teacher{index}" for index in range(count)]


def build_distillation_model(student: keras.Model, teachers: int) -> keras.Model:
    """Build the model that is trained: the student and as many teachers on the same input.

    It maps glyphs, uint8 (n, 28, 28, 1), to logits, float32 (n, 1 + teachers, 11), the student's
    first.
    """
    glyphs = keras.Input((28, 28, 1), dtype="uint8", name="glyphs")
    scaled = keras.layers.Rescaling(1 / 255)(glyphs)
    networks = [
        student,
        *(build_network(TEACHER_WIDTHS, TEACHER_BLOCKS, name) for name in teacher_names(teachers)),
    ]
    logits = [network(scaled)["logits"] for network in networks]
    return keras.Model(glyphs, StackLogits(dtype="float32")(logits))


@keras.saving.register_keras_serializable("inkling")
class StackLogits(keras.layers.Layer):  # type: ignore[misc]
    """Stacks the logits (n, 11) of k networks to (n, k, 11)."""

    def call(self, logits: list[Any]) -> Any:
        """Return the stacked logits."""
        return ops.stack(logits, axis=1)


@keras.saving.register_keras_serializable("inkling")  # type: ignore[untyped-decorator]
def distillation_loss(labels: Any, logits: Any) -> Any:
    """Return the loss (n,) of student and teachers together.

    labels: (n,). logits: (n, 1 + teachers, 11), the student's first. The gradient of the student's
    loss does not reach the teachers. T² keeps the size of that gradient independent of T.
    """
    student, teachers = logits[:, 0], logits[:, 1:]
    labels = ops.cast(ops.reshape(labels, (-1, 1)), "int32")
    label_losses = keras.losses.sparse_categorical_crossentropy(
        ops.repeat(labels, logits.shape[1], axis=1), logits, from_logits=True
    )
    if not teachers.shape[1]:
        return label_losses[:, 0]
    targets = ops.stop_gradient(ops.mean(ops.softmax(teachers / TEMPERATURE), axis=1))
    teacher_loss = keras.losses.categorical_crossentropy(
        targets, student / TEMPERATURE, from_logits=True
    )
    student_loss = (1 - TEACHER_LOSS_SHARE) * label_losses[
        :, 0
    ] + TEACHER_LOSS_SHARE * TEMPERATURE**2 * teacher_loss
    return student_loss + ops.sum(label_losses[:, 1:], axis=1)


@keras.saving.register_keras_serializable("inkling")  # type: ignore[untyped-decorator]
def accuracy(labels: Any, logits: Any) -> Any:
    """Return 1.0 where the student is right and 0.0 where it is wrong, float32 (n,)."""
    return _is_correct(labels, logits[:, 0])


@keras.saving.register_keras_serializable("inkling")  # type: ignore[untyped-decorator]
def teacher_accuracy(labels: Any, logits: Any) -> Any:
    """Return 1.0 where the teachers' mean probabilities are right, 0.0 elsewhere, float32 (n,)."""
    return _is_correct(labels, ops.mean(ops.softmax(logits[:, 1:]), axis=1))


def _is_correct(labels: Any, scores: Any) -> Any:
    best = ops.argmax(scores, axis=1)
    return ops.cast(ops.equal(best, ops.cast(ops.reshape(labels, (-1,)), best.dtype)), "float32")
