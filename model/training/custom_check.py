"""Check a network that somebody brought, find out what it expects, and calibrate it.

It is checked with digits from the simulated pen and scans of real handwriting, which no network
that was trained on MNIST alone has seen, and with symbols that are not digits.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.custom_network import DIGITS, METADATA_KEY, CustomFormat, CustomInterpreter
from model.network import NETWORK_FILE
from model.training import NEGATIVE_SHARE, NOT_A_DIGIT
from model.training.calibration import (
    MAX_SURE_NEGATIVES,
    SERVED_NEGATIVE_SHARE,
    SURE_THRESHOLD,
    choose_digit_threshold,
    choose_sure_digit_threshold,
    compute_prior_shift,
    fit_temperature,
    softmax,
)
from model.training.detexify import render_symbols
from model.training.handwriting import synthesize_digits
from model.training.mnist import Images
from model.training.scans import read_scans

MIN_ACCURACY = 0.6  # of the reference digits; chance is 0.1
MIN_REJECTION = 0.2  # share of the symbols for which the eleventh output has to be the highest
MAX_MILLISECONDS = 25.0  # for a glyph; a drawing takes several, and is predicted at each stroke
# Values of paper and stroke: from 0 to 1, to 255, from -1 to 1, and with MNIST's mean and standard
# deviation, each also inverted.
_RANGES = ((0.0, 1.0), (0.0, 255.0), (-1.0, 1.0), (-0.4242, 2.8215))
INPUTS = _RANGES + tuple((stroke, paper) for paper, stroke in _RANGES)
_MIN_SURE_DIGIT_THRESHOLD = 0.5
_PROBE = 400  # reference digits with which each kind of input is tried
_SAMPLES = 1_500  # digits of each source, and symbols
_SAME_ACCURACY = 0.01  # kinds of input that differ by less are compared by their likelihood
_TEMPERATURES = np.geomspace(0.05, 20, 240)
_SEED = 51_977  # of no training and no evaluation


class UnsuitableNetworkError(ValueError):
    """The network cannot be served; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CheckedNetwork:
    """What was found out about a network.

    metadata: for the registry, but for the version. accuracy: on the reference digits, before
    calibration. milliseconds: for a glyph.
    """

    metadata: dict[str, Any]
    format: CustomFormat
    accuracy: float
    milliseconds: float


class References:
    """The examples with which networks are checked; made when they are first needed."""

    @cached_property
    def digits(self) -> Images:
        """Digits in random order, half of them from the simulated pen, half of them scans."""
        rng = np.random.default_rng(_SEED)
        synthetic = synthesize_digits(_SAMPLES, rng)
        scans = read_scans("mfeat", (40,))
        chosen = rng.choice(len(scans.labels), _SAMPLES, replace=False)
        order = rng.permutation(2 * _SAMPLES)
        glyphs = np.concatenate([synthetic.glyphs, scans.glyphs[chosen]])
        labels = np.concatenate([synthetic.labels, scans.labels[chosen]])
        return Images(glyphs[order], labels[order])

    @cached_property
    def symbols(self) -> NDArray[np.uint8]:
        """Handwritten symbols (n, 28, 28) that are not digits."""
        return render_symbols(_SAMPLES, np.random.default_rng(_SEED))


def check_network(content: bytes, references: References) -> CheckedNetwork:
    """Return what the network in a TensorFlow Lite file expects, and its calibration.

    Raises UnsuitableNetworkError.
    """
    try:
        interpreter = CustomInterpreter(content)
        probe = Images(references.digits.glyphs[:_PROBE], references.digits.labels[:_PROBE])
        milliseconds = _measure_milliseconds(interpreter, probe.glyphs)
        custom = _find_format(interpreter, probe)
        logits = _run(interpreter, custom, references.digits.glyphs)
        labels = references.digits.labels
        accuracy = float(np.mean(logits[:, :DIGITS].argmax(axis=1) == labels))
        if custom.classes == DIGITS:
            calibration = _calibrate_digits(logits, labels)
        else:
            symbols = _run(interpreter, custom, references.symbols)
            calibration = _calibrate_with_rejection(logits, labels, symbols)
    except UnsuitableNetworkError:
        raise
    except (ValueError, RuntimeError) as error:
        raise UnsuitableNetworkError(str(error)) from error
    return CheckedNetwork(
        calibration | {METADATA_KEY: asdict(custom)}, custom, accuracy, milliseconds
    )


def _measure_milliseconds(interpreter: CustomInterpreter, glyphs: NDArray[np.uint8]) -> float:
    """Return the time for a glyph: the shortest of some, which other work on the machine spares.

    Raises UnsuitableNetworkError if it is too long.
    """
    shortest = float("inf")
    for glyph in glyphs[:20]:
        started = time.perf_counter()
        interpreter.run(glyph.astype(np.float32))
        shortest = min(shortest, 1000 * (time.perf_counter() - started))
    if shortest > MAX_MILLISECONDS:
        raise UnsuitableNetworkError(
            f"The network takes {shortest:.0f} ms for a digit, and at most {MAX_MILLISECONDS:.0f} "
            "are possible while somebody draws: use fewer or smaller layers."
        )
    return shortest


def _find_format(interpreter: CustomInterpreter, probe: Images) -> CustomFormat:
    """Return the format with which the network is right most often.

    Raises UnsuitableNetworkError if it is rarely right with all of them.
    """
    tried: list[tuple[float, float, CustomFormat]] = []  # accuracy, log likelihood
    for paper, stroke in INPUTS:
        raw = CustomFormat(paper, stroke, interpreter.classes, has_probabilities=False)
        outputs = _run(interpreter, raw, probe.glyphs)
        if not np.isfinite(outputs).all():
            continue
        custom = CustomFormat(paper, stroke, interpreter.classes, _are_probabilities(outputs))
        logits = custom.to_logits(outputs)
        chances = softmax(logits[:, :DIGITS])[np.arange(len(probe.labels)), probe.labels]
        accuracy = float(np.mean(logits[:, :DIGITS].argmax(axis=1) == probe.labels))
        tried.append((accuracy, float(np.log(chances + 1e-7).mean()), custom))
    if not tried:
        raise UnsuitableNetworkError(
            "The network's outputs are not finite numbers (NaN or infinity): train it again, for "
            "example with a lower learning rate, and check that its weights are in the file."
        )
    best = max(accuracy for accuracy, _, _ in tried)
    if best < MIN_ACCURACY:
        raise UnsuitableNetworkError(
            f"The network is right for {best:.0%} of {len(probe.labels)} digits at most, and "
            f"{MIN_ACCURACY:.0%} are necessary (guessing reaches 10%). Tried were strokes brighter "
            "and darker than the paper, with values from 0 to 1, 0 to 255 and -1 to 1, and with "
            "MNIST's mean and standard deviation. Check that it is trained, that its outputs are "
            "the digits 0 to 9 in this order, and that it learnt from upright digits of about 20 "
            "pixels in the middle of 28, as in MNIST."
        )
    close = [item for item in tried if item[0] >= best - _SAME_ACCURACY]
    return max(close, key=lambda item: item[1])[2]


def _are_probabilities(outputs: NDArray[np.float32]) -> bool:
    """Return whether each row is a distribution; 8 bits of a quantized network round it."""
    sums = outputs.sum(axis=1)
    return bool(outputs.min() >= 0 and np.abs(sums - 1).max() < 0.03)


def _run(
    interpreter: CustomInterpreter, custom: CustomFormat, glyphs: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """Return the logits (n, classes) of glyphs (n, 28, 28)."""
    outputs = np.concatenate([interpreter.run(custom.to_input(glyph)) for glyph in glyphs])
    return custom.to_logits(outputs)


def _calibrate_digits(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> dict[str, Any]:
    """Return the calibration of a network of ten classes.

    Inkling's own network says whether a glyph is a digit at all, with its own thresholds.
    """
    own = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
    names = ("rarity", "digit_threshold", "sure_threshold", "sure_digit_threshold")
    temperature = fit_temperature(logits, labels, _TEMPERATURES)
    return {"temperature": temperature} | {name: own[name] for name in names}


def _calibrate_with_rejection(
    logits: NDArray[np.float32], labels: NDArray[np.int64], symbol_logits: NDArray[np.float32]
) -> dict[str, Any]:
    """Return the calibration of a network of eleven classes. Raises UnsuitableNetworkError.

    symbol_logits: of symbols that are not digits.
    """
    rejected = float(np.mean(symbol_logits.argmax(axis=1) == NOT_A_DIGIT))
    if rejected < MIN_REJECTION:
        raise UnsuitableNetworkError(
            f'The eleventh output has to be "not a digit", but it is the highest for {rejected:.0%}'
            f" of {len(symbol_logits)} symbols that are no digits: train it with such symbols, or "
            "leave that output out."
        )
    temperature = fit_temperature(
        np.concatenate([logits, symbol_logits]),
        np.concatenate([labels, np.full(len(symbol_logits), NOT_A_DIGIT)]),
        _TEMPERATURES,
    )
    prior_shift = compute_prior_shift(NEGATIVE_SHARE, SERVED_NEGATIVE_SHARE)
    sure_digit_threshold = choose_sure_digit_threshold(
        symbol_logits, temperature, prior_shift, SURE_THRESHOLD, MAX_SURE_NEGATIVES
    )
    return {
        "temperature": temperature,
        "rarity": prior_shift,
        "digit_threshold": choose_digit_threshold(prior_shift),
        "sure_threshold": SURE_THRESHOLD,
        # It is 0 where hardly any symbol is taken for a digit with confidence.
        "sure_digit_threshold": max(sure_digit_threshold, _MIN_SURE_DIGIT_THRESHOLD),
    }
