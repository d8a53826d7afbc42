"""Many pens at one server: answers' latency and the server's processor use."""

import asyncio
import json
import time
from dataclasses import dataclass, field

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.live.pen import spread

MESSAGES_PER_SECOND = 30
PATIENCE_SECONDS = 10  # without an answer, after which a message counts as lost
PEN_COUNTS = (1, 10, 50, 100, 200)
_STROKE = spread(((300, 160), (660, 160), (400, 620)), 45)  # a seven in 1.5 s, pixels of the pad


@dataclass
class Load:
    """What `pens` pens saw: latencies in ms, processor use of the server in cores."""

    pens: int
    latencies: list[float] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)  # for each pen
    lost: int = 0
    disordered: int = 0
    processor: float = 0.0
    memory: float = 0.0  # MB, at the end


async def load(url: str, pid: int, pens: int, seconds: float) -> Load:
    """Let `pens` draw for `seconds`, each with one message in flight, at most 30 a second."""
    result = Load(pens)
    server = psutil.Process(pid)
    address = url.replace("http", "ws") + "/api/live"
    links = await asyncio.gather(*(connect(address) for _ in range(pens)))
    used, begun = _processor(server), time.monotonic()
    await asyncio.gather(
        *(
            _draw(link, result, begun + number / pens / MESSAGES_PER_SECOND, seconds)
            for number, link in enumerate(links)
        )
    )
    result.processor = (_processor(server) - used) / (time.monotonic() - begun)
    result.memory = server.memory_info().rss / 1e6
    await asyncio.gather(*(link.close() for link in links))
    return result


async def _draw(link: ClientConnection, result: Load, start: float, seconds: float) -> None:
    due, seq, answered = start, 0, 0
    while due < start + seconds:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        seq += 1
        ink = [[[round(x), round(y)] for x, y in _STROKE[: seq % len(_STROKE) + 1]]]
        sent = time.monotonic()
        await link.send(json.dumps({"seq": seq, "strokes": ink}))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = json.loads(await link.recv())
        except (TimeoutError, ConnectionClosed):
            result.lost += 1
            break
        now = time.monotonic()
        result.latencies.append((now - sent) * 1000)
        result.disordered += answer["seq"] != seq
        answered += 1
        due = max(due + 1 / MESSAGES_PER_SECOND, now)
    result.answered.append(answered)


def _processor(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
