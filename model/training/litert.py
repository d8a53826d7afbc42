"""A LiteRT file run over many glyphs."""

from __future__ import annotations

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray


def run(content: bytes, glyphs: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Every output of the network for glyphs (n, 28, 28) uint8, by name, n rows each."""
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    place, outputs = _tensors(interpreter)
    rows: dict[str, list[NDArray[np.float32]]] = {name: [] for name in outputs}
    for glyph in glyphs:
        interpreter.set_tensor(place, glyph.reshape(1, 28, 28, 1) / np.float32(255))
        interpreter.invoke()
        for name, index in outputs.items():
            rows[name].append(interpreter.get_tensor(index))
    return {name: np.concatenate(parts) for name, parts in rows.items()}


def _tensors(interpreter: Interpreter) -> tuple[int, dict[str, int]]:
    """Index of the input, indices of the outputs by name.

    The signature's own runner must be gone before the interpreter runs, hence a function.
    """
    signature = interpreter.get_signature_runner("serving_default")
    (place,) = (int(detail["index"]) for detail in signature.get_input_details().values())
    details = signature.get_output_details().items()
    return place, {name: int(detail["index"]) for name, detail in details}
