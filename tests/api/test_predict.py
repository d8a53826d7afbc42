"""POST /api/predict: an image of a digit, in every format and mode that images come in."""

import httpx
import numpy as np
import pytest
from PIL import Image

from tools.sample_strokes import SEVEN, encoded, picture


def predict(client: httpx.Client, content: bytes, name: str = "digit.png") -> httpx.Response:
    return client.post("/api/predict", files={"file": (name, content)})


def rotated(image: Image.Image) -> bytes:
    """A photo of a camera held sideways: rotated, with the EXIF orientation that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6  # display it rotated by 90 degrees clockwise
    return encoded(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def transparent(image: Image.Image) -> Image.Image:
    """Black strokes on a transparent background."""
    result = Image.new("RGBA", image.size, (0, 0, 0, 0))
    result.paste((0, 0, 0, 255), mask=image.point(lambda level: 255 - level))
    return result


def sixteen_bit(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image, dtype=np.uint16) * 257)


SEVEN_IMAGE = picture(SEVEN)
FILES = {
    "gray PNG": encoded(SEVEN_IMAGE),
    "color JPEG": encoded(picture(SEVEN, mode="RGB"), "JPEG"),
    "CMYK JPEG": encoded(picture(SEVEN, mode="CMYK"), "JPEG"),
    "palette PNG": encoded(picture(SEVEN, mode="P")),
    "one-bit PNG": encoded(picture(SEVEN, mode="1")),
    "16-bit PNG": encoded(sixteen_bit(SEVEN_IMAGE)),
    "transparent PNG": encoded(transparent(SEVEN_IMAGE)),
    "white on black": encoded(SEVEN_IMAGE.point(lambda level: 255 - level)),
    "EXIF-rotated JPEG": rotated(picture(SEVEN, mode="RGB")),
    "WebP": encoded(picture(SEVEN, mode="RGB"), "WEBP"),
    "BMP": encoded(SEVEN_IMAGE, "BMP"),
    "frame with the most ink of an animated GIF": encoded(
        picture([]), "GIF", save_all=True, append_images=[SEVEN_IMAGE, picture([])], duration=100
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_an_image_of_a_seven_is_recognized(client: httpx.Client, name: str) -> None:
    prediction = predict(client, FILES[name]).json()
    assert prediction["text"] == "7"
    assert prediction["source"] == "upload"


def test_the_thumbnail_is_saved(client: httpx.Client) -> None:
    prediction = predict(client, FILES["gray PNG"]).json()
    image = client.get(f"/api/history/{prediction['id']}/image.png")
    assert image.headers["content-type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")


def test_nothing_is_saved_with_save_false(client: httpx.Client) -> None:
    response = client.post(
        "/api/predict", params={"save": "false"}, files={"file": ("7.png", FILES["gray PNG"])}
    )
    assert response.json()["id"] is None
    assert client.get("/api/history").json()["items"] == []


def test_a_blank_page_has_no_digits(client: httpx.Client) -> None:
    prediction = predict(client, encoded(Image.new("L", (300, 300), 255))).json()
    assert prediction["text"] == ""
    assert prediction["digits"] == []
