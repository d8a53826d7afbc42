"""What docs/operations.md says about upgrades and back-ups, done to the letter."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tools.compose_stack import ComposeStack, docker, eventually, read_seven
from tools.sample_strokes import FOUR, SEVEN, encoded, picture

VISITORS = 4


def readings(stack: ComposeStack) -> dict[str, dict[str, Any]]:
    """Every row of the history as Cassandra has it, by its id."""
    return {row["id"]: row for row in stack.cql("SELECT * FROM inkling.predictions")}


def test_a_backup_brings_the_history_back(stack: ComposeStack, tmp_path: Path) -> None:
    with stack.client() as client:
        ids = {read_seven(client) for _ in range(20)}
        upload = client.post("/api/predict", files={"file": ("4.png", encoded(picture(FOUR)))})
        ids.add(upload.json()["id"])
        labelled = min(ids)
        client.put(f"/api/history/{labelled}/label", json={"text": "1"}).raise_for_status()
        eventually(
            "all stands in Cassandra",
            lambda: ids <= readings(stack).keys() and readings(stack)[labelled].get("label") == "1",
        )
    before = readings(stack)
    steps = stack.run_documented("Back up and restore the history", tmp_path)
    assert "Copied" in next(steps)

    stack.compose("down", "--volumes")
    stack.compose("up", "--detach", "--wait")
    eventually("the schema is made anew", lambda: readings(stack) == {})
    next(steps)
    assert readings(stack) == before
    with stack.client() as client:
        picture_kept = client.get(f"/api/history/{upload.json()['id']}/image.png")
        assert picture_kept.is_success
        assert client.get("/api/history/summary").json()["total"] == len(before)


def test_an_upgrade_refuses_no_request_and_loses_no_reading(
    stack: ComposeStack, tmp_path: Path
) -> None:
    before = stack.containers("web")
    upgraded = threading.Event()

    def keep_drawing() -> tuple[list[str], list[str]]:
        """What was confirmed and what was refused until the upgrade is done."""
        confirmed, refused = [], []
        with stack.client() as client:
            while not upgraded.is_set():
                try:
                    answer = client.post("/api/strokes", json={"strokes": SEVEN})
                except httpx.TransportError as error:
                    refused.append(repr(error))
                    continue
                if answer.is_success:
                    confirmed.append(str(answer.json()["id"]))
                else:
                    refused.append(answer.text)
                upgraded.wait(0.05)
        return confirmed, refused

    with ThreadPoolExecutor(VISITORS) as pool:
        drawing = [pool.submit(keep_drawing) for _ in range(VISITORS)]
        try:
            assert list(stack.run_documented("Upgrade", tmp_path))
        finally:
            upgraded.set()
        outcomes = [one.result() for one in drawing]
    assert set(before).isdisjoint(stack.containers("web"))
    assert stack.healthy("web") == len(before)
    assert docker("ps", "--all", "--quiet", "--filter", f"id={before[0]}") == ""
    assert [text for _confirmed, refused in outcomes for text in refused] == []
    confirmed = {id for ids, _refused in outcomes for id in ids}
    assert len(confirmed) > 10 * VISITORS
    eventually("every reading stands in Cassandra", lambda: confirmed <= readings(stack).keys())
