"""Networks that people bring: any TensorFlow Lite file that classifies digits of 28×28 pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE, Glyph

if TYPE_CHECKING:
    from model.network import Network

METADATA_KEY = "custom"  # of the format in a version's metadata
DIGITS = 10
_DTYPES = (np.float32, np.uint8, np.int8)
_MIN_PROBABILITY = 1e-9


@dataclass(frozen=True, slots=True)
class CustomFormat:
    """What a network expects and returns.

    paper, stroke: values of its input for paper and for the middle of a stroke, such as 0 and 1.
    classes: 10 digits, or 11 outputs of which the last is "not a digit".
    has_probabilities: whether the outputs are probabilities (softmax) instead of logits.
    """

    paper: float
    stroke: float
    classes: int
    has_probabilities: bool

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> CustomFormat:
        """Return the format in the metadata of a version. Raises KeyError, TypeError."""
        return cls(**metadata[METADATA_KEY])

    def to_input(self, glyph: Glyph) -> NDArray[np.float32]:
        """Return the values (28, 28) that the network expects for a glyph, strokes 255 on 0."""
        scale = np.float32((self.stroke - self.paper) / 255)
        return glyph * scale + np.float32(self.paper)

    def to_logits(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the logits of outputs of any shape."""
        if not self.has_probabilities:
            return outputs
        return np.log(np.maximum(outputs, np.float32(_MIN_PROBABILITY)))


class CustomInterpreter:
    """Runs a TensorFlow Lite file, one glyph at a time; not safe to use from several threads."""

    def __init__(self, content: bytes) -> None:
        """Load the file. Raises ValueError, with a sentence, if its input or output does not fit.

        The input is an image of 28×28 with or without axes for the batch and for one channel, or
        784 values; the output has 10 or 11 values. Both are float32, or quantized to 8 bits.
        """
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=1)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:300]
            raise ValueError(f"LiteRT cannot run this file ({reason}).") from error
        self._input = _only("input", self._interpreter.get_input_details())
        self._output = _only("output", self._interpreter.get_output_details())
        shape = _without_ones(self._input)
        if shape not in ((GLYPH_SIDE, GLYPH_SIDE), (GLYPH_SIDE**2,)):
            raise ValueError(
                f"The input has the shape {_describe_shape(self._input)}; it has to be one gray "
                "image, (1, 28, 28) or (1, 28, 28, 1), or 784 values."
            )
        shape = _without_ones(self._output)
        if shape not in ((DIGITS,), (DIGITS + 1,)):
            raise ValueError(
                f"The output has the shape {_describe_shape(self._output)}; it has to be (1, 10), "
                'a value for each digit, or (1, 11) with "not a digit" as the last.'
            )
        self.classes: int = shape[0]

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the outputs (1, classes) for input values (28, 28)."""
        dtype = self._input["dtype"]
        if dtype is not np.float32:
            limits = np.iinfo(dtype)
            scale, zero = self._input["quantization"]
            steps = values / (scale or 1.0) + zero
            values = np.clip(np.rint(steps), limits.min, limits.max)
        self._interpreter.set_tensor(
            self._input["index"], values.reshape(self._input["shape"]).astype(dtype)
        )
        self._interpreter.invoke()
        outputs = self._interpreter.get_tensor(self._output["index"]).astype(np.float32)
        if self._output["dtype"] is not np.float32:
            scale, zero = self._output["quantization"]
            outputs = (outputs - np.float32(zero)) * np.float32(scale or 1.0)
        return np.asarray(outputs.reshape(1, self.classes), np.float32)


class CustomRunner:
    """Runs a network that somebody brought, with Inkling's own for what it does not compute.

    Inkling's network computes the embedding, and for a network of ten classes whether a glyph is a
    digit at all: without that, numbers could not be segmented.
    """

    def __init__(
        self, content: bytes, custom: CustomFormat, temperature: float, companion: Network
    ) -> None:
        self._interpreter = CustomInterpreter(content)
        if self._interpreter.classes != custom.classes:
            raise ValueError(f"The network does not have {custom.classes} classes.")
        self._format = custom
        self._temperature = temperature
        self._companion = companion

    def run(self, glyph: Glyph) -> tuple[NDArray[np.float32], ...]:
        """Return logits (1, 11), embedding (1, 64) and attention (1, 10, 7, 7), which is 0."""
        outputs = self._interpreter.run(self._format.to_input(glyph))
        logits = self._format.to_logits(outputs)
        companion = self._companion.classify([glyph])
        if self._format.classes == DIGITS:
            digit = float(np.clip(companion.digit_probability[0], 1e-6, 1 - 1e-6))
            non_digit = _log_sum(logits / self._temperature) + np.log((1 - digit) / digit)
            logits = np.append(logits, [[self._temperature * non_digit]], axis=1)
        attention = np.zeros((1, DIGITS, 7, 7), np.float32)
        return logits.astype(np.float32), companion.embedding, attention


def _log_sum(values: NDArray[np.float32]) -> float:
    """Return the logarithm of the sum of the exponentials."""
    highest = float(values.max())
    return highest + float(np.log(np.exp(values - highest).sum()))


def _only(name: str, tensors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the only tensor. Raises ValueError if there are several, or of another type."""
    if len(tensors) != 1:
        raise ValueError(
            f"The network has {len(tensors)} {name}s; it has to have one. Export it with the image "
            "as its input and the classes as its output."
        )
    if tensors[0]["dtype"] not in _DTYPES:
        raise ValueError(
            f"The {name} has the type {np.dtype(tensors[0]['dtype']).name}; it has to be float32, "
            "or uint8 or int8 of a quantized network."
        )
    return tensors[0]


def _without_ones(tensor: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(length) for length in tensor["shape"] if length != 1)


def _describe_shape(tensor: dict[str, Any]) -> str:
    lengths = tensor.get("shape_signature")
    lengths = tensor["shape"] if lengths is None or not len(lengths) else lengths
    return f"({', '.join('any' if length < 0 else str(length) for length in lengths)})"
