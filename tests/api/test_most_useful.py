"""The predictions whose labels would teach the network most."""

from typing import Any
from uuid import UUID

import httpx

from db.version_predictions import VersionPrediction
from services.predictions import PredictionService
from tools.sample_strokes import FOUR, ONE, SEVEN, Stroke

SHIFTED_SEVEN = [[[x + 3, y + 2] for x, y in stroke] for stroke in SEVEN]


def draw(client: httpx.Client, strokes: list[Stroke]) -> dict[str, Any]:
    prediction: dict[str, Any] = client.post("/api/strokes", json={"strokes": strokes}).json()
    return prediction


def most_useful(client: httpx.Client, **query: Any) -> dict[str, Any]:
    response = client.get("/api/review/most-useful", params=query).raise_for_status()
    content: dict[str, Any] = response.json()
    return content


def ids(found: dict[str, Any]) -> set[str]:
    return {item["id"] for item in found["items"]}


def test_each_has_its_thumbnail_and_reasons(client: httpx.Client) -> None:
    drawn = draw(client, SEVEN)
    found = most_useful(client)
    (item,) = found["items"]
    (on_page,) = client.get("/api/review").json()["items"]
    assert {name: item[name] for name in on_page} == on_page
    assert item["id"] == drawn["id"]
    assert item["reasons"]
    assert item["likeliest"][0] == "7"
    assert (found["candidates"], found["complete"], found["near_duplicates"]) == (1, True, 0)


def test_what_is_labelled_is_replaced_by_the_next(client: httpx.Client) -> None:
    drawn = {draw(client, strokes)["id"] for strokes in (SEVEN, ONE, FOUR)}
    first = most_useful(client, limit=1)
    (id,) = ids(first)
    client.put(f"/api/history/{id}/label", json={"text": "3"}).raise_for_status()
    second = most_useful(client, limit=2)
    assert ids(second) == drawn - {id}
    for id in ids(second):
        client.put(f"/api/history/{id}/label", json={"text": "3"}).raise_for_status()
    assert most_useful(client)["items"] == []


def test_near_duplicates_are_left_out(client: httpx.Client) -> None:
    draw(client, SEVEN)
    draw(client, SHIFTED_SEVEN)
    four = draw(client, FOUR)
    found = most_useful(client)
    assert len(found["items"]) == 2
    assert four["id"] in ids(found)
    assert found["near_duplicates"] == 1


def test_filters_apply(client: httpx.Client) -> None:
    draw(client, SEVEN)
    four = draw(client, FOUR)
    assert ids(most_useful(client, text="4")) == {four["id"]}
    assert ids(most_useful(client, text="5")) == set()


def test_a_version_that_predicts_another_text_is_a_reason(
    client: httpx.Client, service: PredictionService
) -> None:
    draw(client, ONE)
    seven = UUID(draw(client, SEVEN)["id"])
    version = service.committed_recognizer.version
    other = VersionPrediction(seven, version, "1", 0.9, differs=True)
    service.store.version_predictions.save([other])
    item = most_useful(client)["items"][0]
    assert (item["id"], item["other_text"]) == (str(seven), "1")
    assert "differs" in item["reasons"]


def test_limits_out_of_range_are_refused(client: httpx.Client) -> None:
    for limit in (0, 501):
        assert client.get("/api/review/most-useful", params={"limit": limit}).status_code == 422
