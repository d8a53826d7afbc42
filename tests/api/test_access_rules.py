"""With access rules, each role may do what the table in docs/security.md says, on every route."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from api.dependencies import prediction_service
from api.rooms.handlers import Rooms
from api.routes.rooms import all_rooms
from app import LEGACY_PATHS, routes
from components.assets import assets_version
from components.site.not_found import NotFoundRoute
from components.site.streamlit_document import STREAMLIT_PAGES
from core.settings import ROOT, get_settings
from model import Recognizer
from services.identity import SessionCookieMiddleware
from services.predictions import PredictionService
from services.sharing import create_share_token
from tests.api.access_rules import CHECKED_ELSEWHERE, ROLES, RULES, table
from tests.api.in_process import in_process_client
from tools.dev_server import Server, running_server
from tools.sample_strokes import FOUR, SEVEN, encoded, picture

PASSWORD = "a password of the tests"
SETTINGS = {
    "REVIEWER_PASSWORD": PASSWORD,
    "API_TOKEN": "the token of a program",
    "OPERATOR_TOKEN": "the token of an operator",
}
PARTICIPANT = {"hello": "guest", "key": "a key of many letters", "name": ""}
HTTP_RULES = [rule for rule in RULES if not rule.startswith(("WS ", "page "))]
SOCKET_RULES = [rule for rule in RULES if rule.startswith("WS ")]

# What a request needs besides its path.
REQUESTS: dict[str, Callable[[], dict[str, Any]]] = {
    "POST /api/predict": lambda: {"files": {"file": ("7.png", encoded(picture(SEVEN)))}},
    "POST /api/predict/frame": lambda: {
        "files": {"file": ("frame.jpg", encoded(picture(SEVEN), "JPEG"))}
    },
    "POST /api/strokes": lambda: {"json": {"strokes": SEVEN}},
    "POST /api/feature-maps": lambda: {"json": {"glyph": b64encode(bytes(784)).decode()}},
    "PUT /api/history/{id}/label": lambda: {"json": {"text": "7"}},
    "POST /eval/image": lambda: {"files": {"the_file": ("7.png", encoded(picture(SEVEN)))}},
    "POST /upload": lambda: {"files": {"the_file": ("7.png", encoded(picture(SEVEN)))}},
    "POST /sign-in": lambda: {"data": {"password": PASSWORD}},
    "POST /api/training-jobs": lambda: {"json": {"kind": "train"}},
    "GET /api/rooms/{code}/qr.svg": lambda: {"params": {"address": "https://inkling.example"}},
}


@dataclass
class World:
    """A protected application, predictions of the role's browser and another, a room, a job."""

    client: httpx.Client
    own: str
    other: str
    room: dict[str, str]
    job: str


@pytest.fixture
def protected(
    monkeypatch: pytest.MonkeyPatch,
    applications: tuple[FastAPI, FastAPI],
    tmp_path: Any,
    recognizer: Recognizer,
) -> Iterator[httpx.Client]:
    """A client of the protected application in this process."""
    files = {"HISTORY_FILE": "history.sqlite3", "SECRET_FILE": "secret"}
    for name, value in SETTINGS.items() | {k: str(tmp_path / v) for k, v in files.items()}.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    service = PredictionService(get_settings(), recognizer)
    monkeypatch.setattr("components.share.page.get_service", lambda: service)
    rooms = Rooms(service)
    for application in applications:
        application.dependency_overrides = {
            prediction_service: lambda: service,
            all_rooms: lambda: rooms,
        }
    api, legacy = applications
    app = Starlette(
        routes=[
            Mount("/api", api),
            *(Route(path, legacy) for path in LEGACY_PATHS),
            *(route for route in routes if route not in _lazy_routes()),
        ],
        middleware=[Middleware(SessionCookieMiddleware)],
    )
    with in_process_client(app) as client:
        yield client
    service.close()
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def world(protected: httpx.Client) -> World:
    """Everything that the requests of a role are about."""
    other = _save(protected, FOUR)
    protected.cookies.clear()
    own = _save(protected, SEVEN)
    room = protected.post("/api/rooms").raise_for_status().json()
    program = {"Authorization": f"Bearer {SETTINGS['API_TOKEN']}"}
    job = protected.post("/api/training-jobs", json={"kind": "train"}, headers=program)
    return World(protected, own, other, room, job.raise_for_status().json()["id"])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("rule", [rule for rule in HTTP_RULES if rule not in CHECKED_ELSEWHERE])
def test_a_request_is_answered_as_the_table_says(world: World, rule: str, role: str) -> None:
    expected = RULES[rule][ROLES.index(role)]
    headers = become(role, world.client)
    response = request(world, rule, role, world.own, headers)
    if "{id}" in rule and "/review/" not in rule:
        other = request(world, rule, role, world.other, headers)
        assert response.is_success
        assert other.is_success if expected == "all" else other.status_code == 404
    elif expected in ("own", "all"):
        assert counted(rule, response, world) == {"own": 1, "all": 2}[expected]
    elif rule.endswith("with details"):
        assert (response.json()["history"] is not None) == (expected == "yes")
    elif expected == "yes" and rule == "POST /api/models/rollback":
        assert response.status_code == 409  # no model was served before
    elif expected == "yes":
        assert response.status_code < 400
    else:
        assert response.status_code == int(expected)


@pytest.mark.parametrize("path", ["/api/history", "/api/strokes", "/api/metrics"])
def test_an_unknown_token_is_refused(world: World, path: str) -> None:
    headers = {"Authorization": "Bearer another token"}
    method = "POST" if path == "/api/strokes" else "GET"
    body = {"strokes": SEVEN} if method == "POST" else None
    response = world.client.request(method, path, headers=headers, json=body)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_token"


def test_a_program_with_the_api_token_is_a_reviewer(world: World) -> None:
    world.client.cookies.clear()
    headers = {"Authorization": f"Bearer {SETTINGS['API_TOKEN']}"}
    path = f"/api/history/{world.own}/label"
    response = world.client.put(path, json={"text": "1", "by": "Ada"}, headers=headers)
    assert response.json()["labelled_by"] == "api"
    assert "set-cookie" not in response.headers
    assert world.client.get("/api/review/count", headers=headers).json()["count"] == 2
    assert world.client.get("/api/metrics", headers=headers).status_code == 403


def test_only_labels_of_reviewers_train(world: World) -> None:
    visitor = world.client.put(
        f"/api/history/{world.own}/label", json={"text": "1", "by": "Ada"}
    ).json()
    assert visitor["labelled_by"] == "visitor"
    become("reviewer", world.client)
    reviewer = world.client.put(f"/api/history/{world.other}/label", json={"text": "4"}).json()
    assert reviewer["labelled_by"] == "Grace"
    names = world.client.get("/api/review/dataset.zip").content
    assert world.other.encode() in names
    assert world.own.encode() not in names


def test_labels_of_visitors_do_not_change_what_reviewers_see(world: World) -> None:
    path = f"/api/history/{world.own}/label"
    world.client.put(path, json={"text": "1"}).raise_for_status()
    assert world.client.get("/api/history/summary").json()["accuracy"]["labelled"] == 1
    become("reviewer", world.client)
    assert world.client.get("/api/history/summary").json()["accuracy"]["labelled"] == 0
    assert world.client.get("/api/review/reliability").json()["digits"] == 0
    world.client.put(path, json={"text": "7"}).raise_for_status()
    assert world.client.get("/api/history/summary").json()["accuracy"]["labelled"] == 1
    assert world.client.get("/api/review/reliability").json()["digits"] == 1


@pytest.mark.parametrize("text", ["1", None])
def test_a_visitor_does_not_change_the_label_of_a_reviewer(world: World, text: str | None) -> None:
    path = f"/api/history/{world.own}/label"
    headers = {"Authorization": f"Bearer {SETTINGS['API_TOKEN']}"}
    world.client.put(path, json={"text": "7"}, headers=headers).raise_for_status()
    response = world.client.put(path, json={"text": text})
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "labelled_by_reviewer"
    assert world.client.get(f"/api/history/{world.own}").json()["label"] == "7"


def test_a_visitor_finds_similar_ones_of_their_own(world: World) -> None:
    second = _save(world.client, SEVEN)
    cookies = dict(world.client.cookies)
    for _ in range(3):
        world.client.cookies.clear()
        _save(world.client, SEVEN)
    world.client.cookies.update(cookies)
    found = world.client.get(f"/api/history/{world.own}/similar?limit=1").json()["items"]
    assert [item["prediction"]["id"] for item in found] == [second]


def test_the_name_of_a_room_session_deletes_nothing(world: World) -> None:
    session = world.room["session"]
    for cookie in (f"inkling_session={session}", f"inkling_owner={session}"):
        response = world.client.delete("/api/history/mine", headers={"Cookie": cookie})
        assert response.json() == {"forgotten": 0}


def test_every_route_has_a_rule(applications: tuple[FastAPI, FastAPI]) -> None:
    api, legacy = applications
    found = {*documented(api, "/api"), *documented(legacy, ""), *undocumented(api)}
    for route in routes:
        if isinstance(route, Route) and route.path in STREAMLIT_PAGES:
            found.add(f"page {route.path}")
        elif isinstance(route, Route) and route not in [*_lazy_routes(), *_not_found_routes()]:
            found |= {
                f"{method} {route.path}".replace(":path}", "}")
                for method in route.methods or ()
                if method != "HEAD"
            }
    described = {rule.partition("?")[0].partition(" as ")[0] for rule in RULES}
    described = {rule.partition(" with ")[0] for rule in described}
    assert found == described


def test_the_documentation_shows_the_rules() -> None:
    assert table() in (ROOT / "docs" / "security.md").read_text()


@pytest.fixture(scope="module")
def protected_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with access rules."""
    with running_server(tmp_path_factory.mktemp("protected"), SETTINGS) as running:
        yield running


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("rule", SOCKET_RULES)
def test_a_socket_is_served_as_the_table_says(
    protected_server: Server, rule: str, role: str
) -> None:
    with httpx.Client(base_url=protected_server.url) as client:
        headers = become(role, client)
        room = client.post("/api/rooms").raise_for_status().json()
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    is_invited = role in ("presenter", "participant")
    code = room["code"] if is_invited else wrong_code(room["code"])
    path = rule.removeprefix("WS ").partition(" ")[0].replace("{code}", code)
    message: dict[str, Any] = {"strokes": SEVEN}
    if rule.endswith("as presenter"):
        token = room["token"] if role == "presenter" else "guessed"
        message = {"hello": "presenter", "token": token}
    elif rule.endswith("as participant"):
        message = PARTICIPANT
    expected = RULES[rule][ROLES.index(role)]
    url = protected_server.url.replace("http", "ws") + path
    assert answer(url, message, headers) == expected


def answer(url: str, message: dict[str, Any], headers: dict[str, str]) -> str:
    """Send a message; "yes" if it is answered, else the code with which the socket closes."""
    with connect(url, additional_headers=headers) as socket:
        try:
            socket.send(json.dumps(message))
            socket.recv(timeout=10)
        except ConnectionClosed:
            return str(socket.close_code)
        return "yes"


def become(role: str, client: httpx.Client) -> dict[str, str]:
    """Sign in where the role needs it; return the headers of its requests."""
    if role == "reviewer":
        form = {"name": "Grace", "password": PASSWORD}
        assert client.post("/sign-in", data=form).status_code == 303
    if role == "operator":
        return {"Authorization": f"Bearer {SETTINGS['OPERATOR_TOKEN']}"}
    return {}


def request(world: World, rule: str, role: str, id: str, headers: dict[str, str]) -> httpx.Response:
    """Send the request of a rule as this role, about this prediction."""
    method, path = rule.split(" ")[:2]
    is_invited = role in ("presenter", "participant")
    code = world.room["code"] if is_invited else wrong_code(world.room["code"])
    path = path.replace("{id}", id).replace("{code}", code).replace("{job}", world.job)
    path = path.replace("{version}/{path}", f"{assets_version()}-0/pad/pad.js")
    path = path.replace("{version}", Recognizer.load().version)
    path = path.replace("{name}", "icon.svg")
    token = create_share_token(UUID(world.other), get_settings())  # its holder may be anyone
    path = path.replace("{token}", token).replace("{picture}", "drawing.gif")
    path = path.replace("/api/swagger", "/api/swagger/swagger-ui.css")
    options = REQUESTS.get(rule, dict)()
    if path.startswith("/api/history/") and path.endswith("/qr.svg"):
        shared = create_share_token(UUID(id), get_settings())
        options["params"] = {"address": f"https://inkling.example/share/{shared}"}
    if path.endswith("/drawings"):
        options["params"] = {"session": world.room["session"] if is_invited else "guessed"}
    return world.client.request(method, path, headers=headers, **options)


def counted(rule: str, response: httpx.Response, world: World) -> int:
    """Return how many predictions an answer is about."""
    if rule.endswith(("/mine", "/summary")):
        return sum(response.json().get(key, 0) for key in ("count", "forgotten", "total"))
    assert world.own in response.text
    return 1 + (world.other in response.text)


def wrong_code(code: str) -> str:
    """Return a code like this one, whose check character does not fit."""
    return code[:-1] + ("B" if code[-1] != "B" else "C")


def documented(application: FastAPI, prefix: str) -> set[str]:
    """Return the routes in an application's openapi.json."""
    return {
        f"{method.upper()} {prefix}{path}"
        for path, methods in application.openapi()["paths"].items()
        for method in methods
    }


def undocumented(api: FastAPI) -> set[str]:
    """Return the routes that are not in openapi.json: sockets, the documentation, static files."""
    found = set()
    for route in api.routes:
        included = getattr(route, "original_router", None)
        for part in included.routes if included else [route]:
            path = f"/api{getattr(part, 'path', '')}"
            if isinstance(part, WebSocketRoute):
                found.add(f"WS {path}")
            elif isinstance(part, Mount) or not getattr(part, "include_in_schema", True):
                found.add(f"GET {path}")
    return found


def _save(client: httpx.Client, strokes: Any) -> str:
    response = client.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
    id: str = response.json()["id"]
    return id


def _not_found_routes() -> list[Any]:
    """The route of all other paths, which answers 404."""
    return [route for route in routes if isinstance(route, NotFoundRoute)]


def _lazy_routes() -> list[Any]:
    """The routes of app.py that load their application in the background."""
    return [route for route in routes if getattr(route, "path", "") in ("/api", *LEGACY_PATHS)]
