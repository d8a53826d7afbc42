"""A stopping server leaves its gateway time to notice."""

import signal
from pathlib import Path

import httpx

from tools.compose_stack import wait_until
from tools.dev_server import running_server
from tools.sample_strokes import SEVEN


def test_a_stopping_server_still_answers_but_is_not_ready(tmp_path: Path) -> None:
    with running_server(tmp_path, {"DRAIN_SECONDS": "30"}) as server:
        assert httpx.get(f"{server.url}/api/health/ready").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        wait_until(
            "the server reports that it stops",
            lambda: httpx.get(f"{server.url}/api/health/ready").status_code == 503,
        )
        answer = httpx.post(f"{server.url}/api/strokes", json={"strokes": SEVEN})
        assert answer.json()["text"] == "7"
        # A second signal skips the rest of the wait.
        server.process.send_signal(signal.SIGINT)
        server.process.wait(timeout=20)
