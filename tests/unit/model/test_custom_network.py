"""A network that somebody brought answers like Inkling's own."""

import numpy as np
import pytest
from numpy.typing import NDArray

from model import Recognizer
from model.custom_network import CustomInterpreter
from model.network import Network
from tests.custom_networks import LAST_BIAS, TEN, TEN_METADATA, change_weights
from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO, Stroke


@pytest.fixture(scope="module")
def network() -> Network:
    return Network.from_content(TEN.read_bytes(), TEN_METADATA | {"version": "brought"})


@pytest.fixture(scope="module")
def custom(network: Network, recognizer: Recognizer) -> Recognizer:
    return recognizer.with_network(network)


def test_its_own_classes_decide_between_the_digits(
    network: Network, mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]]
) -> None:
    glyphs, labels = mnist
    output = network.classify(list(glyphs))
    interpreter = CustomInterpreter(TEN.read_bytes())
    own = np.concatenate([interpreter.run(glyph / np.float32(255)) for glyph in glyphs])
    assert np.array_equal(output.probabilities.argmax(axis=1), own.argmax(axis=1))
    assert (own.argmax(axis=1) == labels).mean() > 0.9
    calibrated = np.maximum(own, 1e-9) ** (1 / TEN_METADATA["temperature"])  # type: ignore[operator]
    calibrated /= calibrated.sum(axis=1, keepdims=True)
    assert np.allclose(output.probabilities, calibrated, atol=1e-4)


def test_the_committed_network_tells_whether_it_is_a_digit_and_what_it_is_like(
    network: Network,
    recognizer: Recognizer,
    mnist: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> None:
    glyphs = [*mnist[0][:20], np.eye(28, dtype=np.uint8) * 255, np.zeros((28, 28), np.uint8)]
    output, committed = network.classify(glyphs), recognizer.network.classify(glyphs)
    assert np.allclose(output.digit_probability, committed.digit_probability, atol=1e-4)
    assert np.array_equal(output.embedding, committed.embedding)
    assert not output.attention.any()


@pytest.mark.parametrize(
    ("strokes", "text"), [(ZERO, "0"), (ONE, "1"), (THREE, "3"), (FOUR, "4"), (SEVEN, "7")]
)
def test_drawings_are_predicted(custom: Recognizer, strokes: list[Stroke], text: str) -> None:
    prediction = custom.predict_strokes([np.array(stroke) for stroke in strokes])
    assert prediction.text == text
    (digit,) = prediction.digits
    assert digit.heat is None
    assert np.linalg.norm(digit.embedding) == pytest.approx(1, abs=1e-3)


def test_numbers_are_segmented_and_symbols_rejected(custom: Recognizer) -> None:
    def shifted(strokes: list[Stroke], x: float) -> list[NDArray[np.float64]]:
        return [np.add(stroke, (x, 0)) for stroke in strokes]

    number = [*shifted(SEVEN, 0), *shifted(ZERO, 220), *shifted(THREE, 440)]
    assert custom.predict_strokes(number).text == "703"
    scribble = np.cumsum(np.random.default_rng(3).normal(0, 25, (80, 2)), axis=0)
    (digit,) = custom.predict_strokes([scribble]).digits
    assert digit.verdict == "not_a_digit"


@pytest.mark.parametrize(
    ("content", "change"),
    [
        (b"no network", {}),
        (change_weights(TEN.read_bytes(), LAST_BIAS, lambda b: b * np.nan), {}),
        (TEN.read_bytes(), {"classes": 11}),
        (TEN.read_bytes(), {"paper": None}),
        (TEN.read_bytes(), {"unknown": 1}),
    ],
)
def test_a_file_or_format_that_is_damaged_is_a_value_error(
    content: bytes, change: dict[str, object]
) -> None:
    custom = {**TEN_METADATA["custom"], **change}  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"\.$|serve"):
        Network.from_content(content, TEN_METADATA | {"version": "brought", "custom": custom})
