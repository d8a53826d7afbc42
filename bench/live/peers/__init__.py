"""Other implementations of a drawing page with the same network, in their own environment."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
from playwright.async_api import Page

from bench.live.latency import Subject
from core.settings import ROOT
from tools.dev_server import free_port

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv-peers"
START_SECONDS = 180  # TensorFlow's import is slow
_CANVAS = ".upper-canvas"
_STREAMLIT_BARS = "[data-testid=stVegaLiteChart]"


class UnavailableError(Exception):
    """The peers cannot be installed or started on this machine."""


def running_peers() -> Iterator[AbstractContextManager[Subject]]:
    """Yield a context manager for each peer that runs it; raises UnavailableError."""
    python = _python_path()
    for name, script, pad, bars, clear in (
        ("usual Streamlit page (Keras)", "usual_page.py", _CANVAS, _STREAMLIT_BARS, _reset_canvas),
        ("tuned Streamlit page (LiteRT)", "tuned_page.py", _CANVAS, _STREAMLIT_BARS, _reset_canvas),
        (
            "Gradio Sketchpad, live",
            "sketchpad.py",
            "canvas",
            "[data-testid=label]",
            _clear_sketchpad,
        ),
    ):
        yield _run(python, name, script, pad, bars, clear)


@contextmanager
def _run(
    python: Path, name: str, script: str, pad: str, bars: str, clear: object
) -> Iterator[Subject]:
    port = free_port()
    command = [str(python), str(FOLDER / script)]
    if script != "sketchpad.py":
        options = [f"--server.port={port}", "--server.headless=true"]
        command[1:1] = ["-m", "streamlit", "run"]
        command += [*options, "--server.fileWatcherType=none"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=FOLDER, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_up(url, process)
            yield Subject(name, url, pad, bars, clear, process.pid)  # type: ignore[arg-type]
        finally:
            process.terminate()
            process.wait()


def _wait_until_up(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise UnavailableError(f"{process.args!r} does not answer")


def _python_path() -> Path:
    """Return the peers' Python, installed on first use; PEERS_PYTHON overrides it."""
    if override := os.environ.get("PEERS_PYTHON"):
        return Path(override)
    python = ENVIRONMENT / "bin" / "python"
    requirements = FOLDER / "requirements.txt"
    if (ENVIRONMENT / "installed").exists():
        return python
    commands = (
        [sys.executable, "-m", "venv", str(ENVIRONMENT)],
        [str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)],
    )
    for command in commands:
        if subprocess.run(command, check=False).returncode:
            raise UnavailableError("their installation failed")
    (ENVIRONMENT / "installed").touch()
    return python


async def _reset_canvas(page: Page) -> None:
    await page.locator("button[aria-label='Reset canvas & history']").dispatch_event("click")


async def _clear_sketchpad(page: Page) -> None:
    await page.locator("button[aria-label='Clear canvas']").dispatch_event("click")
    await page.wait_for_timeout(300)
    await page.locator("button[aria-label='Brush']").click()
    await page.mouse.move(0, 0)
