"""A real OpenID Connect provider in a process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from tools.dev_server import free_port


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The URL of an OpenID Connect provider with users of every kind."""
    port = free_port()
    users = [
        {"sub": "ada", "email": "ada@school.example", "email_verified": True},
        {"sub": "eve", "email": "eve@evilschool.example", "email_verified": True},
        {"sub": "mallory", "email": "mallory@school.example", "email_verified": False},
    ]
    claims = [part for user in users for part in ("--user-claims", json.dumps(user))]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_answering(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait_until_answering(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/.well-known/openid-configuration").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the provider did not start")
