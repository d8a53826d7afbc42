"""What people corrected: part of it to learn from, part to see whether that helped."""

from __future__ import annotations

import zlib

import numpy as np

from model.training.mnist import Images

_PARTS = 5  # one of them is held out


def split(images: Images) -> tuple[Images, Images]:
    """What is learnt from, and a fifth that is held out: the same glyphs in every later export.

    Raises ValueError where either part would be empty.
    """
    places = [zlib.crc32(glyph.tobytes()) % _PARTS for glyph in images.glyphs]
    held_out = np.array(places, int) == 0
    if held_out.all() or not held_out.any():
        raise ValueError(
            f"{len(images.glyphs)} corrections are too few to learn from some and to check with "
            "others; export more."
        )
    learnt = Images(images.glyphs[~held_out], images.labels[~held_out])
    return learnt, Images(images.glyphs[held_out], images.labels[held_out])
