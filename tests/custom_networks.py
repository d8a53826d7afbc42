"""Networks that somebody could bring (tests/train_tiny_network.py), and changed copies of them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

FOLDER = Path(__file__).with_name("data") / "networks"
TEN = FOLDER / "ten_classes.tflite"
ELEVEN = FOLDER / "eleven_classes.tflite"
KERAS = FOLDER / "ten_classes.keras"
FIRST_KERNEL, FIRST_BIAS = (8, 5, 5, 1), (8,)
LAST_KERNEL, LAST_BIAS = (10, 128), (10,)
# What the check finds out about TEN (tests/unit/training/test_custom_check.py).
TEN_METADATA = {
    "temperature": 2.0,
    "rarity": 1.6195,
    "digit_threshold": 0.0619,
    "sure_threshold": 0.9,
    "sure_digit_threshold": 0.906,
    "custom": {"paper": 0.0, "stroke": 1.0, "classes": 10, "has_probabilities": True},
}

Weights = NDArray[np.float32]


def weights_of(content: bytes, shape: tuple[int, ...]) -> Weights:
    """Return the only weights with this shape."""
    interpreter = Interpreter(model_content=content)
    (index,) = (
        detail["index"]
        for detail in interpreter.get_tensor_details()
        if tuple(detail["shape"]) == shape and _is_constant(interpreter, detail["index"])
    )
    return np.array(interpreter.get_tensor(index))


def change_weights(
    content: bytes, shape: tuple[int, ...], change: Callable[[Weights], Weights]
) -> bytes:
    """Return the file with these weights changed."""
    before = weights_of(content, shape)
    after = np.asarray(change(before), np.float32).reshape(shape)
    assert content.count(before.tobytes()) == 1
    return content.replace(before.tobytes(), after.tobytes())


def _is_constant(interpreter: Interpreter, index: int) -> bool:
    try:
        interpreter.get_tensor(index)
    except ValueError:  # it is computed
        return False
    return True
