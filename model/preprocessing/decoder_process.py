"""The process that decodes HEIC and PDF files: python -I decoder_process.py heic|pdf < file

Both formats are decoded by large C and C++ libraries, for which a hostile file may take any time
and memory, or crash them. In a process of its own, with limits, that costs one error message.

It writes each page as a line of JSON and, unless that has an "error", the pixels of an RGB image.
It imports no module of Inkling, so that it starts quickly.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

from PIL import Image

MAX_HEIC_PIXELS = 50_000_000  # a 48-megapixel photo
MAX_SIDE = 20_000  # pixels
MAX_PAGES = 20
TARGET_SIDE = 1_000  # pixels; as of `to_rgb`
PDF_SIDE = 2_000  # pixels of the longer side at which a page is drawn
_MAX_BYTES = 1024 * 2**20  # address space: twice what a 48-megapixel photo takes
_MAX_SECONDS = 60  # processor time for a whole file


def main() -> None:
    """Decode the file on standard input."""
    for kind, limit in (
        (resource.RLIMIT_AS, _MAX_BYTES),
        (resource.RLIMIT_CPU, _MAX_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):  # macOS has no limit of the address space
            resource.setrlimit(kind, (limit, limit))
    content = sys.stdin.buffer.read()
    pages = _pdf_pages(content) if sys.argv[1] == "pdf" else iter([_decode_heic(content)])
    for image, full_size in pages:
        header = {"size": image.size, "full_size": full_size}
        sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + image.tobytes())
        sys.stdout.buffer.flush()


def _fail(error: str, **details: int) -> NoReturn:
    sys.stdout.buffer.write(json.dumps({"error": error, **details}).encode() + b"\n")
    sys.stdout.buffer.flush()
    sys.exit(0)


def _decode_heic(content: bytes) -> tuple[Image.Image, tuple[int, int]]:
    """Return the main image, upright and reduced, and its size in the file."""
    import pi_heif

    options = {"thumbnails": False, "depth_images": False, "aux_images": False}
    pi_heif.register_heif_opener(decode_threads=1, **options)
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=["HEIF"])
        width, height = image.size
        if width * height > MAX_HEIC_PIXELS or max(width, height) > MAX_SIDE:
            _fail("too_large", width=width, height=height)
        image.load()
    except MemoryError:
        _fail("too_complex")
    except Exception:  # whatever the library raises for a damaged file
        _fail("damaged")
    full_size = image.size
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.reduce(max(1, max(full_size) // TARGET_SIDE)).convert("RGB"), full_size


def _pdf_pages(content: bytes) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Yield each page and its size in points (1/72 inch)."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        _fail("password" if "assword" in str(error) else "damaged")
    if count > MAX_PAGES:
        _fail("too_many_pages", count=count)
    if not count:
        _fail("damaged")
    for index in range(count):
        try:
            page = document[index]
            width, height = page.get_size()
            bitmap = page.render(scale=PDF_SIDE / max(width, height), rev_byteorder=True)
            image = bitmap.to_pil().convert("RGB")
            page.close()
        except MemoryError:
            _fail("too_complex")
        except Exception:
            _fail("damaged")
        yield image, (max(1, round(width)), max(1, round(height)))


if __name__ == "__main__":
    main()
