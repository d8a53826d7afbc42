"""Clients for the HTTP tests: of the API in this process, and of a real server."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from api.app import create_api, create_legacy_api
from api.dependencies import prediction_service
from api.rooms.handlers import Rooms
from api.routes.rooms import all_rooms
from app import LEGACY_PATHS
from core.settings import Settings
from model import Recognizer
from services.identity import SessionCookieMiddleware
from services.predictions import PredictionService
from tests.api.in_process import in_process_client
from tools.dev_server import Server, running_server


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    """The network, loaded once."""
    return Recognizer.load()


@pytest.fixture
def service(tmp_path: Path, recognizer: Recognizer) -> Iterator[PredictionService]:
    """A service with an empty SQLite history."""
    settings = Settings(
        history="sqlite",
        history_file=tmp_path / "history.sqlite3",
        secret_file=tmp_path / "secret",
    )
    service = PredictionService(settings, recognizer)
    yield service
    service.close()


@pytest.fixture(scope="session")
def applications() -> tuple[FastAPI, FastAPI]:
    """The API and the legacy API, created once because that takes longer than most tests."""
    return create_api(), create_legacy_api()


@pytest.fixture
def client(
    applications: tuple[FastAPI, FastAPI], service: PredictionService
) -> Iterator[httpx.Client]:
    """A client of the API in this process, with an empty history."""
    rooms = Rooms(service)
    api, legacy = applications
    for application in applications:
        application.dependency_overrides = {
            prediction_service: lambda: service,
            all_rooms: lambda: rooms,
        }
    routes = [Mount("/api", api), *(Route(path, legacy) for path in LEGACY_PATHS)]
    middleware = [Middleware(SessionCookieMiddleware, settings=service.settings)]
    with in_process_client(Starlette(routes=routes, middleware=middleware)) as http:
        yield http


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with a SQLite history."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def server_client(server: Server) -> Iterator[httpx.Client]:
    """A client of the real server, whose history is cleared first."""
    with httpx.Client(base_url=server.url, timeout=30) as http:
        while items := http.get("/api/history", params={"limit": 500}).json()["items"]:
            for item in items:
                http.delete(f"/api/history/{item['id']}").raise_for_status()
        yield http
