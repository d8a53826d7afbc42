"""What the review page asks: pages with pictures, counts, reliability, explanations, data sets."""

import base64
import io
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tools.sample_strokes import FOUR, ONE, SEVEN, Path, encoded, picture

THREE_DIGITS = [
    [[x * 0.5 + 80 * place, y * 0.5 + 70] for x, y in stroke]
    for place, digit in enumerate((SEVEN, ONE, SEVEN))
    for stroke in digit
]


def draw(client: httpx.Client, strokes: list[Path], label: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/api/strokes", json={"strokes": strokes}).json()
    if label is not None:
        client.put(f"/api/history/{answer['id']}/label", json={"text": label}).raise_for_status()
    return answer


def arrays(client: httpx.Client, **query: Any) -> dict[str, np.ndarray]:
    answer = client.get("/api/review/dataset.npz", params=query).raise_for_status()
    with np.load(io.BytesIO(answer.content)) as file:
        return dict(file)


def glyphs(client: httpx.Client, id: str) -> list[bytes]:
    kept = client.get(f"/api/history/{id}/explain").json()["kept"]
    return [base64.b64decode(digit["glyph"]) for digit in kept]


def test_a_page_brings_its_pictures(client: httpx.Client) -> None:
    id = draw(client, SEVEN)["id"]
    (item,) = client.get("/api/review").json()["items"]
    assert (
        item.pop("image")
        == base64.b64encode(client.get(f"/api/history/{id}/image.png").content).decode()
    )
    whole = client.get(f"/api/history/{id}").json()
    assert whole.pop("corrections") == []
    assert item == whole


def test_pages_with_pictures_follow_each_other(client: httpx.Client) -> None:
    ids = [draw(client, ONE)["id"] for _ in range(3)]
    first = client.get("/api/review", params={"limit": 2}).json()
    second = client.get("/api/review", params={"limit": 2, "before": first["next"]}).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


def test_count_counts_what_fits(client: httpx.Client) -> None:
    draw(client, ONE)
    draw(client, SEVEN, "7")
    assert client.get("/api/review/count").json() == {"count": 2, "all": True}
    assert client.get("/api/review/count", params={"labelled": True}).json()["count"] == 1


def test_strokes_come_back_as_they_were_drawn(client: httpx.Client) -> None:
    id = draw(client, FOUR)["id"]
    assert client.get(f"/api/history/{id}/strokes").json() == {"strokes": FOUR}


def test_a_picture_has_no_strokes(client: httpx.Client) -> None:
    files = {"file": ("7.png", encoded(picture(SEVEN)))}
    id = client.post("/api/predict", files=files).json()["id"]
    assert client.get(f"/api/history/{id}/strokes").json() == {"strokes": []}
    assert client.get(f"/api/history/{id}/explain").json()["text"] == "7"


def test_an_explanation_reads_the_same_ink_again(client: httpx.Client) -> None:
    reading = draw(client, SEVEN)
    explanation = client.get(f"/api/history/{reading['id']}/explain").json()
    (again,), (kept,) = explanation["again"], explanation["kept"]
    assert (explanation["text"], explanation["model"]) == (reading["text"], reading["model"])
    assert kept["heat"] is None
    assert again["glyph"] == kept["glyph"]
    assert again["probabilities"] == pytest.approx(reading["digits"][0]["probabilities"], abs=1e-6)
    heat = np.frombuffer(base64.b64decode(again["heat"]), np.uint8)
    assert heat.size == 28 * 28
    assert heat.max() > heat.min()


@pytest.mark.parametrize("what", ["strokes", "explain"])
def test_what_is_not_there_is_not_explained(client: httpx.Client, what: str) -> None:
    id = draw(client, ONE)["id"]
    client.delete(f"/api/history/{id}")
    answer = client.get(f"/api/history/{id}/{what}")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_data_set_has_the_layout_of_mnist(client: httpx.Client) -> None:
    draw(client, ONE)
    seven, one = draw(client, SEVEN, "7")["id"], draw(client, ONE, "4")["id"]
    data = arrays(client)
    assert {name: (part.dtype.str, part.shape) for name, part in data.items()} == {
        "x_train": ("|u1", (2, 28, 28)),
        "y_train": ("|u1", (2,)),
        "x_test": ("|u1", (0, 28, 28)),
        "y_test": ("|u1", (0,)),
    }
    assert data["y_train"].tolist() == [4, 7]
    assert [x.tobytes() for x in data["x_train"]] == glyphs(client, one) + glyphs(client, seven)


def test_a_number_gives_a_digit_for_each_character_of_its_label(client: httpx.Client) -> None:
    id = draw(client, THREE_DIGITS, "717")["id"]
    assert arrays(client)["y_train"].tolist() == [7, 1, 7]
    client.put(f"/api/history/{id}/label", json={"text": "7?7"})
    assert arrays(client)["y_train"].tolist() == [7, 7]
    client.put(f"/api/history/{id}/label", json={"text": "71"})
    assert arrays(client)["x_train"].shape == (0, 28, 28)


def test_a_data_set_of_pictures_has_a_folder_a_digit(client: httpx.Client) -> None:
    seven = draw(client, SEVEN, "7")["id"]
    answer = client.get("/api/review/dataset.zip").raise_for_status()
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"7/{seven}-0.png"]
        image = Image.open(io.BytesIO(archive.read(archive.namelist()[0])))
    assert [image.tobytes()] == glyphs(client, seven)


def test_a_data_set_is_of_the_filtered_view(client: httpx.Client) -> None:
    draw(client, SEVEN, "7")
    draw(client, ONE, "4")
    assert arrays(client, wrong=True)["y_train"].tolist() == [4]


def test_reliability_compares_confidence_with_truth(client: httpx.Client) -> None:
    right, wrong = draw(client, SEVEN, "7"), draw(client, SEVEN, "1")
    draw(client, SEVEN)
    confidence = (right["confidence"] + wrong["confidence"]) / 2
    answer = client.get("/api/review/reliability").json()
    assert (answer["digits"], answer["all"]) == (2, True)
    (filled,) = [bin for bin in answer["bins"] if bin["digits"]]
    assert filled["lowest"] <= confidence <= filled["lowest"] + 0.1
    assert (filled["digits"], filled["right"]) == (2, 1)
    assert filled["confidence"] == pytest.approx(confidence)


def test_a_cell_of_the_matrix_has_its_readings(client: httpx.Client) -> None:
    number = draw(client, THREE_DIGITS, "747")["id"]
    one = draw(client, ONE, "4")["id"]
    draw(client, ONE, "1")
    draw(client, ONE, "44")

    def listed(**query: str) -> list[str]:
        items = client.get("/api/review", params=query).raise_for_status().json()["items"]
        return [item["id"] for item in items]

    assert listed(confused="4>1") == [one, number]
    assert listed(confused="7>7") == [number]
    assert listed(confused="1>4") == []
    assert listed(label="4") == [one]
