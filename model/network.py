"""The network that names a 28×28 glyph, run by LiteRT without TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.preprocessing.normalize import SIDE, Glyph

NETWORK_FILE = Path(__file__).with_name("network.tflite")
_NOT_A_DIGIT = 10  # the last of the eleven classes
_LARGEST_POWER = np.float32(80)  # of e that a single precision float holds with room to spare


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """What the network says of n glyphs.

    probabilities: (n, 10), calibrated, over the digits alone, each row sums to 1.
    digit: (n,), calibrated chance that the glyph is a digit at all, among as many that are none as
    in training. confidence: (n,), calibrated chance that the likeliest digit is right, among as few
    that are none as people draw. sure: (n,), whether that is enough to mean it.
    embedding: (n, 64), unit length. attention: (n, 10, 7, 7), what spoke for each digit, and where.
    """

    probabilities: NDArray[np.float32]
    digit: NDArray[np.float32]
    confidence: NDArray[np.float32]
    sure: NDArray[np.bool_]
    embedding: NDArray[np.float32]
    attention: NDArray[np.float32]


class Network:
    """The exported network and what its metadata says. Safe to use from any thread.

    version: which training it is from. temperature: divides the logits, which calibrates them.
    rarity: by how many log odds glyphs that are no digit are rarer than in training.
    digit_threshold: chance of being a digit below which a glyph is none.
    sure_threshold, sure_digit_threshold: confidence, and chance of being a digit, below which a
    digit is unsure.
    """

    def __init__(self, file: Path | None = None) -> None:
        file = file or NETWORK_FILE
        about = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        self.version: str = about["version"]
        self.temperature: float = about["temperature"]
        self.rarity: float = about["rarity"]
        self.digit_threshold: float = about["digit_threshold"]
        self.sure_threshold: float = about["sure_threshold"]
        self.sure_digit_threshold: float = about["sure_digit_threshold"]
        self._content = file.read_bytes()
        self._idle: list[_Runner] = []
        self.judge([np.zeros((SIDE, SIDE), np.uint8)])

    def judge(self, glyphs: Sequence[Glyph]) -> NetworkOutput:
        """The network's opinion of one or more glyphs, in their order."""
        runner = self._borrow()
        outputs = [runner(glyph) for glyph in glyphs]
        self._idle.append(runner)
        logits, embedding, attention = (np.concatenate(part) for part in zip(*outputs, strict=True))
        scaled = logits / np.float32(self.temperature)
        likeliest = scaled[:, :_NOT_A_DIGIT].max(axis=1, keepdims=True)
        powers = np.exp(np.minimum(scaled - likeliest, _LARGEST_POWER))
        digits, mark = powers[:, :_NOT_A_DIGIT], powers[:, _NOT_A_DIGIT]
        total = digits.sum(axis=1)
        probabilities = digits / total[:, np.newaxis]
        digit = total / (total + mark)
        confidence = 1 / (total + mark * np.float32(exp(-self.rarity)))
        sure = (confidence >= self.sure_threshold) & (digit >= self.sure_digit_threshold)
        return NetworkOutput(probabilities, digit, confidence, sure, embedding, attention)

    def _borrow(self) -> _Runner:
        """A runner that no other thread uses; as many are made as threads ever asked at once."""
        try:
            return self._idle.pop()
        except IndexError:
            return _Runner(self._content)


class _Runner:
    """One interpreter. It takes one glyph at a time: a batch is no faster on one core."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        signature = self._interpreter.get_signature_runner("serving_default")
        (self._input,) = (detail["index"] for detail in signature.get_input_details().values())
        outputs = signature.get_output_details()
        self._outputs = [outputs[name]["index"] for name in ("logits", "embedding", "attention")]

    def __call__(self, glyph: Glyph) -> tuple[NDArray[np.float32], ...]:
        ink = glyph.reshape(1, SIDE, SIDE, 1) * np.float32(1 / 255)
        self._interpreter.set_tensor(self._input, ink)
        self._interpreter.invoke()
        return tuple(self._interpreter.get_tensor(index) for index in self._outputs)
