"""The real server: health, documentation, metrics, logs, start and stop."""

import json
import re
import sys
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from components.assets import assets_version, inline_loader, module_graph
from core.settings import ROOT
from core.version import VERSION
from tools.dev_server import Server, free_port, running_server
from tools.sample_strokes import SEVEN


def test_health(server_client: httpx.Client) -> None:
    before = time.time() * 1000
    answer = server_client.get("/api/health/live").json()
    assert before - 1 <= answer.pop("time") <= time.time() * 1000 + 1
    assert answer == {"status": "alive", "version": VERSION}
    ready = server_client.get("/api/health/ready").json()
    assert ready["status"] == "ready"
    assert ready["history"] == {"store": "sqlite", "reachable": True, "outbox": 0, "detail": None}
    assert ready["model"]


def test_the_documentation_loads_nothing_from_other_hosts(server_client: httpx.Client) -> None:
    page = server_client.get("/api/docs").text
    assert "https://" not in page
    for path in ("openapi.json", "swagger/swagger-ui-bundle.js", "swagger/swagger-ui.css"):
        assert path in page
        assert server_client.get(f"/api/{path}").status_code == 200
    schema = server_client.get("/api/openapi.json").json()
    assert "/strokes" in schema["paths"]
    assert schema["info"]["version"] == VERSION


def test_modules_are_cached_by_their_version(server_client: httpx.Client) -> None:
    current = server_client.get(f"assets/{assets_version()}-0/pad/pad.js")
    assert "class Pad" in current.text
    assert current.headers["content-type"].startswith("text/javascript")
    assert "immutable" in current.headers["cache-control"]
    other = server_client.get("assets/another-3/pad/pad.js")
    assert other.text == current.text
    assert other.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["pad/nothing.js", "pad/pad.css", "assets.py", "%2e%2e/serve.py", "pad/..%2f..%2fserve.py"],
)
def test_only_modules_are_served_as_assets(server_client: httpx.Client, path: str) -> None:
    answer = server_client.get(f"assets/{assets_version()}-0/{path}")
    assert answer.status_code in (400, 404)  # Streamlit refuses "..", with 400


@pytest.mark.parametrize("entry", ["pad/pad.js", "present/present.js", "join/join.js"])
def test_the_modules_to_preload_are_those_that_are_imported(entry: str) -> None:
    graph = module_graph(entry)
    assert graph[0] == entry
    assert "shared/dom.js" in graph
    assert len(graph) == len(set(graph))
    assert all(f'"{path}"' in inline_loader(entry) for path in graph)


def test_serving_never_loads_tensorflow(server: Server, server_client: httpx.Client) -> None:
    server_client.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    maps = Path(f"/proc/{server.process.pid}/maps")
    if not maps.exists():
        pytest.skip("only Linux lists the libraries of a process")
    loaded = maps.read_text()
    assert "ai_edge_litert" in loaded
    assert "tensorflow/" not in loaded


def test_the_history_survives_a_restart(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        id = httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}).json()["id"]
        assert server.stop() in (0, -15)
    with running_server(tmp_path) as server:
        assert httpx.get(f"{server.url}/api/history/{id}").json()["text"] == "7"


def test_streamlit_run_serves_the_same_application(tmp_path: Path) -> None:
    streamlit = (sys.executable, "-m", "streamlit", "run", "app.py", "--server.port")
    with running_server(tmp_path, command=streamlit) as server:
        assert httpx.get(server.url).status_code == 200
        prediction = httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}).json()
        assert prediction["text"] == "7"
        assert "7" in httpx.get(f"{server.url}/query").text


def test_the_log_has_one_json_line_per_event(tmp_path: Path) -> None:
    with running_server(tmp_path, {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}) as server:
        httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN})
    events = [json.loads(line) for line in server.log.read_text().splitlines() if line[0] == "{"]
    (event,) = (event for event in events if event.get("path", "").endswith("/strokes"))
    assert event["status"] == 200
    assert event["milliseconds"] > 0


def test_metrics_count_requests(server_client: httpx.Client) -> None:
    def count_strokes_requests() -> float:
        sample = 'inkling_requests_total{method="POST",route="/strokes",status="200"} '
        lines = server_client.get("/api/metrics").text.splitlines()
        return sum(float(line.removeprefix(sample)) for line in lines if line.startswith(sample))

    before = count_strokes_requests()
    for _ in range(3):
        server_client.post("/api/strokes", json={"strokes": SEVEN})
    assert count_strokes_requests() == before + 3
    assert "inkling_outbox_entries 0.0" in server_client.get("/api/metrics").text


def test_the_dashboard_queries_existing_metrics(server_client: httpx.Client) -> None:
    server_client.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    labels: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(server_client.get("/api/metrics").text):
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "inkling.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    added_by_prometheus = {"instance", "job"}
    for expression in expressions:
        (metric,) = re.findall(r"\b(?:inkling|process)_\w+", expression)
        assert metric in labels
        grouping = re.findall(r"by \(([^)]*)\)", expression)
        groups = {label for group in grouping for label in group.split(", ")}
        assert groups <= labels[metric] | added_by_prometheus
    for subject in (
        "requests",
        "request_seconds",
        "prediction_seconds",
        "outbox",
        "history_errors",
    ):
        assert any(f"inkling_{subject}" in expression for expression in expressions), subject


def test_an_invalid_setting_is_named_at_start(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match=r"CASSANDRA_PORT=ninety is invalid") as failure,
        running_server(tmp_path, {"CASSANDRA_PORT": "ninety"}),
    ):
        pass
    assert "Traceback" not in str(failure.value)


def test_predictions_are_queued_if_cassandra_is_unreachable_at_start(tmp_path: Path) -> None:
    settings = {
        "CASSANDRA_CONTACT_POINTS": "127.0.0.1",
        "CASSANDRA_PORT": str(free_port()),
    }
    with running_server(tmp_path, settings) as server:
        prediction = httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN}).json()
        assert prediction["text"] == "7"
        ready = httpx.get(f"{server.url}/api/health/ready")
        assert ready.status_code == 200
        assert ready.json()["status"] == "waiting"
        assert ready.json()["history"]["outbox"] == 1
        assert "CASSANDRA_CONTACT_POINTS" in ready.json()["history"]["detail"]
        assert httpx.get(f"{server.url}/api/history/{prediction['id']}").json()["text"] == "7"
