"""Decode uploaded files, with limits on the memory and time that a file may cost."""

import io
import struct
import warnings
from collections.abc import Generator

from PIL import (
    IcoImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
)

from model.errors import InputError
from model.preprocessing.animation import load_fullest_frame
from model.preprocessing.decoder_process import MAX_PAGES
from model.preprocessing.isolated_decoder import decode_isolated, isolated_format, too_many_pages
from model.preprocessing.rgb import TARGET_SIDE
from model.preprocessing.truncated_jpeg import load_truncated_jpeg

# Pillow's other formats may start programs (EPS runs Ghostscript) or are rarely tested.
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "PPM", "ICO")
MAX_PIXELS = 16_000_000  # an A4 page at 300 dpi has 8.7 million
MAX_JPEG_PIXELS = 64_000_000  # a 64-megapixel photo, which is decoded at a reduced size
MAX_JPEG_SCANS = 100  # each is a pass over the whole image; encoders write about ten
MAX_WEBP_PIXELS = 12_500_000  # its decoder allocates the image four times
MAX_FRAME_PIXELS = 2_100_000  # of a live camera: 1920×1080
MAX_SIDE = 20_000  # pixels
FULL_SIZE_KEY = "inkling_full_size"  # key in Image.info: (width, height) before a reduced decode
_ANIMATED_FORMATS = ("PNG", "GIF", "WEBP", "AVIF")
_JPEG_START_OF_SCAN = b"\xff\xda"  # its segment begins with its length and number of components
_MARKUP_PREFIXES = (b"<svg", b"<?xml", b"<!doctype svg")
_TIFF_SUBFILE_TYPE = 254
_TIFF_NO_PAGE = 1 | 4  # bits of the subfile type: a reduced copy, a transparency mask
_MAX_TIFF_FRAMES = 100
_DECODING_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
)
_TRANSPOSED = range(5, 9)  # EXIF orientations that swap width and height
_EXIF_ORIENTATION = 0x0112


def decode_image(content: bytes) -> Image.Image:
    """Return the first page of a file; see `decode_pages`."""
    pages = decode_pages(content)
    try:
        return next(pages)
    finally:
        pages.close()


def decode_frame(content: bytes) -> Image.Image:
    """Return a frame of a live camera: a JPEG of at most MAX_FRAME_PIXELS pixels.

    Frames come many times a second, so they must be cheap to decode. Raises InputError for anything
    else, and as `decode_pages` does.
    """
    if not content:
        raise InputError("empty_file", "The frame is empty; send a JPEG.")
    frame = _open(content)
    if frame.format != "JPEG":
        raise InputError("unsupported_image", "A frame must be a JPEG.")
    if frame.width * frame.height > MAX_FRAME_PIXELS:
        raise InputError(
            "image_too_large",
            _too_large(f"A frame of {frame.width:,}×{frame.height:,} pixels", MAX_FRAME_PIXELS),
        )
    return _decode_page(frame, 0, content)


def decode_pages(content: bytes) -> Generator[Image.Image]:
    """Yield the pages of a file, upright, one after the other: of a PDF or TIFF; others have one.

    Of an animation it is the frame with the most ink. A large image may be decoded at a reduced
    size, which takes half the time; its size in the file, of a PDF page in points, is then in
    `info[FULL_SIZE_KEY]`. A JPEG that lacks its end is decoded as far as it goes.

    Raises InputError for a file that is empty, truncated, an SVG or not an image, for one with too
    many pixels for its format (MAX_PIXELS, MAX_WEBP_PIXELS, MAX_HEIC_PIXELS, or MAX_JPEG_PIXELS for
    a JPEG with a single scan) or a side beyond MAX_SIDE, and for more than MAX_PAGES pages. Sizes
    are read from the header, before decoding.
    """
    if not content:
        raise InputError("empty_file", "The file is empty; choose an image of digits.")
    try:
        image = _open(content)
    except InputError as error:
        format = isolated_format(content)
        if error.code != "unsupported_image" or format is None:
            raise
        for page, size in decode_isolated(content, format):
            page.info[FULL_SIZE_KEY] = size
            yield page
        return
    for index in _page_indices(image):
        yield _decode_page(image, index, content)


def _page_indices(image: Image.Image) -> list[int]:
    """Return the indices of the frames that are pages; raises InputError for too many pages."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return [0]
    pages: list[int] = []
    frame = 0
    while len(pages) <= MAX_PAGES and frame <= _MAX_TIFF_FRAMES:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.seek(frame)
        except EOFError:
            return pages or [0]
        except _DECODING_ERRORS as error:
            raise _truncated(image) from error
        # Reduced copies of a page, and masks, are frames too.
        if not int(image.tag_v2.get(_TIFF_SUBFILE_TYPE, 0)) & _TIFF_NO_PAGE:
            pages.append(frame)
        frame += 1
    raise too_many_pages()


def _truncated(image: Image.Image) -> InputError:
    return InputError(
        "truncated_image",
        f"The {image.format} file is damaged or truncated; send the whole file again.",
    )


def _decode_page(image: Image.Image, index: int, content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of sizes, which are checked here, and of metadata, which is not used.
        warnings.simplefilter("ignore")
        try:
            if index or image.tell():
                image.seek(index)
            _check_size(image, content)
            return _decode(image, content)
        except InputError:
            raise
        except _DECODING_ERRORS as error:
            raise _truncated(image) from error


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise InputError("image_too_large", _too_large("The image")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InputError(
            "unsupported_image",
            "The file is not an image in a supported format; send a PNG, JPEG, HEIC, WebP, AVIF, "
            "GIF, BMP, TIFF or PDF.",
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


def _decode(image: Image.Image, content: bytes) -> Image.Image:
    width, height = image.size
    if image.getexif().get(_EXIF_ORIENTATION) in _TRANSPOSED:
        width, height = height, width
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image = _load_jpeg(image, content)
    elif image.format in _ANIMATED_FORMATS:
        image = load_fullest_frame(image)
    image.load()
    upright = ImageOps.exif_transpose(image)
    upright.info[FULL_SIZE_KEY] = width, height
    return upright


def _load_jpeg(image: Image.Image, content: bytes) -> Image.Image:
    """Return the loaded image, decoded at a reduced size while its longer side allows it."""
    scale = TARGET_SIDE / max(image.size)
    min_size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    image.draft(None, min_size)
    try:
        image.load()
    except OSError:
        return load_truncated_jpeg(content, min_size)
    return image
