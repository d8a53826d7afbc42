"""Load one server with many pens: answer latency and CPU use."""

import asyncio
import json
import time
from dataclasses import dataclass, field

import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.live.pen import resample

MESSAGES_PER_SECOND = 30
ANSWER_TIMEOUT = 10  # seconds after which a message counts as lost
PEN_COUNTS = (1, 10, 50, 100, 200)
_STROKE = resample(((300, 160), (660, 160), (400, 620)), 45)  # a seven in 1.5 s, pad pixels


@dataclass
class LoadResult:
    """What `pens` pens measured: latencies in ms, CPU use of the server in cores."""

    pens: int
    latencies: list[float] = field(default_factory=list)
    answers_per_pen: list[int] = field(default_factory=list)
    lost: int = 0
    out_of_order: int = 0
    cpu: float = 0.0
    memory: float = 0.0  # MB, at the end


async def run_load(url: str, pid: int, pens: int, seconds: float) -> LoadResult:
    """Let `pens` draw for `seconds`, each with one message in flight, at most 30 a second.

    pid: the server's process, whose CPU time and memory are measured.
    """
    result = LoadResult(pens)
    server = psutil.Process(pid)
    address = url.replace("http", "ws") + "/api/live"
    sockets = await asyncio.gather(*(connect(address) for _ in range(pens)))
    cpu_before, start = _cpu_seconds(server), time.monotonic()
    await asyncio.gather(
        *(
            _draw(socket, result, start + index / pens / MESSAGES_PER_SECOND, seconds)
            for index, socket in enumerate(sockets)
        )
    )
    result.cpu = (_cpu_seconds(server) - cpu_before) / (time.monotonic() - start)
    result.memory = server.memory_info().rss / 1e6
    await asyncio.gather(*(socket.close() for socket in sockets))
    return result


async def _draw(socket: ClientConnection, result: LoadResult, start: float, seconds: float) -> None:
    due, seq, answers = start, 0, 0
    while due < start + seconds:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        seq += 1
        strokes = [[[round(x), round(y)] for x, y in _STROKE[: seq % len(_STROKE) + 1]]]
        sent = time.monotonic()
        await socket.send(json.dumps({"seq": seq, "strokes": strokes}))
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                answer = json.loads(await socket.recv())
        except (TimeoutError, ConnectionClosed):
            result.lost += 1
            break
        now = time.monotonic()
        result.latencies.append((now - sent) * 1000)
        result.out_of_order += answer["seq"] != seq
        answers += 1
        due = max(due + 1 / MESSAGES_PER_SECOND, now)
    result.answers_per_pen.append(answers)


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
