"""A real Chromium, and what a person does in it."""

import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.conftest import unavailable

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome, `CHROMIUM` where that is set."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def launch(playwright: Playwright, **options: Any) -> Browser:
    """A headless Chromium; skips (STRICT=1: fails) where there is none."""
    path = find_chromium() or unavailable("Chromium")
    return playwright.chromium.launch(executable_path=path, args=FLAGS, **options)


def launch_with_profile(playwright: Playwright, folder: Path) -> BrowserContext:
    """The same with a profile in `folder`, which keeps its cache as a person's browser does."""
    path = find_chromium() or unavailable("Chromium")
    return playwright.chromium.launch_persistent_context(folder, executable_path=path, args=FLAGS)
