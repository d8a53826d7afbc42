"""Uploaded files to pictures: what can be read, and a clear word about what cannot."""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from model.errors import InputError

MAX_PIXELS = 64_000_000  # a 64-megapixel photo; a bomb has far more
MAX_SIDE = 20_000  # pixels
FULL_SIZE = (
    "inkling_full_size"  # key of Image.info: (width, height) before a faster, smaller decode
)
ENOUGH = 1_000  # pixels of the longer side from which a picture may be made smaller by halves
_MARKUP = (b"<svg", b"<?xml", b"<!doctype svg")
_TRANSPOSED = range(5, 9)  # EXIF orientations that swap width and height
_ORIENTATION = 0x0112  # EXIF tag


def decode_image(content: bytes) -> Image.Image:
    """The picture in a file of any common format, upright, its first frame where it is animated.

    A large JPEG is decoded at a half or a quarter of its size, which takes half the time; its
    `info[FULL_SIZE]` then says how large it is in the file.

    Raises InputError for an empty file, one that is no picture or cut off, an SVG, and one that has
    more than MAX_PIXELS or a side beyond MAX_SIDE: that is seen from its header, before decoding.
    """
    if not content:
        raise InputError("empty_file", "The file is empty; choose a picture with ink on it.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's on size and metadata; what matters is checked
        picture = _open(content)
        _check_size(*picture.size)
        try:
            return _decode(picture)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise InputError(
                "truncated_image",
                f"The {picture.format} file is damaged or cut off; send it again whole.",
            ) from error


def full_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height of the picture in its file, upright, however small it was decoded."""
    size: tuple[int, int] = picture.info.get(FULL_SIZE, picture.size)
    return size


def _open(content: bytes) -> Image.Image:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP) and b"<svg" in content[:4096].lower():
        raise InputError(
            "unsupported_image",
            "This is an SVG drawing, which is code rather than pixels; save it as PNG or JPEG.",
        )
    try:
        return Image.open(io.BytesIO(content))
    except Image.DecompressionBombError as error:
        raise InputError("image_too_large", _too_large("The picture")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InputError(
            "unsupported_image", "This file is no picture; send a PNG, JPEG, WebP, GIF or BMP."
        ) from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise InputError("image_too_large", _too_large(f"A picture of {width:,}×{height:,} pixels"))


def _too_large(what: str) -> str:
    return (
        f"{what} is too large; send one of at most {MAX_PIXELS // 10**6} million pixels "
        f"and {MAX_SIDE:,} pixels a side."
    )


def _decode(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    if picture.getexif().get(_ORIENTATION) in _TRANSPOSED:
        width, height = height, width
    shrunk = ENOUGH / max(width, height)
    picture.draft(None, (round(picture.width * shrunk), round(picture.height * shrunk)))
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.info[FULL_SIZE] = width, height
    return upright


def flatten(picture: Image.Image) -> NDArray[np.uint8]:
    """The picture as uint8 (height, width, 3), RGB, whatever its mode; see-through becomes white.

    A picture larger than reading asks for comes out smaller by a whole factor.
    """
    factor = max(1, max(picture.size) // ENOUGH)
    if picture.mode == "LAB":
        picture = picture.getchannel("L")
    if picture.mode in ("L", "RGB"):
        return np.asarray(picture.reduce(factor).convert("RGB"))
    if picture.mode.startswith(("I", "F")):
        grey = Image.fromarray(_eight_bits(picture))
        return np.asarray(grey.reduce(factor).convert("RGB"))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return np.asarray(picture.convert("RGB").reduce(factor))


def _eight_bits(picture: Image.Image) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits a pixel, brought into 0-255 by the range it uses."""
    grey = np.asarray(picture, np.float64)
    grey = np.nan_to_num(grey, nan=0.0, posinf=0.0, neginf=0.0)
    top = 65535.0 if grey.max() > 255 else 255.0
    if grey.min() < 0 or grey.max() > top or grey.max() <= 1.0:
        low, high = grey.min(), grey.max()
        grey, top = grey - low, max(high - low, 1e-9)
    return np.rint(np.clip(grey / top, 0, 1) * 255).astype(np.uint8)
