"""POST /api/predict: a picture of a digit, in every form pictures come in."""

import httpx
import numpy as np
import pytest
from PIL import Image

from tools.sample_strokes import FOUR, SEVEN, encoded, picture


def predict(client: httpx.Client, content: bytes, name: str = "digit.png") -> httpx.Response:
    return client.post("/api/predict", files={"file": (name, content)})


def turned(image: Image.Image) -> bytes:
    """A photo of a camera held sideways: turned, with the EXIF word that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned 90 degrees clockwise
    return encoded(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def transparent(image: Image.Image) -> Image.Image:
    """Black ink on nothing."""
    nothing = Image.new("RGBA", image.size, (0, 0, 0, 0))
    nothing.paste((0, 0, 0, 255), mask=image.point(lambda grey: 255 - grey))
    return nothing


def sixteen_bit(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image, dtype=np.uint16) * 257)


SEVEN_PICTURE = picture(SEVEN)
FORMS = {
    "grey PNG": encoded(SEVEN_PICTURE),
    "colour JPEG": encoded(picture(SEVEN, mode="RGB"), "JPEG"),
    "CMYK JPEG": encoded(picture(SEVEN, mode="CMYK"), "JPEG"),
    "palette PNG": encoded(picture(SEVEN, mode="P")),
    "one-bit PNG": encoded(picture(SEVEN, mode="1")),
    "16-bit PNG": encoded(sixteen_bit(SEVEN_PICTURE)),
    "transparent PNG": encoded(transparent(SEVEN_PICTURE)),
    "white on black": encoded(SEVEN_PICTURE.point(lambda grey: 255 - grey)),
    "EXIF-rotated JPEG": turned(picture(SEVEN, mode="RGB")),
    "WebP": encoded(picture(SEVEN, mode="RGB"), "WEBP"),
    "BMP": encoded(SEVEN_PICTURE, "BMP"),
    "first frame of an animated GIF": encoded(
        SEVEN_PICTURE, "GIF", save_all=True, append_images=[picture(FOUR)], duration=100
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_reads_a_seven(client: httpx.Client, form: str) -> None:
    answer = predict(client, FORMS[form]).json()
    assert answer["text"] == "7"
    assert answer["source"] == "upload"


def test_is_kept_with_its_picture(client: httpx.Client) -> None:
    answer = predict(client, FORMS["grey PNG"]).json()
    picture_kept = client.get(f"/api/history/{answer['id']}/image.png")
    assert picture_kept.headers["content-type"] == "image/png"
    assert picture_kept.content.startswith(b"\x89PNG")


def test_is_not_kept_when_told_so(client: httpx.Client) -> None:
    response = client.post(
        "/api/predict", params={"save": "false"}, files={"file": ("7.png", FORMS["grey PNG"])}
    )
    assert response.json()["id"] is None
    assert client.get("/api/history").json()["items"] == []


def test_blank_page_reads_as_nothing(client: httpx.Client) -> None:
    answer = predict(client, encoded(Image.new("L", (300, 300), 255))).json()
    assert answer["text"] == ""
    assert answer["digits"] == []
