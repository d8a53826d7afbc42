"""Measure image size, rebuild time, start-up time, and the loss of a replica under load.

Needs a Docker engine with compose: `python -m bench.containers`.
"""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field

import httpx
import websockets

from bench.table import median, percentile, print_table
from tools.compose_stack import ComposeStack, crash_server, docker, docker_available
from tools.dev_server import ROOT
from tools.sample_strokes import SEVEN

PENS = 50
MESSAGES_PER_SECOND = 30  # rate of each pen
DRAWING_SECONDS = 20
CRASH_AFTER_SECONDS = 6


@dataclass
class LiveClient:
    """A pen that draws through the gateway, and the latencies it saw."""

    latencies: list[float] = field(default_factory=list)  # seconds from a message to its answer
    longest_gap: float = 0.0  # seconds without an answer
    connections: int = 0

    async def draw(self, url: str, until: float) -> None:
        """Send strokes at a steady rate, one message in flight; reconnect when the link breaks."""
        answered = time.monotonic()
        while time.monotonic() < until:
            try:
                async with websockets.connect(url, open_timeout=3) as socket:
                    self.connections += 1
                    for seq in itertools.count():
                        if time.monotonic() > until:
                            return
                        sent = time.monotonic()
                        await socket.send(json.dumps({"seq": seq, "strokes": SEVEN}))
                        await asyncio.wait_for(socket.recv(), timeout=3)
                        now = time.monotonic()
                        self.longest_gap = max(self.longest_gap, now - answered)
                        answered = now
                        self.latencies.append(now - sent)
                        await asyncio.sleep(max(0.0, 1 / MESSAGES_PER_SECOND - (now - sent)))
            except (OSError, TimeoutError, websockets.WebSocketException):
                await asyncio.sleep(0.1)


def main() -> None:
    """Print the tables."""
    if not docker_available():
        print("\nNo Docker engine with compose is available: the containers were not measured.")
        return
    stack = ComposeStack("inkling-bench")
    try:
        report_image(stack)
        report_start(stack)
        report_crash(stack)
    finally:
        stack.compose("down", "--volumes", "--remove-orphans")


def report_image(stack: ComposeStack) -> None:
    """Print the size above the base image, and the time to rebuild after a code change."""
    stack.compose("build")
    changed_file = ROOT / "components" / "rebuild_probe.py"
    try:
        changed_file.write_text(f"# {time.time()}\n")
        start = time.perf_counter()
        stack.compose("build")
        rebuild = time.perf_counter() - start
    finally:
        changed_file.unlink()
    stack.compose("build")
    size = int(docker("image", "inspect", "-f", "{{.Size}}", "inkling"))
    base = int(docker("image", "inspect", "-f", "{{.Size}}", "python:3.11-slim-bookworm"))
    print_table(
        "Image",
        ["MB above its base", "rebuild after a code change, s"],
        [[(size - base) / 1e6, rebuild]],
    )


def report_start(stack: ComposeStack) -> None:
    """Print the seconds from `docker compose up` to a dashboard that answers."""
    start = time.perf_counter()
    stack.compose("up", "--detach", "--wait")
    with stack.client() as client:
        client.get("/").raise_for_status()
        client.get("/api/health/ready").raise_for_status()
    print_table("docker compose up, images built", ["seconds"], [[time.perf_counter() - start]])


def report_crash(stack: ComposeStack) -> None:
    """Kill one of two replicas while pens draw and predictions are saved; print what it cost."""
    pens, saved = asyncio.run(_draw_and_crash(stack))
    affected = [pen for pen in pens if pen.connections > 1]
    unaffected = [pen for pen in pens if pen.connections == 1]
    rows = [
        [
            name,
            len(group),
            median([latency * 1000 for pen in group for latency in pen.latencies]),
            percentile([latency * 1000 for pen in group for latency in pen.latencies], 0.95),
            max(pen.longest_gap for pen in group),
        ]
        for name, group in (("on the killed replica", affected), ("on the other", unaffected))
        if group
    ]
    print_table(
        f"{PENS} pens at {MESSAGES_PER_SECOND} messages a second, one replica of two killed",
        ["pens", "count", "answer p50, ms", "p95, ms", "longest gap, s"],
        rows,
    )
    print_table(
        "Predictions saved during the crash",
        ["confirmed", "lost"],
        [[len(saved), len(_missing(stack, set(saved)))]],
    )


def _missing(stack: ComposeStack, ids: set[str]) -> set[str]:
    """Return those of the ids that the history does not hold, waiting up to a minute for them."""
    deadline = time.monotonic() + 60
    with stack.client() as client:
        while True:
            items = client.get("/api/history?limit=500").json()["items"]
            missing = ids - {item["id"] for item in items}
            if not missing or time.monotonic() > deadline:
                return missing
            time.sleep(1)


async def _draw_and_crash(stack: ComposeStack) -> tuple[list[LiveClient], list[str]]:
    pens = [LiveClient() for _ in range(PENS)]
    until = time.monotonic() + DRAWING_SECONDS
    url = stack.url.replace("http", "ws") + "/api/live"
    drawing = [asyncio.create_task(pen.draw(url, until)) for pen in pens]
    saving = asyncio.create_task(_save_predictions(stack.url, until))
    await asyncio.sleep(CRASH_AFTER_SECONDS)
    await asyncio.to_thread(lambda: crash_server(stack.containers("web")[0]))
    await asyncio.gather(*drawing)
    return pens, await saving


async def _save_predictions(url: str, until: float) -> list[str]:
    """Save ten predictions a second; return the ids that were confirmed."""
    saved = []
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        while time.monotonic() < until:
            try:
                response = await client.post("/api/strokes", json={"strokes": SEVEN})
                if response.is_success:
                    saved.append(response.json()["id"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    return saved


if __name__ == "__main__":
    main()
