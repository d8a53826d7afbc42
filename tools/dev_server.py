"""Start the real server in a separate process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
STOP_SECONDS = 60  # on a busy machine; a server stops within a second
# Settings with which benchmarks measure the server, not its limits.
UNLIMITED = {"RATE_LIMIT_FACTOR": "0"}
_SETTINGS = frozenset(name.upper() for name in Settings.model_fields)


@dataclass
class Server:
    """A running server: its URL, its process and its log file."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Kill the process without warning, like a power cut."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Stop the process gracefully and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_SECONDS)


@contextmanager
def running_server(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    port: int | None = None,
    command: Sequence[str] = (sys.executable, "serve.py", "--port"),
    *,
    ready: bool = True,
) -> Iterator[Server]:
    """Run a server with its history and log in `folder`; stop it at the end.

    settings: environment variables; those of the caller that configure Inkling are not inherited.
    command: starts the server; the port is appended. ready: wait until the server answers.
    Raises RuntimeError with the log if it does not answer within START_SECONDS.
    """
    port = port or free_port()
    environment = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    environment |= {
        "HISTORY_FILE": str(folder / "history.sqlite3"),
        "OUTBOX_FILE": str(folder / "outbox.sqlite3"),
        "SECRET_FILE": str(folder / "secret"),
        **(settings or {}),
    }
    log = folder / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        if ready:
            _wait_until_ready(server)
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a free TCP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(base_url=server.url, timeout=10) as http:
        while time.monotonic() < deadline and server.process.poll() is None:
            try:
                if http.get("/api/health/live").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{server.log.read_text()}")
