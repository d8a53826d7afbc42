"""Damaged and hostile HEIC, PDF, TIFF and animated files end with an image or a clear error."""

import io
import re
import struct
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.settings import ROOT
from model import InputError, decode_image, decode_pages
from model.preprocessing import isolated_decoder
from model.preprocessing.decoder_process import MAX_HEIC_PIXELS, MAX_PAGES
from tools.sample_strokes import SEVEN, picture

HEIC = (ROOT / "tests" / "data" / "pictures" / "photo.heic").read_bytes()


def encode(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def pdf(*objects: str, stream: bytes | None = None) -> bytes:
    """Return a PDF of these objects, numbered from 1; a stream is the content of the last one."""
    bodies = [text.encode() for text in objects]
    if stream is not None:
        bodies[-1] += b"\nstream\n" + stream + b"\nendstream"
    content = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(bodies) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (count, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer


def one_page(box: str, stream: bytes = b"") -> bytes:
    return pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R >>",
        f"<< /Length {len(stream)} >>",
        stream=stream,
    )


def decoding_error(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        list(decode_pages(content))
    assert str(caught.value).endswith(".")
    return caught.value


def decode_or_refuse(content: bytes) -> None:
    with suppress(InputError):
        for page in decode_pages(content):
            assert max(page.size) <= 2_000 or page.width * page.height <= 16_000_000


# --- HEIC


@pytest.mark.parametrize("length", [16, 100, 400, len(HEIC) // 2, len(HEIC) - 50])
def test_a_truncated_heic_is_refused(length: int) -> None:
    assert decoding_error(HEIC[:length]).code in ("truncated_image", "unsupported_image")


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_heic_is_decoded_or_refused(seed: int) -> None:
    rng = np.random.default_rng(seed)
    damaged = np.frombuffer(HEIC, np.uint8).copy()
    places = rng.integers(12, len(damaged), 20)
    damaged[places] = rng.integers(0, 256, len(places))
    decode_or_refuse(damaged.tobytes())


def heic_with_size(width: int, height: int) -> bytes:
    """The photo with another size in all of its `ispe` boxes, whatever it contains."""
    changed = bytearray(HEIC)
    for match in re.finditer(b"ispe", HEIC):
        changed[match.end() + 4 : match.end() + 12] = struct.pack(">II", width, height)
    return bytes(changed)


@pytest.mark.parametrize("size", [(10_000, 6_000), (30_000, 30_000), (2**31, 2**31), (30_000, 1)])
def test_a_heic_with_too_many_pixels_is_refused(size: tuple[int, int]) -> None:
    error = decoding_error(heic_with_size(*size))
    assert error.code in ("image_too_large", "truncated_image")
    if size == (10_000, 6_000):
        assert f"{MAX_HEIC_PIXELS // 10**6} million" in str(error)


# --- PDF


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_pdf_is_decoded_or_refused(seed: int) -> None:
    rng = np.random.default_rng(seed)
    damaged = np.frombuffer(encode(picture(SEVEN), "PDF"), np.uint8).copy()
    places = rng.integers(8, len(damaged), 30)
    damaged[places] = rng.integers(0, 256, len(places))
    decode_or_refuse(damaged.tobytes())


@pytest.mark.parametrize("content", [b"%PDF-1.7 ...", b"%PDF-", b"%PDF-1.4\n" + bytes(5000)])
def test_what_only_begins_like_a_pdf_is_refused(content: bytes) -> None:
    assert decoding_error(content).code == "truncated_image"


def test_a_pdf_with_a_password_is_refused() -> None:
    encrypted = pdf(
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"
    ).replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] "
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"11" * 32 + b"> /U <"
        b"22" * 32 + b"> >>",
    )
    assert decoding_error(encrypted).code == "password_protected"


def test_a_pdf_with_thousands_of_pages_is_refused() -> None:
    kids = " ".join(f"{number} 0 R" for number in range(3, 3003))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"
    many = pdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count 3000 >>",
        *[page] * 3000,
    )
    error = decoding_error(many)
    assert error.code == "too_many_pages"
    assert "3,000 pages" in str(error)


@pytest.mark.parametrize(
    "box", ["0 0 14400 14400", "0 0 1e9 1e9", "0 0 1e6 1", "0 0 0.01 0.01", "0 0 0 0", "9 9 -9 -9"]
)
def test_a_pdf_page_of_any_size_is_drawn_at_a_bounded_size(box: str) -> None:
    with suppress(InputError):
        assert max(decode_image(one_page(box)).size) <= 2_001


def test_a_pdf_with_an_image_of_too_many_pixels_is_drawn_or_refused() -> None:
    image = (
        b"q 100 0 0 100 0 0 cm BI /W 60000 /H 60000 /BPC 8 /CS /RGB /F /RL ID "
        + b"\x81\x00" * 1000
        + b"\x80 EI Q"
    )
    decode_or_refuse(one_page("0 0 100 100", image))


def test_a_pdf_that_contains_itself_is_drawn_or_refused() -> None:
    decode_or_refuse(
        pdf(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
        )
    )


def test_a_page_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_decoder, "PAGE_SECONDS", 0.01)
    error = decoding_error(encode(picture(SEVEN), "PDF"))
    assert error.code == "too_complex"


def test_pages_that_are_not_asked_for_are_not_decoded() -> None:
    pages = decode_pages(
        encode(picture(SEVEN), "PDF", save_all=True, append_images=[picture(SEVEN)] * 3)
    )
    next(pages)
    pages.close()  # ends the process; a process that is left would fail the test with a warning


# --- TIFF and animations


@pytest.mark.parametrize("count", [MAX_PAGES + 1, 2_000])
def test_a_tiff_with_too_many_pages_is_refused(count: int) -> None:
    page = Image.new("1", (20, 20), 1)
    content = encode(page, "TIFF", save_all=True, append_images=[page] * (count - 1))
    assert decoding_error(content).code == "too_many_pages"


def test_a_tiff_whose_pages_form_a_circle_is_decoded_or_refused() -> None:
    content = bytearray(encode(picture(SEVEN), "TIFF"))
    (start,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, start)
    struct.pack_into("<I", content, start + 2 + 12 * entries, start)
    decode_or_refuse(bytes(content))


def test_a_tiff_with_a_damaged_second_page_is_refused() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (300, 300), np.uint8))
    content = encode(noise, "TIFF", save_all=True, append_images=[noise], compression="tiff_lzw")
    assert decoding_error(content[:-90_000] + bytes(10)).code == "truncated_image"


def test_only_the_first_frames_of_a_long_animation_are_decoded() -> None:
    frames = [Image.new("L", (16, 16), 255 - index % 2) for index in range(3_000)]
    content = encode(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=20)
    assert decode_image(content).size == (16, 16)
