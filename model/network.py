"""The digit classifier, run by LiteRT without TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any, Self

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.custom_network import METADATA_KEY, CustomFormat, CustomRunner
from model.preprocessing.normalize import GLYPH_SIDE, Glyph

NETWORK_FILE = Path(__file__).with_name("network.tflite")
_NOT_A_DIGIT = 10  # index of the last of the eleven classes
_MAX_EXPONENT = np.float32(80)  # exp() of it is well within the range of float32


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """The network's output for n glyphs.

    probabilities: float32 (n, 10), calibrated, over the ten digits alone; each row sums to 1.
    digit_probability: float32 (n,), calibrated probability that the glyph is a digit at all, if
        non-digits are as common as in the training set.
    confidence: float32 (n,), calibrated probability that the most likely digit is right, if
        non-digits are as rare as in what people draw.
    sure: bool (n,), whether both are high enough for the verdict "digit".
    embedding: float32 (n, 64), unit length.
    attention: float32 (n, 10, 7, 7), evidence for each digit by position; 0 if it is not known.
    """

    probabilities: NDArray[np.float32]
    digit_probability: NDArray[np.float32]
    confidence: NDArray[np.float32]
    sure: NDArray[np.bool_]
    embedding: NDArray[np.float32]
    attention: NDArray[np.float32]


class Network:
    """The exported network and its metadata. Safe to use from any thread.

    content, metadata: the TensorFlow Lite file, and what is known about it.
    version: identifies the training run.
    temperature: divides the logits (temperature scaling, Guo et al. 2017).
    prior_shift: log odds by which non-digits are rarer in use than in training; the metadata file
        calls it "rarity".
    digit_threshold: digit probability below which the verdict is "not_a_digit".
    sure_threshold, sure_digit_threshold: confidence and digit probability below which the verdict
        is "unsure".
    is_custom: whether somebody brought it, so that it has neither attention nor feature maps
        (model/custom_network.py).
    """

    def __init__(self, file: Path | None = None) -> None:
        """Load the network in a file, by default the committed one; its metadata is next to it."""
        file = file or NETWORK_FILE
        metadata = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        self._set_up(file.read_bytes(), metadata)

    @classmethod
    def from_content(cls, content: bytes, metadata: Mapping[str, Any]) -> Self:
        """Return the network in a TensorFlow Lite file; metadata: as in network.json.

        Raises ValueError with a sentence if it is not such a network.
        """
        network = cls.__new__(cls)
        try:
            _check_metadata(metadata)
            network._set_up(content, metadata)
            network._check_outputs()
        except (KeyError, TypeError, IndexError, RuntimeError) as error:
            raise ValueError(f"This is not a network that Inkling can serve: {error}") from error
        return network

    def _check_outputs(self) -> None:
        """Raise ValueError unless the outputs are as those of a trained network."""
        (logits, embedding, attention) = self._take_runner().run(
            np.full((GLYPH_SIDE, GLYPH_SIDE), 128, np.uint8)
        )
        shapes = (logits.shape, embedding.shape, attention.shape)
        if shapes != ((1, _NOT_A_DIGIT + 1), (1, 64), (1, 10, 7, 7)):
            raise ValueError(f"The network's outputs have the shapes {shapes}, which are others.")
        if not all(np.isfinite(output).all() for output in (logits, embedding, attention)):
            raise ValueError("The network's outputs are not all finite numbers.")

    def _set_up(self, content: bytes, metadata: Mapping[str, Any]) -> None:
        self.version: str = metadata["version"]
        self.temperature: float = metadata["temperature"]
        self.prior_shift: float = metadata["rarity"]
        self.digit_threshold: float = metadata["digit_threshold"]
        self.sure_threshold: float = metadata["sure_threshold"]
        self.sure_digit_threshold: float = metadata["sure_digit_threshold"]
        self.content = content
        self.metadata = dict(metadata)
        self.is_custom = METADATA_KEY in metadata
        self._companion = Network() if self.is_custom else None
        self._format = CustomFormat.of(metadata) if self.is_custom else None
        self._idle_runners: list[_Runner | CustomRunner] = []
        self.classify([np.zeros((GLYPH_SIDE, GLYPH_SIDE), np.uint8)])  # warm up, fail early

    def classify(self, glyphs: Sequence[Glyph]) -> NetworkOutput:
        """Return the network's output for one or more glyphs, in their order."""
        runner = self._take_runner()
        outputs = [runner.run(glyph) for glyph in glyphs]
        self._idle_runners.append(runner)
        logits, embedding, attention = (
            np.concatenate(arrays) for arrays in zip(*outputs, strict=True)
        )
        scaled = logits / np.float32(self.temperature)
        highest = scaled[:, :_NOT_A_DIGIT].max(axis=1, keepdims=True)
        exponentials = np.exp(np.minimum(scaled - highest, _MAX_EXPONENT))
        digits, non_digit = exponentials[:, :_NOT_A_DIGIT], exponentials[:, _NOT_A_DIGIT]
        total = digits.sum(axis=1)
        probabilities = digits / total[:, np.newaxis]
        digit_probability = total / (total + non_digit)
        # The most likely digit's exponential is 1, because the highest logit was subtracted.
        confidence = 1 / (total + non_digit * np.float32(exp(-self.prior_shift)))
        sure = (confidence >= self.sure_threshold) & (
            digit_probability >= self.sure_digit_threshold
        )
        return NetworkOutput(
            probabilities, digit_probability, confidence, sure, embedding, attention
        )

    def _take_runner(self) -> _Runner | CustomRunner:
        """Return a runner that no other thread uses; the pool grows to the peak concurrency."""
        try:
            return self._idle_runners.pop()
        except IndexError:
            if self._format is None or self._companion is None:
                return _Runner(self.content)
            return CustomRunner(self.content, self._format, self.temperature, self._companion)


def _check_metadata(metadata: Mapping[str, Any]) -> None:
    names = ("digit_threshold", "sure_threshold", "sure_digit_threshold")
    if not (metadata["temperature"] > 0 and all(0 <= metadata[name] <= 1 for name in names)):
        raise ValueError("The temperature must be positive, and thresholds between 0 and 1.")


class _Runner:
    """One interpreter. It takes one glyph at a time: a batch is no faster on one core."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        signature = self._interpreter.get_signature_runner("serving_default")
        (self._input,) = (detail["index"] for detail in signature.get_input_details().values())
        outputs = signature.get_output_details()
        self._outputs = [outputs[name]["index"] for name in ("logits", "embedding", "attention")]

    def run(self, glyph: Glyph) -> tuple[NDArray[np.float32], ...]:
        """Return logits (1, 11), embedding (1, 64) and attention (1, 10, 7, 7)."""
        scaled = glyph.reshape(1, GLYPH_SIDE, GLYPH_SIDE, 1) * np.float32(1 / 255)
        self._interpreter.set_tensor(self._input, scaled)
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(index) for index in self._outputs)
