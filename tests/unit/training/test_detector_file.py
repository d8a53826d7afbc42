"""The exported detector computes what Keras's network did, without TensorFlow."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.detection.detector import DETECTOR_FILE, STRIDE

GOLDEN = DETECTOR_FILE.with_name("detector_golden.npz")
Arrays = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def golden() -> Arrays:
    with np.load(GOLDEN) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


@pytest.fixture(scope="module")
def served(golden: Arrays) -> Arrays:
    interpreter = Interpreter(model_content=DETECTOR_FILE.read_bytes(), num_threads=1)
    signature = interpreter.get_signature_runner("serving_default")
    (input_index,) = (detail["index"] for detail in signature.get_input_details().values())
    outputs = {name: info["index"] for name, info in signature.get_output_details().items()}
    del signature
    interpreter.resize_tensor_input(input_index, golden["pictures"].shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(input_index, golden["pictures"] / np.float32(255))
    interpreter.invoke()
    return {name: interpreter.get_tensor(index) for name, index in outputs.items()}


def test_outputs_have_the_shapes_that_serving_expects(golden: Arrays, served: Arrays) -> None:
    count, height, width, _ = golden["pictures"].shape
    assert served["center"].shape == (count, height // STRIDE, width // STRIDE, 1)
    assert served["box"].shape == (count, height // STRIDE, width // STRIDE, 4)
    assert served["ink"].shape == (count, height, width, 1)


def test_quantization_changes_the_centers_little(golden: Arrays, served: Arrays) -> None:
    difference = sigmoid(served["center"]) - sigmoid(golden["center"])
    assert np.abs(difference).max() < 0.25
    assert np.abs(difference).mean() < 0.005


def test_quantization_changes_hardly_any_ink(golden: Arrays, served: Arrays) -> None:
    assert np.mean((served["ink"] > 0) != (golden["ink"] > 0)) < 0.01


def test_quantization_keeps_the_boxes_of_digits(golden: Arrays, served: Arrays) -> None:
    is_center = sigmoid(golden["center"])[..., 0] > 0.5
    assert is_center.any()
    pixels = [STRIDE * np.exp(arrays["box"][is_center]) for arrays in (golden, served)]
    assert np.abs(pixels[0] - pixels[1]).max() < 4


def sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)
