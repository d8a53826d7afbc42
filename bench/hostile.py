"""How long hostile messages delay the live answers of another visitor: `python -m bench.hostile`.

Prints the latency of a quiet server, then that during each kind of attack, for a few seconds each,
and the longest time that the event loop was held up by one callback, which does not depend on what
else the machine does. `python -m bench.hostile page` only runs attacks with that word in the name.
"""

import json
import multiprocessing
import signal
import statistics
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tools.dev_server import UNLIMITED, Server, running_server
from tools.page_socket import open_page
from tools.sample_strokes import SEVEN

MEASUREMENT_SECONDS = 6.0  # of each measurement
ATTACKERS = 4  # connections

DOTS = [[[20 * x, 20 * y]] for x in range(20) for y in range(10)]
LINES = [[[20 * x, 20 * y], [20 * x + 10, 20 * y + 9]] for x in range(20) for y in range(10)]
LONG_PATH = [["Q", 7919 * i % 400, i % 300, 7919 * i % 400, i % 300] for i in range(19_900)]
SCRIBBLE = [[i * 7919 % 400, i * 104_729 % 400] for i in range(6000)]


class Attack(NamedTuple):
    """A message, sent to the live socket as soon as it is answered, or to a room continually.

    For the page: the state of its canvas, sent as soon as its script has run.
    """

    route: Literal["live", "room", "page"]
    message: object


ATTACKS = {
    "200 dots": Attack("live", {"strokes": DOTS}),
    "1,999 strokes": Attack("live", {"strokes": [[[1, 2]]] * 1999}),
    "170,000 empty strokes": Attack("live", {"strokes": [[]] * 170_000}),
    "18,000 points": Attack("live", {"strokes": [SCRIBBLE * 3]}),
    "wrong types": Attack("live", {"strokes": {"a": 1}}),
    "a room that predicts": Attack("room", {"do": "read", "strokes": LINES}),
    "a room that draws": Attack(
        "room", {"pad": "screen1", "undo": True, "ink": [[0, 0, SCRIBBLE]]}
    ),
    "a room with 80,000 wrong ids": Attack("room", {"do": "watch", "members": [0] * 80_000}),
    "a page that runs": Attack("page", {}),
    "a page with 20,000 points": Attack(
        "page",
        {"drawing": {"raw": {"objects": [{"type": "path", "path": LONG_PATH}]}}},
    ),
}


def main() -> None:
    """Measure and print a table."""
    folder = Path(tempfile.mkdtemp())
    word = " ".join(sys.argv[1:])
    command = (sys.executable, "-m", "bench.loop_server", "--port")
    with running_server(folder, UNLIMITED, command=command) as server:
        measure(server.url)  # warm up
        longest_callback(server)
        quiet = measure(server.url)
        print(f"{'ms':32}{'median':>10}{'99 %':>10}{'worst':>10}{'added':>10}{'callback':>10}")
        _print("quiet", quiet, quiet, longest_callback(server))
        for name, attack in ATTACKS.items():
            if word not in name:
                continue
            process = multiprocessing.Process(target=run, args=[server.url, attack], daemon=True)
            process.start()
            time.sleep(1)
            latencies = measure(server.url)
            process.kill()
            process.join()
            _print(name, latencies, quiet, longest_callback(server))
    if "Traceback" in (folder / "server.log").read_text():
        sys.exit(f"there is a traceback in {folder / 'server.log'}")


def measure(url: str) -> list[float]:
    """Return the latencies of live answers, in milliseconds."""
    text = json.dumps({"seq": 1, "strokes": SEVEN})
    latencies = []
    with connect(_socket_url(url, "live")) as socket:
        end = time.monotonic() + MEASUREMENT_SECONDS
        while time.monotonic() < end:
            start = time.perf_counter()
            socket.send(text)
            socket.recv()
            latencies.append(1000 * (time.perf_counter() - start))
            time.sleep(0.016)
    return latencies


def longest_callback(server: Server) -> float:
    """Return the CPU time of the longest callback of the event loop since the last call, in ms."""
    before = len(server.log.read_text())
    server.process.send_signal(signal.SIGUSR1)
    while not (line := server.log.read_text()[before:]).endswith("\n"):
        time.sleep(0.01)
    return float(line.rpartition("longest callback: ")[2])


def run(url: str, attack: Attack) -> None:
    """Attack with several connections until the process is killed."""
    text = json.dumps(attack.message, separators=(",", ":"))
    work = {"live": _attack_live, "room": _attack_room, "page": _attack_page}[attack.route]
    threads = [threading.Thread(target=_repeat, args=[work, url, text]) for _ in range(ATTACKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(work: object, url: str, text: str) -> None:
    assert callable(work)
    while True:
        with suppress(WebSocketException, OSError):
            work(url, text)
        time.sleep(0.02)


def _attack_live(url: str, text: str) -> None:
    with connect(_socket_url(url, "live"), compression=None) as socket:
        while True:
            socket.send(text)
            socket.recv(timeout=20)


def _attack_room(url: str, text: str) -> None:
    created = httpx.post(f"{url}/api/rooms").json()
    room = _socket_url(url, f"rooms/{created['code']}")
    with connect(room, max_size=None, compression=None) as socket:
        socket.send(json.dumps({"hello": "presenter", "token": created["token"]}))
        threading.Thread(target=_drain, args=[socket], daemon=True).start()
        while True:
            socket.send(text)
            time.sleep(0.008)


def _attack_page(url: str, text: str) -> None:
    with open_page(url) as page:
        while True:
            page.run({page.ids["canvas"]: text})


def _drain(socket: ClientConnection) -> None:
    with suppress(WebSocketException):
        while True:
            socket.recv()


def _socket_url(url: str, path: str) -> str:
    return f"{url.replace('http', 'ws')}/api/{path}"


def _print(name: str, latencies: list[float], quiet: list[float], callback: float) -> None:
    ninety_nine = statistics.quantiles(latencies, n=100)[-1]
    worst = max(latencies)
    print(
        f"{name:32}{statistics.median(latencies):10.1f}{ninety_nine:10.1f}{worst:10.1f}"
        f"{worst - max(quiet):10.1f}{callback:10.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
