"""What the review page needs: thumbnails, counts, reliability, explanations, data sets."""

import base64
import io
import zipfile
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from tools.sample_strokes import FOUR, ONE, SEVEN, Stroke, encoded, picture

THREE_DIGITS = [
    [[x * 0.5 + 80 * index, y * 0.5 + 70] for x, y in stroke]
    for index, digit in enumerate((SEVEN, ONE, SEVEN))
    for stroke in digit
]


def draw(client: httpx.Client, strokes: list[Stroke], label: str | None = None) -> dict[str, Any]:
    prediction: dict[str, Any] = client.post("/api/strokes", json={"strokes": strokes}).json()
    if label is not None:
        path = f"/api/history/{prediction['id']}/label"
        client.put(path, json={"text": label}).raise_for_status()
    return prediction


def fetch_arrays(client: httpx.Client, **query: Any) -> dict[str, np.ndarray]:
    response = client.get("/api/review/dataset.npz", params=query).raise_for_status()
    with np.load(io.BytesIO(response.content)) as file:
        return dict(file)


def fetch_glyphs(client: httpx.Client, id: str) -> list[bytes]:
    stored = client.get(f"/api/history/{id}/explain").json()["kept"]
    return [base64.b64decode(digit["glyph"]) for digit in stored]


def test_a_page_holds_its_thumbnails(client: httpx.Client) -> None:
    id = draw(client, SEVEN)["id"]
    (item,) = client.get("/api/review").json()["items"]
    assert (
        item.pop("image")
        == base64.b64encode(client.get(f"/api/history/{id}/image.png").content).decode()
    )
    whole = client.get(f"/api/history/{id}").json()
    assert whole.pop("corrections") == []
    assert item.pop("other_text") is None
    assert item == whole


def test_pages_of_thumbnails_follow_each_other(client: httpx.Client) -> None:
    ids = [draw(client, ONE)["id"] for _ in range(3)]
    first = client.get("/api/review", params={"limit": 2}).json()
    second = client.get("/api/review", params={"limit": 2, "before": first["next"]}).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


def test_the_count_is_of_matching_predictions(client: httpx.Client) -> None:
    draw(client, ONE)
    draw(client, SEVEN, "7")
    draw(client, ONE, "4")

    def count(**query: int | bool) -> tuple[int, int, int]:
        content = client.get("/api/review/count", params=query).json()
        assert content["all"]
        return content["count"], content["labelled"], content["right"]

    assert count() == (3, 2, 1)
    assert count(labelled=True) == (2, 2, 1)
    assert count(labelled=False) == (1, 0, 0)
    assert count(wrong=True) == (1, 1, 0)
    assert count(wrong=False) == (1, 1, 1)
    assert count(digit=1) == (2, 1, 0)


def test_strokes_are_returned_as_they_were_drawn(client: httpx.Client) -> None:
    id = draw(client, FOUR)["id"]
    assert client.get(f"/api/history/{id}/strokes").json() == {"strokes": FOUR}


def test_an_image_has_no_strokes(client: httpx.Client) -> None:
    files = {"file": ("7.png", encoded(picture(SEVEN)))}
    id = client.post("/api/predict", files=files).json()["id"]
    assert client.get(f"/api/history/{id}/strokes").json() == {"strokes": []}
    assert client.get(f"/api/history/{id}/explain").json()["text"] == "7"


def test_an_explanation_has_the_stored_and_the_current_prediction(
    client: httpx.Client,
) -> None:
    prediction = draw(client, SEVEN)
    explanation = client.get(f"/api/history/{prediction['id']}/explain").json()
    (current,), (stored,) = explanation["again"], explanation["kept"]
    assert (explanation["text"], explanation["model"]) == (prediction["text"], prediction["model"])
    assert stored["heat"] is None
    assert current["glyph"] == stored["glyph"]
    probabilities = prediction["digits"][0]["probabilities"]
    assert current["probabilities"] == pytest.approx(probabilities, abs=1e-6)
    heat = np.frombuffer(base64.b64decode(current["heat"]), np.uint8)
    assert heat.size == 28 * 28
    assert heat.max() > heat.min()


@pytest.mark.parametrize("resource", ["strokes", "explain"])
def test_a_deleted_prediction_has_no_explanation(client: httpx.Client, resource: str) -> None:
    id = draw(client, ONE)["id"]
    client.delete(f"/api/history/{id}")
    response = client.get(f"/api/history/{id}/{resource}")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_the_npz_data_set_has_the_layout_of_mnist(client: httpx.Client) -> None:
    draw(client, ONE)
    seven, one = draw(client, SEVEN, "7")["id"], draw(client, ONE, "4")["id"]
    data = fetch_arrays(client)
    assert {name: (part.dtype.str, part.shape) for name, part in data.items()} == {
        "x_train": ("|u1", (2, 28, 28)),
        "y_train": ("|u1", (2,)),
        "x_test": ("|u1", (0, 28, 28)),
        "y_test": ("|u1", (0,)),
    }
    assert data["y_train"].tolist() == [4, 7]
    assert [x.tobytes() for x in data["x_train"]] == fetch_glyphs(client, one) + fetch_glyphs(
        client, seven
    )


def test_a_labelled_number_contributes_each_of_its_digits(client: httpx.Client) -> None:
    id = draw(client, THREE_DIGITS, "717")["id"]
    assert fetch_arrays(client)["y_train"].tolist() == [7, 1, 7]
    client.put(f"/api/history/{id}/label", json={"text": "7?7"})
    assert fetch_arrays(client)["y_train"].tolist() == [7, 7]
    client.put(f"/api/history/{id}/label", json={"text": "71"})
    assert fetch_arrays(client)["x_train"].shape == (0, 28, 28)


def test_the_zip_data_set_has_one_folder_per_digit(client: httpx.Client) -> None:
    seven = draw(client, SEVEN, "7")["id"]
    response = client.get("/api/review/dataset.zip").raise_for_status()
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == [f"7/{seven}-0.png"]
        image = Image.open(io.BytesIO(archive.read(archive.namelist()[0])))
    assert [image.tobytes()] == fetch_glyphs(client, seven)


def test_a_data_set_holds_only_matching_predictions(client: httpx.Client) -> None:
    draw(client, SEVEN, "7")
    draw(client, ONE, "4")
    assert fetch_arrays(client, wrong=True)["y_train"].tolist() == [4]


def test_reliability_compares_confidence_with_accuracy(client: httpx.Client) -> None:
    right, wrong = draw(client, SEVEN, "7"), draw(client, SEVEN, "1")
    draw(client, SEVEN)
    confidence = (right["confidence"] + wrong["confidence"]) / 2
    reliability = client.get("/api/review/reliability").json()
    assert (reliability["digits"], reliability["all"]) == (2, True)
    (filled,) = [bin for bin in reliability["bins"] if bin["digits"]]
    assert filled["lowest"] <= confidence <= filled["lowest"] + 0.1
    assert (filled["digits"], filled["right"]) == (2, 1)
    assert filled["confidence"] == pytest.approx(confidence)


def test_the_accuracy_report_is_of_matching_labels(client: httpx.Client) -> None:
    for strokes, label in ((SEVEN, "7"), (SEVEN, "1"), (ONE, "1"), (ONE, None)):
        draw(client, strokes, label)
    report = client.get("/api/review/accuracy").json()
    assert report["accuracy"] == {"labelled": 3, "right": 2, "share": 2 / 3}
    assert list(report["by_model"].values()) == [report["accuracy"]]
    assert sum(part["labelled"] for part in report["by_slot"].values()) == 3
    assert {(c["true"], c["read"]): c["count"] for c in report["confusion"]} == {
        ("1", "1"): 1,
        ("1", "7"): 1,
        ("7", "7"): 1,
    }
    assert report["reliability"]["digits"] == 3
    effects = [(e["label"], e["text"], e["before"], e["after"]) for e in report["newest_labels"]]
    assert effects == [("1", "1", 1 / 2, 2 / 3), ("1", "7", 1, 1 / 2), ("7", "7", None, 1)]
    assert report["all"]
    later = {"since": "2100-01-01T00:00:00Z"}
    assert client.get("/api/review/accuracy", params=later).json()["newest_labels"] == []
    summary = client.get("/api/history/summary").json()
    (day,) = summary["days"]
    assert summary["days_by_source"] == {day: {"pad": 4}}
    assert summary["days_by_model"] == {day: summary["models"]}


def test_filters_find_the_predictions_of_a_confusion_matrix_cell(client: httpx.Client) -> None:
    number = draw(client, THREE_DIGITS, "747")["id"]
    one = draw(client, ONE, "4")["id"]
    draw(client, ONE, "1")
    draw(client, ONE, "44")

    def list_ids(**query: str) -> list[str]:
        items = client.get("/api/review", params=query).raise_for_status().json()["items"]
        return [item["id"] for item in items]

    assert list_ids(confused="4>1") == [one, number]
    assert list_ids(confused="7>7") == [number]
    assert list_ids(confused="1>4") == []
    assert list_ids(label="4") == [one]
