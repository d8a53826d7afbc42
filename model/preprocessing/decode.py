"""Uploaded files to pictures: what can be read, and a clear word about what cannot."""

import io
import struct
import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import IcoImagePlugin, Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from model.errors import InputError

# Pillow knows others too, some of which start programs (EPS: Ghostscript) or are seldom tested.
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM", "ICO")
MAX_PIXELS = 16_000_000  # decoded; a page of A4 at 300 dots an inch has 8.7 million
MAX_JPEG_PIXELS = 64_000_000  # a 64-megapixel photo, which is decoded at a fraction of its size
MAX_JPEG_SCANS = 100  # each is another pass over the whole picture; encoders write about ten
MAX_WEBP_PIXELS = 12_500_000  # its decoder keeps the picture four times
MAX_SIDE = 20_000  # pixels
FULL_SIZE = (
    "inkling_full_size"  # key of Image.info: (width, height) before a faster, smaller decode
)
ENOUGH = 1_000  # pixels of the longer side from which a picture may be made smaller by halves
_STRIP = 2**20  # pixels that are brought to RGB at a time
_SCAN = b"\xff\xda"  # JPEG's marker "start of scan"; its segment begins with length and colours
_MARKUP = (b"<svg", b"<?xml", b"<!doctype svg")
_TRANSPOSED = range(5, 9)  # EXIF orientations that swap width and height
_ORIENTATION = 0x0112  # EXIF tag


def decode_image(content: bytes) -> Image.Image:
    """The picture in a file of any common format, upright, its first frame where it is animated.

    A large JPEG is decoded at a half to an eighth of its size, which takes half the time; its
    `info[FULL_SIZE]` then says how large it is in the file.

    Raises InputError for an empty file, one that is no picture or cut off, an SVG, and one that has
    more pixels than its format may (MAX_PIXELS, MAX_WEBP_PIXELS; MAX_JPEG_PIXELS for a JPEG that is
    decoded as it comes) or a side beyond MAX_SIDE: seen from its header, before decoding.
    """
    if not content:
        raise InputError("empty_file", "The file is empty; choose a picture with ink on it.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's on size and metadata; what matters is checked
        picture = _open(content)
        try:
            _check_size(picture, content)
            return _decode(picture)
        except InputError:
            raise
        except (OSError, ValueError, SyntaxError, EOFError, LookupError, struct.error) as error:
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
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise InputError("image_too_large", _too_large("The picture")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InputError(
            "unsupported_image",
            "This file is no picture that can be read; send a PNG, JPEG, WebP, AVIF, GIF, BMP or "
            "TIFF.",
        ) from error


def _check_size(picture: Image.Image, content: bytes) -> None:
    """Raise InputError for what would take too much memory or time to decode."""
    width, height = picture.size
    most = MAX_WEBP_PIXELS if picture.format == "WEBP" else MAX_PIXELS
    if isinstance(picture, IcoImagePlugin.IcoImageFile):
        # The picture inside is decoded at its own size, whatever the icon's directory says.
        width, height = picture.ico.frame(picture.ico.getentryindex(picture.size)).size
    elif isinstance(picture, JpegImagePlugin.JpegImageFile):
        if _is_decoded_as_it_comes(picture, content):
            most = MAX_JPEG_PIXELS
        elif content.count(_SCAN) > MAX_JPEG_SCANS:
            raise InputError(
                "unsupported_image",
                "This JPEG comes in too many passes; save it again as a plain JPEG or as PNG.",
            )
    if width * height > most or max(width, height) > MAX_SIDE:
        raise InputError(
            "image_too_large", _too_large(f"A picture of {width:,}×{height:,} pixels", most)
        )


def _is_decoded_as_it_comes(picture: JpegImagePlugin.JpegImageFile, content: bytes) -> bool:
    """Whether a JPEG is sequential with all colours in one scan.

    Others are kept in memory at their full size while they are decoded, however small they become.
    """
    if "progressive" in picture.info:
        return False
    at = 2
    while content[at : at + 1] == b"\xff" and content[at : at + 2] != _SCAN:
        fills = content[at + 1 : at + 2] == b"\xff"
        at += 1 if fills else 2 + int.from_bytes(content[at + 2 : at + 4])
    return content[at : at + 2] == _SCAN and content[at + 4] == picture.layers


def _too_large(what: str, most: int = MAX_PIXELS) -> str:
    return (
        f"{what} is too large; make it smaller, to at most {most / 1e6:g} million pixels "
        f"and {MAX_SIDE:,} pixels a side."
    )


def _decode(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    if picture.getexif().get(_ORIENTATION) in _TRANSPOSED:
        width, height = height, width
    shrunk = ENOUGH / max(width, height)
    least = max(1, round(picture.width * shrunk)), max(1, round(picture.height * shrunk))
    picture.draft(None, least)
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
    value_range = _range_of(picture) if _is_deep(picture) else None
    return np.concatenate(
        [
            np.asarray(_opaque(strip, value_range).reduce(factor))
            for strip in _strips(picture, factor)
        ]
    )


def _strips(picture: Image.Image, factor: int = 1) -> Iterator[Image.Image]:
    """The picture from top to bottom in strips of a multiple of `factor` rows.

    What is done to each takes little memory, however large the picture is.
    """
    rows = factor * max(1, _STRIP // (picture.width * factor))
    for top in range(0, picture.height, rows):
        yield picture.crop((0, top, picture.width, min(top + rows, picture.height)))


def _opaque(strip: Image.Image, value_range: tuple[float, float] | None) -> Image.Image:
    """A strip as RGB on white; value_range: black and the span to white in a deep one."""
    if value_range is not None:
        return Image.fromarray(_eight_bits(strip, *value_range)).convert("RGB")
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        strip = Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip)
    return strip.convert("RGB")


def _is_deep(picture: Image.Image) -> bool:
    """Whether it is grey of 16 or 32 bits a pixel."""
    return picture.mode.startswith(("I", "F"))


def _range_of(picture: Image.Image) -> tuple[float, float]:
    """The value of a deep picture that is black, and how far white is from it, by what it uses."""
    extremes = [(grey.min(), grey.max()) for grey in map(_values, _strips(picture))]
    low, high = min(one for one, _ in extremes), max(one for _, one in extremes)
    top = 65535.0 if high > 255 else 255.0
    if low < 0 or high > top or high <= 1.0:
        return float(low), float(max(high - low, 1e-9))
    return 0.0, top


def _values(strip: Image.Image) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(strip, np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _eight_bits(strip: Image.Image, black: float, span: float) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits a pixel in 0-255, white being `span` above black."""
    grey = (_values(strip) - black) / span
    return np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)
