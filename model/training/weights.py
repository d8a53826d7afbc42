"""Weights in a small file of their own, to go on training from."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray


def write_weights(network: keras.Model, file: Path) -> None:
    """The network's weights, in their order, as float16 arrays of an .npz."""
    halves = {f"{i:02}": np.asarray(w, np.float16) for i, w in enumerate(network.get_weights())}
    np.savez_compressed(file, allow_pickle=False, **halves)


def read_weights(network: keras.Model, *files: Path) -> None:
    """Put the weights of a file, or the mean of several files', into the network.

    The mean of what one training reached by several ways often reads strangers better than any of
    them (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482). A ValueError says what does not
    fit.
    """
    several = [_weights_of(network, file) for file in files]
    network.set_weights([np.mean(same, axis=0) for same in zip(*several, strict=True)])


def _weights_of(network: keras.Model, file: Path) -> list[NDArray[np.float32]]:
    with np.load(file) as arrays:
        weights = [arrays[name].astype(np.float32) for name in sorted(arrays.files)]
    if [w.shape for w in network.get_weights()] != [w.shape for w in weights]:
        raise ValueError(f"{file} holds weights of another architecture; train without --start.")
    return weights
