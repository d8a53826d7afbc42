"""The shadow predicts what is saved, unseen; where it differs is a filter of the review."""

import json
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import numpy as np
import pytest

from core.settings import ROOT
from db.model_registry import ModelVersion
from db.version_predictions import Shadow, VersionPrediction
from model.network import NETWORK_FILE
from services.predictions import PredictionService
from services.shadow import ShadowPredictor
from tools.sample_strokes import FOUR, SEVEN

METADATA = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
COMMITTED = METADATA["version"]


@pytest.fixture
def candidate(service: PredictionService) -> str:
    """A version that predicts as the committed one does."""
    metadata = METADATA | {"version": "candidate"}
    model = ModelVersion("candidate", datetime(2026, 12, 1, tzinfo=UTC), metadata)
    service.store.models.add(model, NETWORK_FILE.read_bytes())
    return "candidate"


@pytest.fixture
def shadow(service: PredictionService) -> ShadowPredictor:
    """The shadow of the service, without its thread."""
    predictor = ShadowPredictor(service)
    service.on_saved = predictor.submit
    return predictor


def start(client: httpx.Client, version: str, **body: int) -> httpx.Response:
    return client.post(f"/api/models/{version}/shadow", json=body)


def draw(client: httpx.Client, strokes: object, **more: object) -> UUID:
    response = client.post("/api/strokes", json={"strokes": strokes, **more}).raise_for_status()
    return UUID(response.json()["id"])


def predict_all(shadow: ShadowPredictor) -> None:
    shadow.predict_waiting(saved_before=time.monotonic() + 1)


def versions(client: httpx.Client, id: UUID) -> list[tuple[str, str]]:
    response = client.get(f"/api/review/{id}/versions").raise_for_status()
    return [(item["version"], item["text"]) for item in response.json()["items"]]


def add_other(service: PredictionService, id: UUID, text: str, version: str = "candidate") -> None:
    """Store what a version predicts."""
    stored = service.store.get(id)
    assert stored is not None
    differs = stored.text != text
    service.store.version_predictions.save([VersionPrediction(id, version, text, 0.9, differs)])


def test_the_shadow_predicts_what_is_saved_beside_the_served_model(
    client: httpx.Client, shadow: ShadowPredictor, candidate: str
) -> None:
    before = draw(client, SEVEN)
    answer = start(client, candidate, days=2).raise_for_status().json()
    left = datetime.fromisoformat(answer["until"]) - datetime.fromisoformat(answer["started"])
    assert (answer["version"], left) == (candidate, timedelta(days=2))
    shadow.take_up()
    drawing = draw(client, FOUR)
    predict_all(shadow)
    assert versions(client, drawing) == [(candidate, "4")]
    assert versions(client, before) == []
    record = client.get(f"/api/history/{drawing}").json()
    assert (record["text"], record["model"]) == ("4", COMMITTED)
    assert client.get("/api/models/predictions").json()["shadow"]["version"] == candidate


def test_an_image_is_predicted_glyph_by_glyph(
    client: httpx.Client, shadow: ShadowPredictor, candidate: str
) -> None:
    start(client, candidate).raise_for_status()
    shadow.take_up()
    photo = (ROOT / "docs" / "seven.png").read_bytes()
    response = client.post("/api/predict", files={"file": ("a.png", photo)}).raise_for_status()
    predict_all(shadow)
    assert response.json()["text"] == "7"
    assert versions(client, UUID(response.json()["id"])) == [(candidate, "7")]


def test_of_a_drawing_that_goes_on_only_its_last_state_is_predicted(
    client: httpx.Client, service: PredictionService, shadow: ShadowPredictor, candidate: str
) -> None:
    start(client, candidate).raise_for_status()
    shadow.take_up()
    seven, four = ([np.array(stroke) for stroke in strokes] for strokes in (SEVEN, FOUR))
    first = service.predict_strokes(seven)
    service.predict_strokes(four, id=first.record.id)
    predict_all(shadow)
    assert versions(client, first.record.id) == [(candidate, "4")]


def test_what_a_killed_process_left_is_found_by_another(
    client: httpx.Client, service: PredictionService, shadow: ShadowPredictor, candidate: str
) -> None:
    start(client, candidate).raise_for_status()
    shadow.take_up()
    drawing = draw(client, SEVEN)  # `shadow` never predicts it
    other = ShadowPredictor(service)
    other.take_up()
    other.catch_up()
    predict_all(other)
    assert versions(client, drawing) == [(candidate, "7")]


def test_it_ends_at_its_time_on_request_and_with_its_adoption(
    client: httpx.Client, service: PredictionService, shadow: ShadowPredictor, candidate: str
) -> None:
    def is_predicted() -> bool:
        shadow.take_up()
        drawing = draw(client, SEVEN)
        predict_all(shadow)
        return versions(client, drawing) != []

    start(client, candidate).raise_for_status()
    assert is_predicted()
    assert client.delete("/api/models/shadow").status_code == 204
    assert not is_predicted()
    assert client.get("/api/models/predictions").json()["shadow"] is None
    past = datetime.now(UTC) - timedelta(minutes=1)
    service.store.version_predictions.set_shadow(Shadow(candidate, past, past))
    assert not is_predicted()
    start(client, candidate).raise_for_status()
    assert is_predicted()
    client.post(f"/api/models/{candidate}/adopt", json={}).raise_for_status()
    assert not is_predicted()


def test_what_cannot_be_the_shadow_is_refused(
    client: httpx.Client, service: PredictionService
) -> None:
    assert start(client, "unknown").status_code == 404
    assert start(client, COMMITTED, days=31).status_code == 422
    metadata = METADATA | {"version": "damaged"}
    damaged = ModelVersion("damaged", datetime(2026, 12, 1, tzinfo=UTC), metadata)
    service.store.models.add(damaged, b"no network")
    assert start(client, "damaged").json()["error"]["code"] == "model_is_damaged"
    assert client.get("/api/models/predictions").json()["shadow"] is None


def test_where_they_differ_is_a_filter_of_the_review(
    client: httpx.Client, service: PredictionService
) -> None:
    seven, four, other = draw(client, SEVEN), draw(client, FOUR), draw(client, SEVEN)
    for id, text in ((seven, "1"), (four, "4"), (other, "2")):
        add_other(service, id, text)
    page = client.get("/api/review?differs=candidate").raise_for_status().json()
    assert [(item["id"], item["text"], item["other_text"]) for item in page["items"]] == [
        (str(other), "7", "2"),
        (str(seven), "7", "1"),
    ]
    assert client.get("/api/review/count?differs=candidate").json()["count"] == 2
    assert client.get("/api/review?differs=another").json()["items"] == []
    assert client.get("/api/review").json()["items"][0]["other_text"] is None
    client.put(f"/api/history/{other}/label", json={"text": "2"}).raise_for_status()
    unlabelled = client.get("/api/review?differs=candidate&labelled=false").json()
    assert [item["id"] for item in unlabelled["items"]] == [str(seven)]


def test_accuracy_of_versions_is_on_the_same_drawings(
    client: httpx.Client, service: PredictionService
) -> None:
    drawings = [draw(client, strokes) for strokes in (SEVEN, FOUR, SEVEN, FOUR)]
    for id, label in zip(drawings, "7119", strict=True):  # stored: 7, 4, 7, 4
        client.put(f"/api/history/{id}/label", json={"text": label}).raise_for_status()
    for id, text in zip(drawings[:3], "711", strict=True):
        add_other(service, id, text)
    add_other(service, drawings[3], "4", "another")
    answer = client.get("/api/models/predictions").raise_for_status().json()
    counts = {"drawings": 3, "right": 3, "stored_right": 1, "won": 2, "lost": 0}
    none = {"drawings": 1, "right": 0, "stored_right": 0, "won": 0, "lost": 0}
    assert answer["accuracy"] == [
        {"version": "another", **none},
        {"version": "candidate", **counts},
    ]
    assert answer["all"] is True
