"""Training jobs over HTTP: start, list, watch, cancel."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from db.training_jobs import CurvePoint, JobProgress
from services.predictions import PredictionService


def start(client: httpx.Client, **body: Any) -> dict[str, Any]:
    response = client.post("/api/training-jobs", json=body)
    assert response.status_code == 201, response.text
    job: dict[str, Any] = response.json()
    return job


def test_a_fine_tuning_starts_from_the_served_version(
    client: httpx.Client, service: PredictionService
) -> None:
    job = start(client)
    assert (job["kind"], job["state"]) == ("fine_tune", "queued")
    assert job["parent"] == service.recognizer.version
    assert client.get(f"/api/training-jobs/{job['id']}").json() == job


def test_a_training_has_no_parent(client: httpx.Client) -> None:
    assert start(client, kind="train")["parent"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "train", "parent": "a version"},
        {"kind": "fine_tune", "parent": "a version"},
        {"kind": "fine_tune", "parent": "\ud800"},
        {"kind": "dream"},
    ],
)
def test_a_job_that_cannot_run_is_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    content = str(body).replace("'", '"').encode("utf-8", "surrogatepass")
    headers = {"Content-Type": "application/json"}
    response = client.post("/api/training-jobs", content=content, headers=headers)
    assert response.status_code in (400, 422)
    assert response.json()["error"]["message"]
    assert client.get("/api/training-jobs").json() == {"items": []}


def test_progress_is_shown(client: httpx.Client, service: PredictionService) -> None:
    job = start(client)
    progress = JobProgress(0.5, "train", 2, 4, (CurvePoint(2.0, 0.25, 0.875),), ("Epoch 2",))
    service.store.training_jobs.claim("a trainer")
    service.store.training_jobs.renew(UUID(job["id"]), "a trainer", progress)
    running = client.get(f"/api/training-jobs/{job['id']}").json()
    assert running["state"] == "running"
    assert running["started"] is not None
    assert running["progress"] == {
        "fraction": 0.5,
        "step": "train",
        "epoch": 2,
        "epochs": 4,
        "curve": [{"epoch": 2.0, "loss": 0.25, "accuracy": 0.875}],
        "log": ["Epoch 2"],
    }
    (listed,) = client.get("/api/training-jobs").json()["items"]
    assert listed == running | {"progress": running["progress"] | {"curve": [], "log": []}}


def test_jobs_are_listed_newest_first(client: httpx.Client) -> None:
    ids = [start(client, kind="train")["id"] for _ in range(3)]
    listed = client.get("/api/training-jobs", params={"limit": 2}).json()["items"]
    assert [job["id"] for job in listed] == ids[:0:-1]


def test_a_job_can_be_cancelled_again_and_again(client: httpx.Client) -> None:
    path = f"/api/training-jobs/{start(client)['id']}"
    assert client.delete(path).json()["state"] == "cancelled"
    assert client.delete(path).json()["state"] == "cancelled"


def test_a_job_that_has_ended_cannot_be_cancelled(
    client: httpx.Client, service: PredictionService
) -> None:
    id = start(client)["id"]
    service.store.training_jobs.claim("a trainer")
    service.store.training_jobs.finish(UUID(id), "a trainer", error="No disk.")
    response = client.delete(f"/api/training-jobs/{id}")
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "job_ended"
    ended = client.get(f"/api/training-jobs/{id}").json()
    assert (ended["state"], ended["error"]) == ("failed", "No disk.")


@pytest.mark.parametrize("id", ["1", "00000000-0000-1000-8000-000000000000", "%00"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_job_is_not_found(client: httpx.Client, method: str, id: str) -> None:
    response = client.request(method, f"/api/training-jobs/{id}")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_the_number_of_waiting_jobs_is_limited(client: httpx.Client) -> None:
    for _ in range(20):
        start(client, kind="train")
    response = client.post("/api/training-jobs", json={"kind": "train"})
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "too_many_jobs"
