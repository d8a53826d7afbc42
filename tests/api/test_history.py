"""The history over HTTP: pages, filters, labels, deletion, similar drawings, summary, export."""

import csv
import io
from typing import Any

import httpx

from db import open_store
from services.predictions import PredictionService
from tests.db.records import make_record
from tools.sample_strokes import FOUR, ONE, SEVEN, encoded, picture


def draw(client: httpx.Client, strokes: Any) -> dict[str, Any]:
    prediction: dict[str, Any] = client.post("/api/strokes", json={"strokes": strokes}).json()
    return prediction


def list_ids(client: httpx.Client, **query: Any) -> list[str]:
    return [item["id"] for item in client.get("/api/history", params=query).json()["items"]]


def test_newest_first(client: httpx.Client) -> None:
    ids = [draw(client, strokes)["id"] for strokes in (ONE, FOUR, SEVEN)]
    assert list_ids(client) == ids[::-1]


def test_pages_follow_each_other_without_gap_or_repetition(client: httpx.Client) -> None:
    ids = [draw(client, ONE)["id"] for _ in range(7)]
    seen: list[str] = []
    before = None
    while True:
        query = {"limit": 3, **({"before": before} if before else {})}
        page = client.get("/api/history", params=query).json()
        seen += [item["id"] for item in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert seen == ids[::-1]


def test_the_history_holds_the_prediction_that_was_answered(client: httpx.Client) -> None:
    prediction = draw(client, SEVEN)
    stored = client.get(f"/api/history/{prediction['id']}").json()
    assert stored == {**prediction, "corrections": []}
    assert client.get("/api/history").json()["items"] == [prediction]


def test_filters(client: httpx.Client) -> None:
    one, four = draw(client, ONE), draw(client, FOUR)
    files = {"file": ("7.png", encoded(picture(SEVEN)))}
    seven = client.post("/api/predict", files=files).json()
    client.put(f"/api/history/{four['id']}/label", json={"text": "9"})
    client.put(f"/api/history/{one['id']}/label", json={"text": "1"})
    assert list_ids(client, text="4") == [four["id"]]
    assert list_ids(client, digit=7) == [seven["id"]]
    assert list_ids(client, source="upload") == [seven["id"]]
    assert list_ids(client, labelled=True) == [four["id"], one["id"]]
    assert list_ids(client, labelled=False) == [seven["id"]]
    assert list_ids(client, wrong=True) == [four["id"]]
    assert list_ids(client, wrong=False) == [one["id"]]
    assert list_ids(client, verdict="not_a_digit") == []
    assert list_ids(client, model=one["model"], digit=1) == [one["id"]]
    assert list_ids(client, since=four["created"]) == [seven["id"], four["id"]]
    assert list_ids(client, until=four["created"]) == [one["id"]]
    assert list_ids(client, min_confidence=0, max_confidence=1, digit=4) == [four["id"]]


def test_a_label_can_be_set_and_removed(client: httpx.Client) -> None:
    id = draw(client, SEVEN)["id"]
    labelled = client.put(f"/api/history/{id}/label", json={"text": "1", "by": "Ada"}).json()
    assert (labelled["label"], labelled["labelled_by"]) == ("1", "Ada")
    assert labelled["labelled_at"] is not None
    assert client.get(f"/api/history/{id}").json()["label"] == "1"
    assert client.put(f"/api/history/{id}/label", json={"text": None}).json()["label"] is None
    prediction = client.get(f"/api/history/{id}").json()
    assert prediction["label"] is None
    corrections = [(item["text"], item["by"]) for item in prediction["corrections"]]
    assert corrections == [("1", "Ada"), (None, None)]
    assert prediction["corrections"][0]["at"] == labelled["labelled_at"]


def test_a_label_that_would_replace_an_unseen_one_is_a_conflict(client: httpx.Client) -> None:
    path = f"/api/history/{draw(client, SEVEN)['id']}/label"
    first = client.put(path, json={"text": "1", "by": "Ada", "replaces": None}).json()
    response = client.put(path, json={"text": "9", "by": "Bob", "replaces": None})
    assert response.status_code == 409
    content = response.json()
    assert content["error"]["code"] == "label_conflict"
    assert content["prediction"] == first
    again = client.put(path, json={"text": "1", "by": "Ada", "replaces": None})
    assert again.json() == first
    replaced = {"text": "9", "by": "Bob", "replaces": first["labelled_at"]}
    assert client.put(path, json=replaced).json()["label"] == "9"
    assert client.put(path, json={"text": "4"}).json()["label"] == "4"
    assert client.put(path, json={"text": "4", "replaces": "soon"}).status_code == 422


def test_a_prediction_can_be_deleted(client: httpx.Client) -> None:
    deleted, other = draw(client, ONE)["id"], draw(client, FOUR)["id"]
    assert client.delete(f"/api/history/{deleted}").status_code == 204
    assert client.get(f"/api/history/{deleted}").status_code == 404
    assert client.delete(f"/api/history/{deleted}").status_code == 404
    assert list_ids(client) == [other]


def test_the_most_similar_drawing_comes_first(client: httpx.Client) -> None:
    same, _, four = draw(client, SEVEN), draw(client, ONE), draw(client, FOUR)
    query = draw(client, [[[x + 3, y] for x, y in stroke] for stroke in SEVEN])
    items = client.get(f"/api/history/{query['id']}/similar").json()["items"]
    assert items[0]["prediction"]["id"] == same["id"]
    assert items[0]["similarity"] > 0.9
    assert four["id"] in {item["prediction"]["id"] for item in items}
    assert query["id"] not in {item["prediction"]["id"] for item in items}


def test_summary(client: httpx.Client) -> None:
    right, wrong = draw(client, SEVEN), draw(client, SEVEN)
    draw(client, ONE)
    client.put(f"/api/history/{right['id']}/label", json={"text": "7"})
    client.put(f"/api/history/{wrong['id']}/label", json={"text": "1"})
    summary = client.get("/api/history/summary").json()
    assert summary["total"] == 3
    assert summary["digits"]["7"] == 2
    assert summary["digits"]["1"] == 1
    assert summary["accuracy"] == {"labelled": 2, "right": 1, "share": 0.5}
    assert {"true": "1", "read": "7", "count": 1} in summary["confusion"]
    assert summary["models"] == {right["model"]: 3}


def test_the_export_is_the_history_as_csv(client: httpx.Client) -> None:
    one, seven = draw(client, ONE), draw(client, SEVEN)
    response = client.get("/api/history/export.csv")
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [(row["id"], row["text"]) for row in rows] == [(seven["id"], "7"), (one["id"], "1")]
    filtered = client.get("/api/history/export.csv", params={"digit": 1}).text
    assert [row["id"] for row in csv.DictReader(io.StringIO(filtered))] == [one["id"]]


def test_a_file_damaged_in_the_middle_makes_the_whole_history_unavailable(
    client: httpx.Client, service: PredictionService
) -> None:
    file = service.settings.history_file
    other = open_store(service.settings)
    for number in range(100):
        other.save(make_record(str(number)))
    other.close()
    content = bytearray(file.read_bytes())
    content[len(content) // 4 : len(content) * 3 // 4] = bytes(len(content) // 2)
    file.write_bytes(content)
    requests = [
        ("GET", "/api/health/ready", None),
        ("GET", "/api/history?limit=100", None),
        ("GET", "/api/history/summary", None),
        ("GET", "/api/history/export.csv", None),
        ("POST", "/api/strokes", {"strokes": SEVEN}),
        ("GET", "/api/health/ready", None),
    ]
    for method, path, body in requests[1:] + requests:
        response = client.request(method, path, json=body)
        assert response.status_code == 503, path
        assert f"{file} is damaged" in response.text
    assert client.get("/api/health/ready").json()["status"] == "unavailable"
