"""With a network adopted that somebody brought, everything that shows a prediction still works."""

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np
import pytest

from api.routes.live import LivePredictor
from db.model_registry import ModelVersion
from services.models import Models
from services.predictions import PredictionService
from tests.api.room_connections import WAIT_SECONDS, open_building, until
from tests.custom_networks import TEN, TEN_METADATA
from tests.run_async import run_async
from tools.sample_strokes import FOUR, SEVEN, encoded, picture

VERSION = "class-7b"
SEVEN_POINTS = [[x / 0.3, y / 0.3] for x, y in SEVEN[0]]


@pytest.fixture
def custom_client(client: httpx.Client, service: PredictionService) -> Iterator[httpx.Client]:
    """A client of an API that serves a network that somebody brought."""
    adopt(service)
    yield client
    service.recognizer = service.committed_recognizer


def adopt(service: PredictionService) -> None:
    model = ModelVersion(
        VERSION, datetime(2026, 12, 1, tzinfo=UTC), TEN_METADATA | {"version": VERSION}
    )
    service.store.models.add(model, TEN.read_bytes())
    Models(service).adopt(VERSION, "Ada")


def test_it_is_in_the_list_of_models(custom_client: httpx.Client) -> None:
    models = custom_client.get("/api/models").json()
    assert models["served"] == VERSION
    assert {item["version"]: item["is_custom"] for item in models["items"]} == {
        VERSION: True,
        models["committed"]: False,
    }


def test_drawings_and_images_are_predicted_by_it(custom_client: httpx.Client) -> None:
    drawn = custom_client.post("/api/strokes", json={"strokes": SEVEN}).json()
    files = {"file": ("4.png", encoded(picture(FOUR)))}
    uploaded = custom_client.post("/api/predict", files=files).json()
    assert [(item["text"], item["model"]) for item in (drawn, uploaded)] == [
        ("7", VERSION),
        ("4", VERSION),
    ]


def test_it_is_explained_without_a_heat_map(custom_client: httpx.Client) -> None:
    id = custom_client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    explanation = custom_client.get(f"/api/history/{id}/explain").raise_for_status().json()
    (digit,) = explanation["again"]
    assert (explanation["model"], digit["value"], digit["heat"]) == (VERSION, 7, None)
    assert len(base64.b64decode(digit["glyph"])) == 28 * 28


def test_similar_drawings_are_found_across_models(
    custom_client: httpx.Client, service: PredictionService
) -> None:
    by_it = custom_client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    custom_client.post("/api/strokes", json={"strokes": FOUR})
    Models(service).roll_back(None)
    by_committed = custom_client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    found = custom_client.get(f"/api/history/{by_committed}/similar").json()["items"]
    assert found[0]["prediction"]["id"] == by_it
    assert found[0]["similarity"] == pytest.approx(1, abs=0.02)


def test_one_looks_inside_the_committed_network_and_is_told_so(
    custom_client: httpx.Client, service: PredictionService
) -> None:
    id = custom_client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    (digit,) = custom_client.get(f"/api/history/{id}/explain").json()["again"]
    body = {"glyph": digit["glyph"]}
    inside = custom_client.post("/api/feature-maps", json=body).raise_for_status().json()
    assert inside["is_served"] is False
    assert np.sum(inside["contributions"], axis=1).argmax() == np.argmax(inside["outcomes"]) == 7
    Models(service).roll_back(None)
    assert custom_client.post("/api/feature-maps", json=body).json()["is_served"] is True


def test_nothing_is_trained_from_it(custom_client: httpx.Client) -> None:
    refused = custom_client.post("/api/training-jobs", json={"kind": "fine_tune"})
    assert refused.status_code == 422
    assert "added as a file" in refused.json()["error"]["message"]
    custom_client.post("/api/training-jobs", json={"kind": "predict_history"}).raise_for_status()


def test_the_history_is_predicted_again_with_it(
    custom_client: httpx.Client, service: PredictionService
) -> None:
    files = {"file": ("4.png", encoded(picture(FOUR)))}
    custom_client.post("/api/predict", files=files).raise_for_status()
    (record,) = service.store.page().items
    assert service.predict_again(record).text == "4"
    glyph = np.frombuffer(record.digits[0].glyph, np.uint8).reshape(28, 28)
    ((character, confidence),) = service.recognizer.classify_glyphs([glyph])
    assert character == "4"
    assert 0 < confidence <= 1


def test_live_bars_show_its_predictions(
    custom_client: httpx.Client, service: PredictionService
) -> None:
    assert custom_client
    predictor = LivePredictor(lambda: service.recognizer)
    request = json.dumps({"seq": 1, "strokes": SEVEN})
    answer = json.loads(run_async(predictor.answer(request)))
    assert answer["text"] == "7"
    assert answer["digits"][0]["probabilities"] == pytest.approx(
        service.predict_strokes([np.array(SEVEN[0])], save=False).record.digits[0].probabilities
    )


def test_a_presenter_sees_its_predictions_without_a_heat_map(service: PredictionService) -> None:
    adopt(service)

    async def draw_in_a_room() -> dict[str, Any]:
        async with open_building(service) as building, asyncio.timeout(WAIT_SECONDS):
            session, token = building.rooms.tokens.create_session()
            presenter = building.present(session.code, token)
            await until(lambda: presenter.messages)
            participant = building.join(session.code, 1)
            await until(lambda: participant.messages)
            (member,) = building.rooms.rooms[session.code].participants
            presenter.put(do="watch", members=[member])
            participant.put(ink=[[0, 0, SEVEN_POINTS]])

            def readings() -> list[dict[str, Any]]:
                all_readings = (message.get("readings", {}) for message in presenter.messages)
                found = [item[member] for item in all_readings if item.get(member)]
                return [item for item in found if item.get("digits")]

            await until(readings)
            return readings()[-1]

    prediction = run_async(draw_in_a_room())
    assert prediction["text"] == "7"
    assert prediction["shares"][7] > 50
    assert [digit["heat"] for digit in prediction["digits"]] == [None]
