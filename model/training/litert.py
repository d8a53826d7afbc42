"""Run a LiteRT file on many glyphs."""

from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray


def run_litert(content: bytes, glyphs: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Return all outputs, by name, for glyphs (n, 28, 28) uint8; each has n rows.

    content: the content of the LiteRT file.
    """
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    input_index, output_indices = _find_tensor_indices(interpreter)
    rows: dict[str, list[NDArray[np.float32]]] = {name: [] for name in output_indices}
    for glyph in glyphs:
        interpreter.set_tensor(input_index, glyph.reshape(1, 28, 28, 1) / np.float32(255))
        interpreter.invoke()
        for name, index in output_indices.items():
            rows[name].append(interpreter.get_tensor(index))
    return {name: np.concatenate(arrays) for name, arrays in rows.items()}


def _find_tensor_indices(interpreter: Interpreter) -> tuple[int, dict[str, int]]:
    """Return the index of the input tensor and the indices of the output tensors by name.

    This is a separate function because the signature runner holds references to tensors: it has
    to be released before the interpreter is invoked.
    """
    signature = interpreter.get_signature_runner("serving_default")
    (input_index,) = (int(detail["index"]) for detail in signature.get_input_details().values())
    outputs = signature.get_output_details().items()
    return input_index, {name: int(detail["index"]) for name, detail in outputs}
