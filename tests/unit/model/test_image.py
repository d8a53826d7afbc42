"""Image files are decoded in any common format and mode, or refused with a clear error."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from model import InputError, decode_image
from model.preprocessing.decode import MAX_PIXELS, full_size
from model.preprocessing.rgb import to_rgb


def encode(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def seven(mode: str = "L", size: tuple[int, int] = (120, 160)) -> Image.Image:
    """A dark 7 on white, upright."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    scale = size[0] / 120
    path = [(x * scale, y * scale) for x, y in ((30, 40), (90, 40), (55, 130))]
    draw.line(path, fill=0, width=round(10 * scale), joint="curve")
    return image.convert(mode)


def png_with_header(width: int, height: int, depth: int = 8, rows: bytes = b"") -> bytes:
    """A gray PNG whose header claims this size, whatever it contains."""

    def chunk(type: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(type + data)
        return struct.pack(">I", len(data)) + type + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def decoding_error(content: bytes) -> InputError:
    with pytest.raises(InputError) as raised:
        decode_image(content)
    assert str(raised.value).endswith(".")
    return raised.value


def test_an_empty_file_is_refused() -> None:
    assert decoding_error(b"").code == "empty_file"


@pytest.mark.parametrize("content", [b"hello", bytes(1000), b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_not_an_image_is_refused(content: bytes) -> None:
    assert decoding_error(content).code == "unsupported_image"


@pytest.mark.parametrize("head", ["", "<?xml version='1.0'?>\n", "\ufeff  "])
def test_the_error_for_an_svg_names_the_format(head: str) -> None:
    svg = head + "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0L9 9'/></svg>"
    error = decoding_error(svg.encode())
    assert error.code == "unsupported_image"
    assert "SVG" in str(error)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_truncated_image_is_refused(format: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8))
    content = encode(noise, format)
    error = decoding_error(content[: len(content) // 2])
    assert error.code in ("truncated_image", "unsupported_image")
    if format in ("PNG", "JPEG"):
        assert error.code == "truncated_image"


@pytest.mark.parametrize("size", [(30_000, 30_000), (20_000, 20_000), (60_000, 10), (9_000, 9_000)])
def test_a_decompression_bomb_is_refused_from_its_header(size: tuple[int, int]) -> None:
    error = decoding_error(png_with_header(*size))
    assert error.code == "image_too_large"
    assert f"{MAX_PIXELS // 10**6} million" in str(error)


def test_a_decompression_bomb_in_a_valid_file_is_refused() -> None:
    rows = zlib.compress(bytes(30_000 * (1 + 30_000 // 8)), level=1)
    assert (
        decoding_error(png_with_header(30_000, 30_000, depth=1, rows=rows)).code
        == "image_too_large"
    )


@pytest.mark.parametrize(
    ("mode", "format"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("LA", "PNG"),
        ("RGBA", "PNG"),
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("I;16", "PNG"),
        ("I", "TIFF"),
        ("F", "TIFF"),
        ("YCbCr", "TIFF"),
        ("LAB", "TIFF"),
    ],
)
def test_every_mode_is_converted_to_the_same_pixels(mode: str, format: str) -> None:
    image = seven("L")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image, np.uint16) * 257)
    elif mode == "LAB":
        gray = np.asarray(image)
        flat = np.full_like(gray, 128)
        image = Image.frombytes("LAB", image.size, np.stack([gray, flat, flat], 2).tobytes())
    else:
        image = image.convert(mode)
    pixels = to_rgb(decode_image(encode(image, format)))
    assert pixels.shape == (160, 120, 3)
    assert pixels.dtype == np.uint8
    difference = pixels.astype(int) - np.asarray(seven("RGB"), int)
    assert np.abs(difference).mean() < 4


def test_transparent_pixels_become_white() -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    image.putpixel((3, 4), (0, 0, 0, 255))
    pixels = to_rgb(decode_image(encode(image)))
    assert pixels[4, 3].tolist() == [0, 0, 0]
    assert np.count_nonzero(pixels == 0) == 3
    assert pixels.max() == 255


def test_a_transparent_palette_color_becomes_white() -> None:
    image = Image.new("P", (10, 10), 0)
    image.putpalette([0, 0, 0, 20, 20, 20])
    image.putpixel((5, 5), 1)
    pixels = to_rgb(decode_image(encode(image, transparency=0)))
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[5, 5].tolist() == [20, 20, 20]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_exif_orientation_is_applied(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = seven().transpose(undo[orientation]) if orientation > 1 else seven()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode_image(encode(stored, "JPEG", exif=exif.tobytes(), quality=95))
    assert full_size(image) == (120, 160)
    difference = to_rgb(image)[..., 0].astype(int) - np.asarray(seven(), int)
    assert np.abs(difference).mean() < 4


def test_a_large_photo_is_decoded_at_a_reduced_size_and_reports_its_full_size() -> None:
    photo = seven("RGB", (3024, 4032))
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = photo.transpose(Image.Transpose.ROTATE_90)
    image = decode_image(encode(sideways, "JPEG", exif=exif.tobytes()))
    assert full_size(image) == (3024, 4032)
    assert image.width < 3024
    assert to_rgb(image).shape[0] >= 1000
