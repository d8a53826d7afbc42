"""The network architecture: a small residual network with a class activation map head."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from model.training import CLASSES

BatchNormalization: Any = layers.BatchNormalization
if keras.backend.backend() == "tensorflow":
    from model.training.fused_batchnorm import FusedBatchNormalization

    BatchNormalization = FusedBatchNormalization

EMBEDDING_SIZE = 64  # channels of the last feature map


def build_network(
    widths: tuple[int, int] = (32, 96), blocks: tuple[int, int] = (1, 1), name: str = "inkling"
) -> keras.Model:
    """Build the network with random weights.

    The input is float32 (n, 28, 28, 1) in [0, 1], strokes 1 on 0. The output is a dict of float32:
    "logits" (n, 11), ten digits and then "not a digit"; "embedding" (n, 64), unit length;
    "attention" (n, 10, 7, 7), the contribution of each position to each digit's logit.

    widths, blocks: channels and residual blocks at 14×14 and at 7×7. The residual blocks are those
    of He et al. 2015 (https://arxiv.org/abs/1512.03385); export folds every batch normalization
    into its convolution.
    """
    glyphs = keras.Input((28, 28, 1), name="ink")  # the input's name in the exported file
    x = _convolve(glyphs, widths[0], size=6, stride=2)
    for _ in range(blocks[0]):
        x = _add_residual_block(x)
    x = _convolve(x, widths[1], stride=2)
    for _ in range(blocks[1]):
        x = _add_residual_block(x)
    x = _convolve(x, EMBEDDING_SIZE, size=1)
    return keras.Model(glyphs, ClassActivationHead(dtype="float32", name="head")(x), name=name)


def _convolve(x: Any, width: int, size: int = 3, stride: int = 1) -> Any:
    x = layers.Conv2D(width, size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(BatchNormalization()(x))


def _add_residual_block(x: Any) -> Any:
    width = x.shape[-1]
    y = _convolve(x, width)
    y = layers.Conv2D(width, 3, padding="same", use_bias=False)(y)
    return layers.ReLU()(layers.Add()([x, BatchNormalization()(y)]))


@keras.saving.register_keras_serializable("inkling")
class ClassActivationHead(layers.Layer):  # type: ignore[misc]
    """Global average pooling and a linear classifier that also returns its class activation map.

    Averaging over positions and weighting by class commute, so the contribution of each position
    to a logit is exact (Zhou et al. 2015, https://arxiv.org/abs/1512.04150).
    """

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(
            name="kernel", shape=(shape[-1], CLASSES), initializer="glorot_uniform"
        )
        self.bias = self.add_weight(name="bias", shape=(CLASSES,), initializer="zeros")

    def call(self, features: Any) -> dict[str, Any]:
        """Return logits, embedding and attention of features (n, height, width, channels)."""
        mean = ops.mean(features, axis=(1, 2))
        contributions = ops.matmul(features, self.kernel[:, : CLASSES - 1])
        squared_length = ops.sum(ops.square(mean), axis=1, keepdims=True)
        return {
            "logits": ops.matmul(mean, self.kernel) + self.bias,
            "embedding": mean * ops.rsqrt(ops.maximum(squared_length, 1e-12)),
            "attention": ops.transpose(contributions, (0, 3, 1, 2)),
        }
