"""Decode a JPEG that lacks its end, as browsers and image viewers do."""

import io

import numpy as np
from PIL import Image

_END_OF_IMAGE = b"\xff\xd9"
_FILLER = 128  # gray level that libjpeg gives to what is missing
_BLOCK_ROWS = 16  # rows of an image at full size that are encoded together, at most
_MIN_SHARE = 0.75  # share of the rows that have to be there; a digit is cut off otherwise


def load_truncated_jpeg(content: bytes, min_size: tuple[int, int]) -> Image.Image:
    """Return the part of the image that is there, at full width.

    min_size: as of `Image.draft`. Raises OSError if less than _MIN_SHARE of the rows is there.
    """
    image = Image.open(io.BytesIO(content + _END_OF_IMAGE), formats=["JPEG"])
    full_height = image.height
    image.draft(None, min_size)
    image.load()
    is_missing = (np.asarray(image) == _FILLER).reshape(image.height, -1).all(axis=1)
    present = np.flatnonzero(~is_missing)
    rows = int(present[-1]) + 1 if len(present) else 0
    if rows < image.height:
        # The last blocks that are there may end in the middle of the image.
        rows -= -(-_BLOCK_ROWS * image.height // full_height)
    if rows < _MIN_SHARE * image.height:
        raise OSError("most of the image is missing")
    part = image.crop((0, 0, image.width, rows)) if rows < image.height else image
    part.info.update(image.info)
    return part
