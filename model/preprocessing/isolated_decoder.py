"""Decode HEIC and PDF files in a process of their own, with a limit on its time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import IO, Any, Literal

from PIL import Image

from model.errors import InputError
from model.preprocessing.decoder_process import MAX_HEIC_PIXELS, MAX_PAGES, MAX_SIDE

IsolatedFormat = Literal["heic", "pdf"]

PAGE_SECONDS = 20.0  # for a page, on a busy machine; a 48-megapixel photo takes three
_PROGRAM = Path(__file__).with_name("decoder_process.py")
_PDF_MARK = b"%PDF-"
_PDF_MARK_END = 1024  # bytes among which readers look for the mark
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def isolated_format(content: bytes) -> IsolatedFormat | None:
    """Return the format of a file that is decoded in a process of its own, by its content."""
    if _PDF_MARK in content[:_PDF_MARK_END]:
        return "pdf"
    if content[4:8] == b"ftyp":
        size = min(int.from_bytes(content[:4]), 256)
        brands = {content[start : start + 4] for start in (8, *range(16, size, 4))}
        if brands & _HEIC_BRANDS:
            return "heic"
    return None


def decode_isolated(
    content: bytes, format: IsolatedFormat
) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Yield each page as an RGB image, and its full size in pixels (HEIC) or points (PDF).

    Raises InputError for a file that is damaged, protected by a password, too large or too complex,
    and for too many pages.
    """
    # -I: neither the working directory nor the environment changes what is imported.
    process = subprocess.Popen(
        [sys.executable, "-I", str(_PROGRAM), format],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with _deadline(process):
            with suppress(BrokenPipeError):
                process.stdin.write(content)
                process.stdin.close()
            page = _read_page(process.stdout, format)
        if page is None:
            raise _error({"error": "too_complex"}, format)
        while page is not None:
            yield page
            with _deadline(process):
                page = _read_page(process.stdout, format)
        if process.wait() != 0:
            raise _error({"error": "too_complex"}, format)
    finally:
        process.kill()
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()


class _deadline:  # noqa: N801 (used as a function)
    """Kill the process if the block takes longer than PAGE_SECONDS."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._timer = Timer(PAGE_SECONDS, process.kill)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()


def _read_page(
    stream: IO[bytes], format: IsolatedFormat
) -> tuple[Image.Image, tuple[int, int]] | None:
    """Return the next page, or None at the end of the stream."""
    line = stream.readline()
    if not line:
        return None
    header = json.loads(line)
    if "error" in header:
        raise _error(header, format)
    width, height = header["size"]
    pixels = stream.read(3 * width * height)
    if len(pixels) < 3 * width * height:
        raise _error({"error": "too_complex"}, format)
    return Image.frombytes("RGB", (width, height), pixels), tuple(header["full_size"])


def _error(header: dict[str, Any], format: IsolatedFormat) -> InputError:
    name = "PDF" if format == "pdf" else "HEIC"
    match header["error"]:
        case "too_large":
            return InputError(
                "image_too_large",
                f"An image of {header['width']:,}×{header['height']:,} pixels is too large; make "
                f"it smaller, to at most {MAX_HEIC_PIXELS / 1e6:g} million pixels and "
                f"{MAX_SIDE:,} pixels a side.",
            )
        case "too_many_pages":
            return too_many_pages(header["count"])
        case "password":
            return InputError(
                "password_protected",
                "The PDF is protected by a password; save it without one and send it again.",
            )
        case "too_complex":
            return InputError(
                "too_complex",
                f"The {name} file takes too much time or memory to decode; send a picture of the "
                "page instead.",
            )
        case _:
            return InputError(
                "truncated_image",
                f"The {name} file is damaged or truncated; send the whole file again.",
            )


def too_many_pages(count: int | None = None) -> InputError:
    """Return the error for a file of more than MAX_PAGES pages."""
    number = f"{count:,}" if count else f"more than {MAX_PAGES}"
    return InputError(
        "too_many_pages", f"The file has {number} pages; send at most {MAX_PAGES} at a time."
    )
