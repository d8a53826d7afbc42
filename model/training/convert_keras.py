"""Convert a .keras file that somebody brought to a .tflite file.

python -m model.training.convert_keras IN.keras OUT.tflite

Ends with the status 2 and a sentence if that cannot be done.
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import tensorflow as tf

from model.training.fused_batchnorm import FusedBatchNormalization

_LAYERS = {"FusedBatchNormalization": FusedBatchNormalization}  # of Inkling's own networks


class ConversionError(Exception):
    """The file cannot be converted; the message says why and what to do."""


def main() -> int:
    """Convert the file and return the exit status."""
    source, target = map(Path, sys.argv[1:])
    try:
        target.write_bytes(convert(source))
    except ConversionError as error:
        print(error)
        return 2
    return 0


def convert(source: Path) -> bytes:
    """Return a .keras file as a TensorFlow Lite file with a batch of one and float32 values.

    Code in the file, as of a Lambda layer, is not run. Raises ConversionError.
    """
    try:
        network = keras.models.load_model(
            source, custom_objects=_LAYERS, compile=False, safe_mode=True
        )
    except Exception as error:  # Keras raises what the file makes it raise
        raise ConversionError(
            f"Keras cannot load the file ({_first_line(error)}). Save the network with Keras 3 as "
            "a .keras file with layers of Keras alone: no Lambda layers and no classes of your own."
        ) from error
    inputs = getattr(network, "inputs", None)
    if not inputs:
        raise ConversionError("The network has no input: build it with keras.Input((28, 28, 1)).")
    if len(inputs) != 1 or None in inputs[0].shape[1:]:
        shapes = ", ".join(str(tuple(tensor.shape)) for tensor in inputs)
        raise ConversionError(
            f"The network has the inputs {shapes}; it has to have one of a fixed size, (28, 28, 1)."
        )
    try:
        image = keras.Input(batch_shape=(1, *inputs[0].shape[1:]))
        fixed = keras.Model(image, network(image, training=False))
        return bytes(tf.lite.TFLiteConverter.from_keras_model(fixed).convert())
    except Exception as error:
        raise ConversionError(
            f"TensorFlow cannot convert the network ({_first_line(error)}). Use common layers, or "
            "convert it to a .tflite file yourself."
        ) from error


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300].rstrip(".")


if __name__ == "__main__":
    sys.exit(main())
