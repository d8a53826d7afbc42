"""/api/models/{version}/comparison, with both stores."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from core.settings import Settings
from db import PredictionRecord
from db.model_registry import ModelVersion
from model import Recognizer
from model.network import NETWORK_FILE
from services.model_comparison import pack_comparison
from services.predictions import PredictionService
from tests.cassandra_fixture import RunningCassandra, cassandra
from tests.db.conftest import wait_until_reachable
from tests.db.records import make_record

__all__ = ["cassandra"]

METADATA = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
PICTURE = bytes(range(28)) * 28


@pytest.fixture(scope="module", params=["sqlite", "cassandra"])
def service(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    recognizer: Recognizer,
) -> Iterator[PredictionService]:
    """A service with each store, shared by the tests of this module."""
    folder = tmp_path_factory.mktemp("comparison")
    if request.param == "cassandra":
        running: RunningCassandra = request.getfixturevalue("cassandra")
        settings = running.settings(folder, secret_file=folder / "secret")
    else:
        settings = Settings(
            history="sqlite",
            history_file=folder / "history.sqlite3",
            secret_file=folder / "secret",
        )
    service = PredictionService(settings, recognizer)
    wait_until_reachable(service.store)
    yield service
    service.close()


def add_model(service: PredictionService, version: str, comparison: dict[str, Any] | None) -> None:
    """Add a copy of the committed network."""
    if comparison is not None:
        service.store.models.save_comparison(version, pack_comparison(comparison))
    metadata = METADATA | {"version": version}
    model = ModelVersion(version, datetime(2026, 12, 1, tzinfo=UTC), metadata)
    service.store.models.add(model, NETWORK_FILE.read_bytes())


def save(service: PredictionService, text: str) -> PredictionRecord:
    """Save a prediction."""
    record = make_record(text)
    service.store.save(record)
    return record


def correction(record: PredictionRecord, digit: int = 0, **more: object) -> dict[str, object]:
    """A digit of a stored prediction, as a training writes it."""
    glyph = record.digits[digit].glyph
    return {
        "set": "held-out corrections",
        "index": 0,
        "label": "7",
        "served": "1",
        "candidate": "7",
        "confidence": 0.75,
        "outcome": "fixed",
        "id": str(record.id),
        "digit": digit,
        "checksum": zlib.crc32(glyph),
        **more,
    }


def comparison(*drawings: dict[str, object]) -> dict[str, Any]:
    """What a training has compared."""
    return {
        "served": {"version": METADATA["version"], "microseconds": 151.5, "bytes": 90_000},
        "candidate": {"version": "candidate", "microseconds": 150.0, "bytes": 90_100},
        "sets": [
            {"name": "held-out corrections", "samples": 52, "before": 35, "after": 51}
            | {"won": 16, "lost": 0},
            {"name": "MNIST test", "samples": 10_000, "before": 9_980, "after": 9_970}
            | {"won": 2, "lost": 12},
        ],
        "confusions": {"corrections": [["7", "1", 12, 3]], "standard": [["7", "7", 1000, 998]]},
        "outcomes": {"fixed": 18, "broken": 12, "both_wrong": 1},
        "drawings": list(drawings),
    }


def test_a_comparison_has_figures_confusions_speed_and_drawings(
    client: httpx.Client, service: PredictionService
) -> None:
    record = save(service, "47")
    example = correction(record, set="MNIST test", outcome="broken")
    for name in ("id", "digit", "checksum"):
        del example[name]
    example["picture"] = b64encode(PICTURE).decode()
    add_model(service, "candidate", comparison(correction(record, 1), example))
    response = client.get("/api/models/candidate/comparison").raise_for_status()
    found = response.json()["comparison"]
    assert found["served"]["version"] == METADATA["version"]
    assert (found["candidate"]["microseconds"], found["candidate"]["bytes"]) == (150.0, 90_100)
    corrections, mnist = found["sets"]
    assert (corrections["served"], corrections["candidate"]) == (35, 51)
    assert (corrections["worse"], mnist["worse"]) == (False, True)
    assert (mnist["won"], mnist["lost"], mnist["noise"]) == (2, 12, 7.33)
    assert found["confusions"] == {
        "corrections": [{"true": "7", "read": "1", "served": 12, "candidate": 3}],
        "standard": [{"true": "7", "read": "7", "served": 1000, "candidate": 998}],
    }
    assert found["outcomes"] == {"fixed": 18, "broken": 12, "both_wrong": 1}
    stored, of_mnist = found["drawings"]
    assert (stored["id"], stored["digit"], of_mnist["id"]) == (str(record.id), 1, None)
    assert b64decode(stored["picture"]) == record.digits[1].glyph
    assert b64decode(of_mnist["picture"]) == PICTURE
    assert found["missing"] == 0


def test_deleted_and_changed_drawings_are_left_out(
    client: httpx.Client, service: PredictionService
) -> None:
    deleted, changed, shorter, same = (save(service, "7") for _ in range(4))
    drawings = (
        correction(deleted),
        correction(changed, checksum=1),
        correction(shorter) | {"digit": 1},
        correction(same),
    )
    add_model(service, "older", comparison(*drawings))
    service.store.delete(deleted.id)
    found = client.get("/api/models/older/comparison").raise_for_status().json()["comparison"]
    assert [drawing["id"] for drawing in found["drawings"]] == [str(same.id)]
    assert found["missing"] == 3


def test_a_model_without_a_comparison_has_none(
    client: httpx.Client, service: PredictionService
) -> None:
    add_model(service, "without", None)
    for version in ("without", METADATA["version"]):
        response = client.get(f"/api/models/{version}/comparison").raise_for_status()
        assert response.json() == {"comparison": None}
    assert client.get("/api/models/unknown/comparison").status_code == 404
