"""The network: a small residual network whose head explains itself."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from model.training import CLASSES

BatchNormalization: Any = layers.BatchNormalization
if keras.backend.backend() == "tensorflow":
    from model.training.folded_batchnorm import FusedBatchNormalization

    BatchNormalization = FusedBatchNormalization

EMBEDDING = 64  # channels of the last feature map


def build(
    widths: tuple[int, int] = (32, 96), blocks: tuple[int, int] = (1, 1), name: str = "inkling"
) -> keras.Model:
    """The network with random weights.

    Takes float32 (n, 28, 28, 1) in [0, 1], ink 1; gives a dict of float32: "logits" (n, 11), ten
    digits and "not a digit" last; "embedding" (n, 64), unit length; "attention" (n, 10, 7, 7), what
    each place of the ink adds to each digit's logit.

    widths, blocks: channels and residual blocks at 14×14 and at 7×7. Residual blocks are those of
    He et al. 2015 (https://arxiv.org/abs/1512.03385); every batch normalisation folds into its
    convolution at export.
    """
    ink = keras.Input((28, 28, 1), name="ink")
    x = _convolve(ink, widths[0], size=6, stride=2)
    for _ in range(blocks[0]):
        x = _residual(x)
    x = _convolve(x, widths[1], stride=2)
    for _ in range(blocks[1]):
        x = _residual(x)
    x = _convolve(x, EMBEDDING, size=1)
    return keras.Model(ink, ClassActivation(dtype="float32", name="head")(x), name=name)


def _convolve(x: Any, width: int, size: int = 3, stride: int = 1) -> Any:
    x = layers.Conv2D(width, size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(BatchNormalization()(x))


def _residual(x: Any) -> Any:
    width = x.shape[-1]
    y = _convolve(x, width)
    y = layers.Conv2D(width, 3, padding="same", use_bias=False)(y)
    return layers.ReLU()(layers.Add()([x, BatchNormalization()(y)]))


@keras.saving.register_keras_serializable("inkling")
class ClassActivation(layers.Layer):  # type: ignore[misc]
    """Logits, embedding and class activation map of a feature map (n, height, width, channels).

    Averaging over places and weighting by class commute, so each place's share of a logit is exact
    (Zhou et al. 2015, https://arxiv.org/abs/1512.04150).
    """

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(
            name="kernel", shape=(shape[-1], CLASSES), initializer="glorot_uniform"
        )
        self.bias = self.add_weight(name="bias", shape=(CLASSES,), initializer="zeros")

    def call(self, features: Any) -> dict[str, Any]:
        mean = ops.mean(features, axis=(1, 2))
        places = ops.matmul(features, self.kernel[:, : CLASSES - 1])
        square = ops.sum(ops.square(mean), axis=1, keepdims=True)
        return {
            "logits": ops.matmul(mean, self.kernel) + self.bias,
            "embedding": mean * ops.rsqrt(ops.maximum(square, 1e-12)),
            "attention": ops.transpose(places, (0, 3, 1, 2)),
        }
