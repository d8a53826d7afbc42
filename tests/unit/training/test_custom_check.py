"""Networks that people bring: what they expect is found out, and what cannot work is refused."""

from collections.abc import Callable

import numpy as np
import pytest

from model.custom_network import CustomFormat, CustomInterpreter
from model.network import NETWORK_FILE
from model.training.custom_check import (
    MIN_ACCURACY,
    References,
    UnsuitableNetworkError,
    check_network,
)
from tests.custom_networks import (
    ELEVEN,
    FIRST_BIAS,
    FIRST_KERNEL,
    LAST_BIAS,
    LAST_KERNEL,
    TEN,
    TEN_METADATA,
    Weights,
    change_weights,
    weights_of,
)


@pytest.fixture(scope="module")
def references() -> References:
    return References()


def rescaled(content: bytes, paper: float, stroke: float) -> bytes:
    """A network of the same outputs that expects other values than 0 and 1."""
    scale = stroke - paper
    kernel = weights_of(content, FIRST_KERNEL)
    shift = kernel.sum(axis=(1, 2, 3)) * paper / scale
    content = change_weights(content, FIRST_KERNEL, lambda values: values / scale)
    return change_weights(content, FIRST_BIAS, lambda values: values - shift)


def test_ten_probabilities(references: References) -> None:
    checked = check_network(TEN.read_bytes(), references)
    assert checked.format == CustomFormat(0.0, 1.0, 10, has_probabilities=True)
    assert checked.accuracy > 0.75
    assert 0 < checked.milliseconds < 25
    names = ("rarity", "digit_threshold", "sure_threshold", "sure_digit_threshold", "custom")
    assert {name: checked.metadata[name] for name in names} == {
        name: TEN_METADATA[name] for name in names
    }
    assert 0.5 < checked.metadata["temperature"] < 4


def test_eleven_logits_for_784_values_up_to_255(references: References) -> None:
    checked = check_network(ELEVEN.read_bytes(), references)
    assert checked.format == CustomFormat(0.0, 255.0, 11, has_probabilities=False)
    assert checked.accuracy > 0.75
    assert 0 < checked.metadata["digit_threshold"] < checked.metadata["sure_digit_threshold"] < 1


@pytest.mark.parametrize(
    ("paper", "stroke"), [(0, 255), (-1, 1), (1, 0), (255, 0), (-0.4242, 2.8215), (1, -1)]
)
def test_the_values_of_paper_and_strokes_are_found(
    references: References, paper: float, stroke: float
) -> None:
    content = rescaled(TEN.read_bytes(), paper, stroke)
    checked = check_network(content, references)
    assert (checked.format.paper, checked.format.stroke) == (paper, stroke)
    glyph = references.digits.glyphs[0]
    original = CustomInterpreter(TEN.read_bytes()).run(glyph / np.float32(255))
    outputs = CustomInterpreter(content).run(checked.format.to_input(glyph))
    assert np.allclose(outputs, original, atol=1e-3)


def test_a_confident_network_gets_a_higher_temperature(references: References) -> None:
    confident = change_weights(TEN.read_bytes(), LAST_KERNEL, lambda values: 2 * values)
    temperatures = [
        check_network(content, references).metadata["temperature"]
        for content in (TEN.read_bytes(), confident)
    ]
    assert temperatures[1] > 1.5 * temperatures[0]


def replace_bias(value: float) -> Callable[[Weights], Weights]:
    return lambda weights: np.full_like(weights, value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no network", "LiteRT cannot run this file"),
        (TEN.read_bytes()[:5_000], "LiteRT cannot run this file"),
        (NETWORK_FILE.read_bytes(), "3 outputs; it has to have one"),
        (NETWORK_FILE.with_name("detector.tflite").read_bytes(), "LiteRT cannot run"),
        (NETWORK_FILE.with_name("stroke_network.tflite").read_bytes(), "input has the shape"),
        (
            change_weights(TEN.read_bytes(), LAST_KERNEL, lambda values: np.roll(values, 1, 0)),
            "0 to 9 in this order",
        ),
        (
            change_weights(TEN.read_bytes(), LAST_KERNEL, np.zeros_like),
            f"{MIN_ACCURACY:.0%} are necessary",
        ),
        (change_weights(TEN.read_bytes(), LAST_BIAS, replace_bias(np.nan)), "not finite numbers"),
        (
            change_weights(
                ELEVEN.read_bytes(), (11,), lambda bias: bias - 99 * (np.arange(11) == 10)
            ),
            'eleventh output has to be "not a digit"',
        ),
    ],
)
def test_what_cannot_be_served_is_refused_with_a_sentence(
    references: References, content: bytes, sentence: str
) -> None:
    with pytest.raises(UnsuitableNetworkError, match=sentence) as refusal:
        check_network(content, references)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)
