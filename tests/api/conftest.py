"""A real server for the HTTP tests, and a client of it."""

from collections.abc import Iterator

import httpx
import pytest

from tools.dev_server import Server, running_server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an empty embedded history."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of that server, whose history is emptied first."""
    with httpx.Client(base_url=server.url, timeout=30) as http:
        while items := http.get("/api/history", params={"limit": 500}).json()["items"]:
            for item in items:
                http.delete(f"/api/history/{item['id']}").raise_for_status()
        yield http
