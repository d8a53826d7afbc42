"""The stroke network: a second opinion on doubtful digits, from the path of the pen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.network import Network, NetworkOutput
from model.preprocessing.stroke_features import (
    FEATURE_CHANNELS,
    FEATURE_POINTS,
    stroke_features,
)
from model.preprocessing.strokes import Stroke

STROKE_NETWORK_FILE = Path(__file__).with_name("stroke_network.tflite")
_NOT_A_DIGIT = 10  # index of the last of the eleven classes
# Weights of the log probabilities of the stroke network, whose mistakes are those of the other
# network only in part:
_DIGIT_WEIGHT = 0.5
_NON_DIGIT_WEIGHT = 0.3
_BELOW_LIMIT = 1e-6
_MIN_PROBABILITY = 1e-4  # no class is excluded


class StrokeNetwork:
    """The exported stroke network. Safe to use from any thread."""

    def __init__(self, file: Path | None = None) -> None:
        file = file or STROKE_NETWORK_FILE
        metadata = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        self.version: str = metadata["version"]
        self.temperature: float = metadata["temperature"]
        self._content = file.read_bytes()
        self._idle_runners: list[_Runner] = []
        self.classify([np.zeros((FEATURE_POINTS, FEATURE_CHANNELS), np.float32)])  # fail early

    def classify(self, features: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return calibrated probabilities (n, 11), ten digits and then "not a digit".

        features: of each symbol, see `stroke_features`.
        """
        try:
            runner = self._idle_runners.pop()
        except IndexError:
            runner = _Runner(self._content)
        logits = np.concatenate([runner.run(row) for row in features])
        self._idle_runners.append(runner)
        scaled = logits / np.float32(self.temperature)
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


class _Runner:
    """One interpreter."""

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        (source,), (target,) = (
            self._interpreter.get_input_details(),
            self._interpreter.get_output_details(),
        )
        self._input, self._output = source["index"], target["index"]

    def run(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return logits (1, 11)."""
        self._interpreter.set_tensor(self._input, features[np.newaxis])
        self._interpreter.invoke()
        return np.asarray(self._interpreter.get_tensor(self._output))


def run_features(content: bytes, features: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return logits (n, 11) of features (n, FEATURE_POINTS, FEATURE_CHANNELS)."""
    runner = _Runner(content)
    return np.concatenate([runner.run(row) for row in features])


def add_second_opinion(
    output: NetworkOutput,
    strokes: Sequence[Sequence[Stroke] | None],
    network: Network,
    stroke_network: StrokeNetwork,
) -> NetworkOutput:
    """Return the output with that of the stroke network combined where it is not sure.

    strokes: of each of the n segments; None for a segment of an image. The probabilities are a
    weighted geometric mean (logarithmic opinion pool, Heskes 1998). What does not look like a
    digit does not become sure by its strokes alone.
    """
    doubtful = [
        index
        for index, (drawn, sure) in enumerate(zip(strokes, output.sure.tolist(), strict=True))
        if drawn is not None and not sure
    ]
    if not doubtful:
        return output
    features = [stroke_features(drawn) for index in doubtful if (drawn := strokes[index])]
    opinion = np.maximum(stroke_network.classify(features), _MIN_PROBABILITY)
    own = np.maximum(output.probabilities[doubtful], _MIN_PROBABILITY**2)
    pooled = own * opinion[:, :_NOT_A_DIGIT] ** _DIGIT_WEIGHT
    pooled /= pooled.sum(axis=1, keepdims=True)
    odds = opinion[:, :_NOT_A_DIGIT].sum(axis=1) / opinion[:, _NOT_A_DIGIT]
    own_digit = np.clip(output.digit_probability[doubtful], 1e-6, 1 - 1e-6)
    pooled_odds = own_digit / (1 - own_digit) * odds**_NON_DIGIT_WEIGHT
    limit = np.where(own_digit < network.sure_digit_threshold, network.sure_digit_threshold, 1)
    pooled_digit = np.minimum(pooled_odds / (1 + pooled_odds), limit - _BELOW_LIMIT)
    in_use = pooled_odds * np.exp(network.prior_shift)
    probabilities, confidence = output.probabilities.copy(), output.confidence.copy()
    digit_probability, sure = output.digit_probability.copy(), output.sure.copy()
    probabilities[doubtful] = pooled
    digit_probability[doubtful] = pooled_digit
    confidence[doubtful] = pooled.max(axis=1) * in_use / (1 + in_use)
    sure[doubtful] = (confidence[doubtful] >= network.sure_threshold) & (
        pooled_digit >= network.sure_digit_threshold
    )
    return NetworkOutput(
        probabilities, digit_probability, confidence, sure, output.embedding, output.attention
    )
