"""The detector's architecture: a small U-Net that finds the centers, boxes and ink of digits."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers
from tensorflow import nn

from model.training.fused_batchnorm import FusedBatchNormalization

STRIDE = 4  # pixels between the positions at which centers and boxes are predicted
_STEM_WIDTH = 16
_WIDTHS = (32, 48, 48, 48)  # channels at strides 4, 8, 16 and 32
_DIGITS = 10


def build_detector() -> keras.Model:
    """Build the detector with random weights; it is fully convolutional.

    The input is float32 (n, height, width, 3), RGB in [0, 1], height and width multiples of 32.
    The output is a dict of float32:
    "center" (n, height / 4, width / 4, 1), logit of a digit's center;
    "box" (n, height / 4, width / 4, 4), log of the distances to left, top, right and bottom in
        units of the stride;
    "value" (n, height / 4, width / 4, 10), logits of the digit's value, only used in training;
    "ink" (n, height, width, 1), logit of ink that belongs to a digit.

    A U-Net (Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597) with the heads of CenterNet
    (Zhou et al. 2019, https://arxiv.org/abs/1904.07850). It enlarges by depth to space, which
    LiteRT's fast kernels support for inputs of any size.
    """
    pixels = keras.Input((None, None, 3), name="pixels")
    stem = _convolve(_convolve(pixels, _STEM_WIDTH, size=5, stride=2), _STEM_WIDTH)
    levels = []
    x = stem
    for width in _WIDTHS:
        x = _convolve(_convolve(x, width, stride=2), width)
        levels.append(x)
    for width, level in zip(_WIDTHS[-2::-1], levels[-2::-1], strict=True):
        x = _convolve(layers.Concatenate()([_enlarge(x, width), level]), width)
    center = layers.Conv2D(1, 1, bias_initializer=keras.initializers.Constant(-4.0))
    box = layers.Conv2D(4, 1, bias_initializer=keras.initializers.Constant(1.0))
    common = _convolve(x, 32)
    ink = layers.Add()([_enlarge(x, _STEM_WIDTH), stem])
    ink = layers.Conv2D(4, 1)(_convolve(ink, 12))
    outputs = {
        "center": center(common),
        "box": box(common),
        "value": layers.Conv2D(_DIGITS, 1)(common),
        "ink": DepthToSpace()(ink),
    }
    float_outputs = {
        name: layers.Activation("linear", dtype="float32", name=name)(output)
        for name, output in outputs.items()
    }
    return keras.Model(pixels, float_outputs, name="detector")


@keras.saving.register_keras_serializable("inkling")
class DepthToSpace(layers.Layer):  # type: ignore[misc]
    """Rearrange four channels as two by two pixels."""

    def call(self, x: Any) -> Any:
        """Return (n, 2 height, 2 width, channels / 4) of x (n, height, width, channels)."""
        return nn.depth_to_space(x, 2)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        count, height, width, channels = shape
        return count, height and 2 * height, width and 2 * width, channels and channels // 4


def _convolve(x: Any, width: int, size: int = 3, stride: int = 1) -> Any:
    x = layers.Conv2D(width, size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(FusedBatchNormalization()(x))


def _enlarge(x: Any, width: int) -> Any:
    return DepthToSpace()(layers.Conv2D(4 * width, 1)(x))
