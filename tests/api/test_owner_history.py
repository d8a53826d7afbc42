"""The predictions of one browser: the session cookie, counting and deleting them."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import numpy as np

from services.predictions import PredictionService
from tools.dev_server import Server
from tools.sample_strokes import FOUR, SEVEN, encoded, picture


@contextmanager
def open_browser(server: Server) -> Iterator[httpx.Client]:
    """A client that stores cookies and has opened the page."""
    with httpx.Client(base_url=server.url) as browser:
        browser.get("/", headers={"Accept": "text/html"}).raise_for_status()
        yield browser


def test_the_first_page_sets_the_session_cookie_and_later_ones_do_not_change_it(
    server: Server,
) -> None:
    with open_browser(server) as browser:
        session = browser.cookies["inkling_session"]
        for path in ("/", "/review", "/join"):
            response = browser.get(path, headers={"Accept": "text/html"})
            assert "set-cookie" not in response.headers
    response = httpx.get(server.url, headers={"Accept": "text/html"})
    assert "httponly" in response.headers["set-cookie"]
    assert "samesite=lax" in response.headers["set-cookie"]
    assert "secure" not in response.headers["set-cookie"]
    assert session not in response.headers["set-cookie"]
    assert "set-cookie" not in httpx.get(f"{server.url}/api/history").headers


def test_an_owner_deletes_all_of_their_predictions_and_no_others(
    server_client: httpx.Client, server: Server
) -> None:
    with (
        open_browser(server) as ada,
        open_browser(server) as bob,
        httpx.Client(base_url=server.url) as program,  # which gets its cookie by saving
    ):
        clients = (ada, bob, program)
        for client in clients:
            for strokes in (SEVEN, FOUR):
                client.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
        file = {"file": ("seven.png", encoded(picture(SEVEN)))}
        ada.post("/api/predict", files=file).raise_for_status()
        ada.post("/upload", files={"the_file": file["file"]}).raise_for_status()
        assert [count_own(client) for client in clients] == [4, 2, 2]
        assert ada.delete("/api/history/mine").json() == {"forgotten": 4}
        assert server_client.delete("/api/history/mine").json() == {"forgotten": 0}
        assert [count_own(client) for client in clients] == [0, 2, 2]
        assert len(server_client.get("/api/history").json()["items"]) == 4


def test_a_forged_cookie_owns_nothing(client: httpx.Client) -> None:
    client.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    signed = client.cookies["inkling_session"]
    client.cookies.clear()
    for cookie in (
        "inkling_owner=any-word-of-16-letters-or-more",
        "inkling_session=",
        "inkling_session=null",
        f"inkling_session={signed[:-1]}",
        f"inkling_session=x{signed}",
    ):
        headers = {"Cookie": cookie}
        client.post("/api/strokes", json={"strokes": SEVEN}, headers=headers).raise_for_status()
        assert client.get("/api/history/mine", headers=headers).json() == {"count": 0}
        assert client.delete("/api/history/mine", headers=headers).json() == {"forgotten": 0}
        client.cookies.clear()
    assert len(client.get("/api/history").json()["items"]) == 6


def test_a_request_that_saves_nothing_gets_no_cookie(client: httpx.Client) -> None:
    response = client.post("/api/strokes", json={"strokes": SEVEN, "save": False})
    assert "set-cookie" not in response.headers
    assert "set-cookie" not in client.get("/api/history").headers


def test_a_session_shows_its_drawings_also_those_of_version_0_2_0(
    client: httpx.Client, service: PredictionService
) -> None:
    room = client.post("/api/rooms").json()
    for owner in (room["session"], f"room:{room['session']}", "another owner"):
        service.predict_strokes([np.array(stroke) for stroke in SEVEN], owner=owner)
    path = f"/api/rooms/{room['code']}/drawings"
    drawings = client.get(path, params={"session": room["session"]}).json()
    assert len(drawings["items"]) == 2


def count_own(client: httpx.Client) -> int:
    count: int = client.get("/api/history/mine").json()["count"]
    return count
