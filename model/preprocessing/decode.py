"""Decode uploaded image files, with limits on the memory and time that a file may cost."""

import io
import struct
import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import IcoImagePlugin, Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from model.errors import InputError

# Pillow's other formats may start programs (EPS runs Ghostscript) or are rarely tested.
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM", "ICO")
MAX_PIXELS = 16_000_000  # an A4 page at 300 dpi has 8.7 million
MAX_JPEG_PIXELS = 64_000_000  # a 64-megapixel photo, which is decoded at a reduced size
MAX_JPEG_SCANS = 100  # each is a pass over the whole image; encoders write about ten
MAX_WEBP_PIXELS = 12_500_000  # its decoder allocates the image four times
MAX_SIDE = 20_000  # pixels
FULL_SIZE_KEY = "inkling_full_size"  # key in Image.info: (width, height) before a reduced decode
TARGET_SIDE = 1_000  # pixels; larger images are reduced while the longer side stays above it
_STRIP_PIXELS = 2**20  # pixels converted to RGB at a time
_JPEG_START_OF_SCAN = b"\xff\xda"  # its segment begins with its length and number of components
_MARKUP_PREFIXES = (b"<svg", b"<?xml", b"<!doctype svg")
_TRANSPOSED = range(5, 9)  # EXIF orientations that swap width and height
_EXIF_ORIENTATION = 0x0112


def decode_image(content: bytes) -> Image.Image:
    """Return the image in a file, upright; the first frame of an animation.

    A large JPEG is decoded at a half to an eighth of its size, which takes half the time; its size
    in the file is then in `info[FULL_SIZE_KEY]`.

    Raises InputError for a file that is empty, truncated, an SVG or not an image, and for one with
    too many pixels for its format (MAX_PIXELS, MAX_WEBP_PIXELS, or MAX_JPEG_PIXELS for a JPEG with
    a single scan) or a side beyond MAX_SIDE. Sizes are read from the header, before decoding.
    """
    if not content:
        raise InputError("empty_file", "The file is empty; choose an image of digits.")
    with warnings.catch_warnings():
        # Pillow warns of sizes, which are checked here, and of metadata, which is not used.
        warnings.simplefilter("ignore")
        image = _open(content)
        try:
            _check_size(image, content)
            return _decode(image)
        except InputError:
            raise
        except (OSError, ValueError, SyntaxError, EOFError, LookupError, struct.error) as error:
            raise InputError(
                "truncated_image",
                f"The {image.format} file is damaged or truncated; send the whole file again.",
            ) from error


def full_size(image: Image.Image) -> tuple[int, int]:
    """Return the upright image's width and height in its file, even if it was decoded smaller."""
    size: tuple[int, int] = image.info.get(FULL_SIZE_KEY, image.size)
    return size


def _open(content: bytes) -> Image.Image:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP_PREFIXES) and b"<svg" in content[:4096].lower():
        raise InputError(
            "unsupported_image",
            "SVG is not supported, because it has no pixels; save the drawing as PNG or JPEG.",
        )
    try:
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise InputError("image_too_large", _too_large("The image")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InputError(
            "unsupported_image",
            "The file is not an image in a supported format; send a PNG, JPEG, WebP, AVIF, GIF, "
            "BMP or TIFF.",
        ) from error


def _check_size(image: Image.Image, content: bytes) -> None:
    """Raise InputError for an image that would take too much memory or time to decode."""
    width, height = image.size
    max_pixels = MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS
    if isinstance(image, IcoImagePlugin.IcoImageFile):
        # The embedded image is decoded at its own size, whatever the icon's directory says.
        width, height = image.ico.frame(image.ico.getentryindex(image.size)).size
    elif isinstance(image, JpegImagePlugin.JpegImageFile):
        if _is_single_scan(image, content):
            max_pixels = MAX_JPEG_PIXELS
        elif content.count(_JPEG_START_OF_SCAN) > MAX_JPEG_SCANS:
            raise InputError(
                "unsupported_image",
                "This JPEG has too many scans; save it again as a baseline JPEG or as PNG.",
            )
    if width * height > max_pixels or max(width, height) > MAX_SIDE:
        raise InputError(
            "image_too_large", _too_large(f"An image of {width:,}×{height:,} pixels", max_pixels)
        )


def _is_single_scan(image: JpegImagePlugin.JpegImageFile, content: bytes) -> bool:
    """Return whether a JPEG is sequential with all components in its first scan.

    libjpeg buffers other JPEGs at their full size, even if they are decoded at a reduced size.
    """
    if "progressive" in image.info:
        return False
    position = 2  # after the start-of-image marker
    while (
        content[position : position + 1] == b"\xff"
        and content[position : position + 2] != _JPEG_START_OF_SCAN
    ):
        is_fill_byte = content[position + 1 : position + 2] == b"\xff"
        segment_length = 2 + int.from_bytes(content[position + 2 : position + 4])
        position += 1 if is_fill_byte else segment_length
    return (
        content[position : position + 2] == _JPEG_START_OF_SCAN
        and content[position + 4] == image.layers
    )


def _too_large(subject: str, max_pixels: int = MAX_PIXELS) -> str:
    return (
        f"{subject} is too large; make it smaller, to at most {max_pixels / 1e6:g} million pixels "
        f"and {MAX_SIDE:,} pixels a side."
    )


def _decode(image: Image.Image) -> Image.Image:
    width, height = image.size
    if image.getexif().get(_EXIF_ORIENTATION) in _TRANSPOSED:
        width, height = height, width
    scale = TARGET_SIDE / max(width, height)
    min_size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image.draft(None, min_size)
    image.load()
    upright = ImageOps.exif_transpose(image)
    upright.info[FULL_SIZE_KEY] = width, height
    return upright


def to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Return an image of any mode as RGB, uint8 (height, width, 3); transparency becomes white.

    A large image is reduced by an integer factor, its longer side staying above TARGET_SIDE.
    """
    factor = max(1, max(image.size) // TARGET_SIDE)
    if image.mode == "LAB":
        image = image.getchannel("L")
    if image.mode in ("L", "RGB"):
        return np.asarray(image.reduce(factor).convert("RGB"))
    gray_range = _gray_range(image) if _is_high_bit_depth(image) else None
    return np.concatenate(
        [
            np.asarray(_strip_to_rgb(strip, gray_range).reduce(factor))
            for strip in _strips(image, factor)
        ]
    )


def _strips(image: Image.Image, factor: int = 1) -> Iterator[Image.Image]:
    """Yield the image from top to bottom in strips of a multiple of `factor` rows.

    Converting strip by strip bounds the memory, however large the image is.
    """
    rows = factor * max(1, _STRIP_PIXELS // (image.width * factor))
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _strip_to_rgb(strip: Image.Image, gray_range: tuple[float, float] | None) -> Image.Image:
    """Return a strip as RGB on white; gray_range: black and span of a high-bit-depth image."""
    if gray_range is not None:
        return Image.fromarray(_to_8_bit(strip, *gray_range)).convert("RGB")
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        strip = Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip)
    return strip.convert("RGB")


def _is_high_bit_depth(image: Image.Image) -> bool:
    """Return whether the image is gray with 16 or 32 bits a pixel."""
    return image.mode.startswith(("I", "F"))


def _gray_range(image: Image.Image) -> tuple[float, float]:
    """Return the value of black and the span from black to white of a high-bit-depth image.

    The file does not say which range it uses: 8 or 16 bits are assumed where all values fit, and
    the range from the lowest to the highest value otherwise.
    """
    extremes = [(values.min(), values.max()) for values in map(_gray_values, _strips(image))]
    low, high = min(low for low, _ in extremes), max(high for _, high in extremes)
    white = 65535.0 if high > 255 else 255.0
    if low < 0 or high > white or high <= 1.0:
        return float(low), float(max(high - low, 1e-9))
    return 0.0, white


def _gray_values(strip: Image.Image) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(strip, np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _to_8_bit(strip: Image.Image, black: float, span: float) -> NDArray[np.uint8]:
    """Return gray values in 0-255, where `black` becomes 0 and `black + span` becomes 255."""
    gray = (_gray_values(strip) - black) / span
    return np.rint(np.clip(gray, 0, 1) * 255).astype(np.uint8)
