"""What each layer of the served network computes for a glyph, for people who want to look inside.

The served interpreter overwrites these values to save memory. A second interpreter of the same file
keeps them, without the delegate that joins layers; it takes about ten times as long.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE, Glyph

_EMBEDDING_SIZE = 64
_CLASSES = 11
_STAGE_SHAPES = ((1, 14, 14, 32), (1, 7, 7, 96), (1, 7, 7, _EMBEDDING_SIZE))


@dataclass(frozen=True, slots=True)
class FeatureMaps:
    """The values of the network's layers for one glyph.

    stages: uint8 (channels, side, side), the maps after the first convolution, the first residual
        block, the second convolution, the second residual block, and the last convolution. 255 is
        the largest value of the stage.
    contributions: float32 (11, 64), how much each map of the last stage adds to the logit of each
        digit, and of "not a digit". A logit is their sum and a constant.
    evidence: float32 (10, 7, 7), how much each position adds to each digit's logit.
    """

    stages: tuple[NDArray[np.uint8], ...]
    contributions: NDArray[np.float32]
    evidence: NDArray[np.float32]


class FeatureMapExtractor:
    """Computes feature maps. Safe to use from any thread; one glyph at a time."""

    def __init__(self, content: bytes) -> None:
        """Load a TensorFlow Lite file."""
        self._lock = threading.Lock()
        self._interpreter = Interpreter(
            model_content=content,
            num_threads=1,
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        self._interpreter.allocate_tensors()
        signature = self._interpreter.get_signature_runner("serving_default")
        (self._input,) = (detail["index"] for detail in signature.get_input_details().values())
        self._attention = signature.get_output_details()["attention"]["index"]
        details = self._interpreter.get_tensor_details()
        self._stages = _find_stages(details)
        self._mean = next(_indices(details, (1, _EMBEDDING_SIZE), np.float32))
        kernel = next(_indices(details, (_CLASSES, _EMBEDDING_SIZE), np.float32))
        self._kernel = self._interpreter.get_tensor(kernel)

    def extract(self, glyph: Glyph) -> FeatureMaps:
        """Return the feature maps of a glyph, uint8 (28, 28), strokes 255 on 0."""
        with self._lock:
            scaled = glyph.reshape(1, GLYPH_SIDE, GLYPH_SIDE, 1) * np.float32(1 / 255)
            self._interpreter.set_tensor(self._input, scaled)
            self._interpreter.invoke()
            stages = [self._interpreter.get_tensor(index)[0] for index in self._stages]
            mean = self._interpreter.get_tensor(self._mean)[0]
            evidence = self._interpreter.get_tensor(self._attention)[0]
        return FeatureMaps(
            stages=tuple(_to_bytes(stage) for stage in stages),
            contributions=self._kernel * mean,
            evidence=evidence,
        )


def _find_stages(details: list[dict[str, Any]]) -> list[int]:
    """Return the tensors of the stages: of each size, the first map and that after the block."""
    stages: list[int] = []
    for shape in _STAGE_SHAPES:
        indices = list(_indices(details, shape, np.float32))
        stages += sorted({indices[0], indices[-1]})
    return stages


def _indices(
    details: list[dict[str, Any]], shape: tuple[int, ...], dtype: type[np.generic]
) -> Iterator[int]:
    """Yield the tensors of this shape and type, in the order in which they are computed."""
    for detail in details:
        if tuple(detail["shape"]) == shape and detail["dtype"] is dtype:
            yield detail["index"]


def _to_bytes(stage: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return maps (side, side, channels) as uint8 (channels, side, side), their maximum as 255."""
    scale = 255 / max(float(stage.max()), 1e-9)
    maps: NDArray[np.float32] = np.moveaxis(stage, -1, 0)
    return np.asarray(np.rint(maps * scale), np.uint8)
