"""The trained network as one LiteRT file, eight-bit inside."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


def convert(network: keras.Model, glyphs: NDArray[np.uint8]) -> bytes:
    """LiteRT file contents of the network, its convolutions in int8.

    glyphs: uint8 (n, 28, 28), a few hundred typical inputs that fix the ranges of the activations.
    Inputs, outputs and the head stay float32. The default signature names them.
    """
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=_HEAD_OPERATIONS)
    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _one_by_one(glyphs)
    debugger = tf.lite.experimental.QuantizationDebugger(
        converter=converter,
        debug_dataset=lambda: _one_by_one(glyphs[:1]),
        debug_options=options,
    )
    return bytes(debugger.get_nondebug_quantized_model())


# Everything the head is made of: eight bits would make its confidences coarse.
_HEAD_OPERATIONS = ["MEAN", "FULLY_CONNECTED", "TRANSPOSE", "L2_NORMALIZATION"]


def _one_by_one(glyphs: NDArray[np.uint8]) -> Iterator[list[NDArray[np.float32]]]:
    for glyph in glyphs:
        yield [(glyph / np.float32(255)).reshape(1, 28, 28, 1)]
