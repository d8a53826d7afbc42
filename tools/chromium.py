"""Launch the installed Chromium for tests, benchmarks and screenshots."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright

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
    """Return the path of Chromium or Chrome (`CHROMIUM` overrides it), or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


class ChromiumNotFoundError(RuntimeError):
    """No Chromium or Chrome is installed."""


def launch(playwright: Playwright, flags: Sequence[str] = (), **options: Any) -> Browser:
    """Launch a headless Chromium. Raises ChromiumNotFoundError if none is installed."""
    return playwright.chromium.launch(
        executable_path=_require_chromium(), args=[*FLAGS, *flags], **options
    )


def launch_with_profile(playwright: Playwright, folder: Path) -> BrowserContext:
    """Launch with a persistent profile in `folder`, so that the HTTP cache survives a restart."""
    return playwright.chromium.launch_persistent_context(
        folder, executable_path=_require_chromium(), args=FLAGS
    )


def _require_chromium() -> str:
    path = find_chromium()
    if path is None:
        raise ChromiumNotFoundError("Chromium was not found: install it or set CHROMIUM.")
    return path
