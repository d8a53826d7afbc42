"""/api/models: the list, adoption, a model that is worse, rollback, and what is served."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from db.model_registry import ModelFigure, ModelVersion
from model import Recognizer
from model.network import NETWORK_FILE, Network
from services.models import Models, noise_of
from services.predictions import PredictionService
from tools.sample_strokes import SEVEN

METADATA = json.loads(NETWORK_FILE.with_suffix(".json").read_text())
COMMITTED = METADATA["version"]
GOOD = ModelFigure("MNIST test", 10_000, 9_977, 9_979, 3.9)
WORSE = ModelFigure("numbers", 600, 598, 580, 5.0)

AddModel = Callable[..., None]


@pytest.fixture
def add_model(service: PredictionService) -> AddModel:
    """Add a copy of the committed network under another name."""

    def add(version: str, *figures: ModelFigure, content: bytes | None = None) -> None:
        model = ModelVersion(
            version,
            datetime(2026, 12, 1, tzinfo=UTC),
            METADATA | {"version": version},
            parent=COMMITTED,
            by="Ada",
            corrections=300,
            figures=figures,
        )
        service.store.models.add(model, content or NETWORK_FILE.read_bytes())

    return add


def served(client: httpx.Client) -> str:
    """The model of a new prediction."""
    model: str = client.post("/api/strokes", json={"strokes": SEVEN}).json()["model"]
    return model


def adopt(client: httpx.Client, version: str, **body: bool) -> httpx.Response:
    return client.post(f"/api/models/{version}/adopt", json=body)


def test_without_an_adoption_the_committed_model_is_served(client: httpx.Client) -> None:
    models = client.get("/api/models").raise_for_status().json()
    assert (models["served"], models["committed"], models["previous"]) == (
        COMMITTED,
        COMMITTED,
        None,
    )
    assert [item["version"] for item in models["items"]] == [COMMITTED]
    assert served(client) == COMMITTED


def test_an_adopted_model_is_served_and_rolled_back(
    client: httpx.Client, add_model: AddModel
) -> None:
    add_model("candidate", GOOD)
    models = adopt(client, "candidate").raise_for_status().json()
    assert (models["served"], models["previous"]) == ("candidate", COMMITTED)
    # The committed one was served from the start.
    assert [len(item["adoptions"]) for item in models["items"]] == [1, 1]
    assert served(client) == "candidate"
    assert client.get("/api/health/ready").json()["model"] == "candidate"
    models = client.post("/api/models/rollback").raise_for_status().json()
    assert (models["served"], models["previous"]) == (COMMITTED, None)
    assert served(client) == COMMITTED


def test_a_worse_model_is_adopted_only_if_that_is_meant(
    client: httpx.Client, add_model: AddModel
) -> None:
    add_model("candidate", GOOD, WORSE)
    (item, _) = client.get("/api/models").json()["items"]
    assert [figure["worse"] for figure in item["figures"]] == [False, True]
    refused = adopt(client, "candidate")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "model_is_worse"
    assert "numbers" in refused.json()["error"]["message"]
    assert served(client) == COMMITTED
    adopt(client, "candidate", although_worse=True).raise_for_status()
    assert served(client) == "candidate"


def test_what_cannot_be_adopted_is_refused(client: httpx.Client, add_model: AddModel) -> None:
    assert adopt(client, "unknown").status_code == 404
    assert client.post("/api/models/rollback").json()["error"]["code"] == "nothing_to_roll_back"
    add_model("damaged", content=NETWORK_FILE.read_bytes()[:1000])
    assert adopt(client, "damaged").json()["error"]["code"] == "model_is_damaged"
    assert client.get("/api/models").json()["served"] == COMMITTED


def test_a_model_of_which_bytes_have_changed_in_the_store_is_not_served(
    service: PredictionService, client: httpx.Client, add_model: AddModel
) -> None:
    add_model("candidate")
    content = NETWORK_FILE.read_bytes()
    # A weight: the file still can be loaded, and would answer something else.
    changed = content[:150_000] + bytes([content[150_000] ^ 1]) + content[150_001:]
    with closing(sqlite3.connect(service.settings.history_file)) as connection, connection:
        connection.execute("UPDATE model_versions SET network = ?", (changed,))
    refused = adopt(client, "candidate")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "model_is_damaged")
    service.store.models.adopt("candidate", None)
    Models(service).take_up()
    assert served(client) == COMMITTED
    training = client.post("/api/training-jobs", json={"kind": "fine_tune", "parent": "candidate"})
    assert training.status_code == 422


def test_a_damaged_model_that_another_replica_adopts_changes_nothing(
    service: PredictionService, client: httpx.Client, add_model: AddModel
) -> None:
    add_model("damaged", content=b"no network")
    service.store.models.adopt("damaged", None)
    models = Models(service)
    for _ in range(2):
        models.take_up()
    assert served(client) == COMMITTED
    assert client.get("/api/models").json()["served"] == COMMITTED


def test_a_model_that_was_damaged_is_tried_again(
    service: PredictionService, add_model: AddModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.models._RETRY_SECONDS", 0)
    add_model("candidate")
    with closing(sqlite3.connect(service.settings.history_file)) as connection:
        with connection:
            connection.execute("UPDATE model_versions SET network = substr(network, 1, 1000)")
        service.store.models.adopt("candidate", None)
        models = Models(service)
        models.take_up()
        assert service.recognizer.version == COMMITTED
        with connection:
            content = NETWORK_FILE.read_bytes()
            connection.execute("UPDATE model_versions SET network = ?", (content,))
    models.take_up()
    assert service.recognizer.version == "candidate"


def test_going_back_twice_goes_two_models_back(client: httpx.Client, add_model: AddModel) -> None:
    for version in ("a", "b"):
        add_model(version)
        adopt(client, version).raise_for_status()
    for expected in ("a", COMMITTED):
        models = client.post("/api/models/rollback").raise_for_status().json()
        assert models["served"] == expected
    assert models["previous"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("temperature", 0), ("temperature", None), ("sure_threshold", "high"), ("digit_threshold", 2)],
)
def test_a_model_with_impossible_metadata_is_not_served(
    service: PredictionService, client: httpx.Client, name: str, value: object
) -> None:
    metadata = METADATA | {"version": "odd", name: value}
    model = ModelVersion("odd", datetime(2026, 12, 1, tzinfo=UTC), metadata)
    service.store.models.add(model, NETWORK_FILE.read_bytes())
    assert adopt(client, "odd").json()["error"]["code"] == "model_is_damaged"
    assert served(client) == COMMITTED


def test_what_another_replica_adopts_is_taken_up(
    service: PredictionService, client: httpx.Client, add_model: AddModel
) -> None:
    add_model("candidate")
    service.store.models.adopt("candidate", "Bo")
    assert served(client) == COMMITTED
    Models(service).take_up()
    assert served(client) == "candidate"


@pytest.fixture
def next_release(service: PredictionService) -> Iterator[PredictionService]:
    """A service on the same history, of a release that comes with another network."""
    metadata = METADATA | {"version": "next-release"}
    network = Network.from_content(NETWORK_FILE.read_bytes(), metadata)
    upgraded = PredictionService(service.settings, Recognizer(network))
    yield upgraded
    upgraded.close()


def test_after_an_upgrade_the_network_of_the_earlier_release_is_served_again(
    client: httpx.Client, add_model: AddModel, next_release: PredictionService
) -> None:
    add_model("candidate")
    adopt(client, "candidate").raise_for_status()
    models = Models(next_release)
    models.take_up()
    assert next_release.recognizer.version == "candidate"
    models.roll_back("Ada")
    assert next_release.recognizer.version == COMMITTED
    assert COMMITTED in [item.version for item in models.overview().items]


def test_an_upgrade_does_not_change_what_was_adopted(
    client: httpx.Client, add_model: AddModel, next_release: PredictionService
) -> None:
    add_model("candidate")
    adopt(client, "candidate").raise_for_status()
    client.post("/api/models/rollback").raise_for_status()
    Models(next_release).take_up()
    assert next_release.recognizer.version == COMMITTED


def test_adoptions_at_the_same_time_end_with_the_newest_one(
    service: PredictionService, add_model: AddModel
) -> None:
    versions = [f"candidate-{number}" for number in range(6)]
    for version in versions:
        add_model(version)
    with ThreadPoolExecutor(len(versions)) as pool:
        for adoption in [pool.submit(Models(service).adopt, each, None) for each in versions]:
            adoption.result()
    newest, *others = service.store.models.adoptions()
    assert service.recognizer.version == newest.version
    assert sorted(item.version for item in [newest, *others]) == sorted([COMMITTED, *versions])


def test_labels_since_the_adoption_are_counted(client: httpx.Client, add_model: AddModel) -> None:
    for since in (1, 2):
        id = client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
        client.put(f"/api/history/{id}/label", json={"text": "1"})
        assert client.get("/api/models").json()["new_labels"] == since
    add_model("candidate")
    adopt(client, "candidate").raise_for_status()
    assert client.get("/api/models").json()["new_labels"] == 0


def test_a_figure_within_the_noise_is_not_worse() -> None:
    assert noise_of(60, 40) == pytest.approx(19.6)
    assert not replace(GOOD, after=GOOD.before - 19, noise=noise_of(60, 40)).is_worse
    assert replace(GOOD, after=GOOD.before - 20, noise=noise_of(60, 40)).is_worse
    assert np.isclose(noise_of(0, 0), 0)
