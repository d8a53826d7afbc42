"""The containers: image, rebuild, start, and a replica lost under live pens.

`python -m bench.containers`, where a Docker engine with compose is.
"""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field

import httpx
import websockets

from bench.table import median, percentile, show
from tools.compose_stack import ComposeStack, crash, docker, docker_is_here
from tools.dev_server import ROOT
from tools.sample_strokes import SEVEN

PENS = 50
MESSAGES_A_SECOND = 30  # of each pen
DRAWING_SECONDS = 20
CRASH_AFTER_SECONDS = 6


@dataclass
class Pen:
    """A pen that draws through the gateway, and what became of its messages."""

    waits: list[float] = field(default_factory=list)  # seconds from a message to its answer
    gap: float = 0.0  # seconds, the longest time without an answer
    links: int = 0

    async def draw(self, url: str, until: float) -> None:
        """Send ink at a steady rate, one message in flight; connect anew when the link breaks."""
        answered = time.monotonic()
        while time.monotonic() < until:
            try:
                async with websockets.connect(url, open_timeout=3) as link:
                    self.links += 1
                    for number in itertools.count():
                        if time.monotonic() > until:
                            return
                        sent = time.monotonic()
                        await link.send(json.dumps({"seq": number, "strokes": SEVEN}))
                        await asyncio.wait_for(link.recv(), timeout=3)
                        now = time.monotonic()
                        self.gap = max(self.gap, now - answered)
                        answered = now
                        self.waits.append(now - sent)
                        await asyncio.sleep(max(0.0, 1 / MESSAGES_A_SECOND - (now - sent)))
            except (OSError, TimeoutError, websockets.WebSocketException):
                await asyncio.sleep(0.1)


def main() -> None:
    """Print the tables."""
    if not docker_is_here():
        print("\nNo Docker engine with compose answers here: the containers were not measured.")
        return
    stack = ComposeStack("inkling-bench")
    try:
        show_image(stack)
        show_start(stack)
        show_crash(stack)
    finally:
        stack.compose("down", "--volumes", "--remove-orphans")


def show_image(stack: ComposeStack) -> None:
    """Size over the base, and how long a rebuild takes after a change of code."""
    stack.compose("build")
    changed = ROOT / "components" / "rebuild_probe.py"
    try:
        changed.write_text(f"# {time.time()}\n")
        begun = time.perf_counter()
        stack.compose("build")
        rebuild = time.perf_counter() - begun
    finally:
        changed.unlink()
    stack.compose("build")
    size = int(docker("image", "inspect", "-f", "{{.Size}}", "inkling"))
    base = int(docker("image", "inspect", "-f", "{{.Size}}", "python:3.11-slim-bookworm"))
    show(
        "The image",
        ["MB over its base", "rebuild after a change of code, s"],
        [[(size - base) / 1e6, rebuild]],
    )


def show_start(stack: ComposeStack) -> None:
    """Seconds from `docker compose up` to a dashboard that answers."""
    begun = time.perf_counter()
    stack.compose("up", "--detach", "--wait")
    with stack.client() as client:
        client.get("/").raise_for_status()
        client.get("/api/health/ready").raise_for_status()
    show("docker compose up, images built", ["s"], [[time.perf_counter() - begun]])


def show_crash(stack: ComposeStack) -> None:
    """One of two replicas is killed while pens draw and readings are kept."""
    pens, kept = asyncio.run(_draw_and_crash(stack))
    lost = [pen for pen in pens if pen.links > 1]
    spared = [pen for pen in pens if pen.links == 1]
    rows = [
        [
            name,
            len(group),
            median([wait * 1000 for pen in group for wait in pen.waits]),
            percentile([wait * 1000 for pen in group for wait in pen.waits], 0.95),
            max(pen.gap for pen in group),
        ]
        for name, group in (("on the replica that died", lost), ("on the other", spared))
        if group
    ]
    show(
        f"{PENS} pens at {MESSAGES_A_SECOND} messages a second, one replica of two killed",
        ["pens", "how many", "answer p50, ms", "p95, ms", "longest gap, s"],
        rows,
    )
    with stack.client() as client:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            there = {item["id"] for item in client.get("/api/history?limit=500").json()["items"]}
            missing = set(kept) - there
            if not missing:
                break
            time.sleep(1)
    show("Readings kept meanwhile", ["confirmed", "lost"], [[len(kept), len(missing)]])


async def _draw_and_crash(stack: ComposeStack) -> tuple[list[Pen], list[str]]:
    pens = [Pen() for _ in range(PENS)]
    until = time.monotonic() + DRAWING_SECONDS
    url = stack.url.replace("http", "ws") + "/api/live"
    drawing = [asyncio.create_task(pen.draw(url, until)) for pen in pens]
    keeping = asyncio.create_task(_keep(stack.url, until))
    await asyncio.sleep(CRASH_AFTER_SECONDS)
    await asyncio.to_thread(lambda: crash(stack.containers("web")[0]))
    await asyncio.gather(*drawing)
    return pens, await keeping


async def _keep(url: str, until: float) -> list[str]:
    """Ids of the readings that were confirmed as kept, ten a second."""
    kept = []
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        while time.monotonic() < until:
            try:
                answer = await client.post("/api/strokes", json={"strokes": SEVEN})
                if answer.is_success:
                    kept.append(answer.json()["id"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    return kept


if __name__ == "__main__":
    main()
