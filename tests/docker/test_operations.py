"""The upgrade and backup instructions in docs/operations.md work as written."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tools.compose_stack import ComposeStack, docker, save_seven, wait_until
from tools.sample_strokes import FOUR, SEVEN, encoded, picture

VISITORS = 4


def stored_predictions(stack: ComposeStack) -> dict[str, dict[str, Any]]:
    """Return every prediction stored in Cassandra, by id."""
    return {row["id"]: row for row in stack.cql("SELECT * FROM inkling.predictions")}


def test_a_backup_restores_the_history(stack: ComposeStack, tmp_path: Path) -> None:
    with stack.client() as client:
        ids = {save_seven(client) for _ in range(20)}
        upload = client.post("/api/predict", files={"file": ("4.png", encoded(picture(FOUR)))})
        ids.add(upload.json()["id"])
        labelled = min(ids)
        client.put(f"/api/history/{labelled}/label", json={"text": "1"}).raise_for_status()
        wait_until(
            "all predictions and the label are in Cassandra",
            lambda: (
                ids <= stored_predictions(stack).keys()
                and stored_predictions(stack)[labelled].get("label") == "1"
            ),
        )
    before = stored_predictions(stack)
    steps = stack.run_documented("Back up and restore the history", tmp_path)
    assert "Copied" in next(steps)

    stack.compose("down", "--volumes")
    stack.compose("up", "--detach", "--wait")
    wait_until("the schema is recreated", lambda: stored_predictions(stack) == {})
    next(steps)
    assert stored_predictions(stack) == before
    with stack.client() as client:
        client.get(f"/api/history/{upload.json()['id']}/image.png").raise_for_status()
        assert client.get("/api/history/summary").json()["total"] == len(before)


def test_an_upgrade_refuses_no_request_and_loses_no_prediction(
    stack: ComposeStack, tmp_path: Path
) -> None:
    before = stack.containers("web")
    upgraded = threading.Event()

    def keep_drawing() -> tuple[list[str], list[str]]:
        """Return the confirmed ids and the errors until the upgrade is done."""
        confirmed, refused = [], []
        with stack.client() as client:
            while not upgraded.is_set():
                try:
                    response = client.post("/api/strokes", json={"strokes": SEVEN})
                except httpx.TransportError as error:
                    refused.append(repr(error))
                    continue
                if response.is_success:
                    confirmed.append(str(response.json()["id"]))
                else:
                    refused.append(response.text)
                upgraded.wait(0.2)  # in all well below the gateway's limit of 600 in 10 s
        return confirmed, refused

    with ThreadPoolExecutor(VISITORS) as pool:
        drawing = [pool.submit(keep_drawing) for _ in range(VISITORS)]
        try:
            assert list(stack.run_documented("Upgrade", tmp_path))
        finally:
            upgraded.set()
        outcomes = [future.result() for future in drawing]
    assert set(before).isdisjoint(stack.containers("web"))
    assert stack.healthy("web") == len(before)
    assert docker("ps", "--all", "--quiet", "--filter", f"id={before[0]}") == ""
    assert [error for _, refused in outcomes for error in refused] == []
    confirmed = {id for ids, _ in outcomes for id in ids}
    assert len(confirmed) > 10 * VISITORS
    wait_until(
        "every prediction is in Cassandra", lambda: confirmed <= stored_predictions(stack).keys()
    )
