"""The predictions of one browser: the owner cookie, counting and deleting them."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tools.dev_server import Server
from tools.sample_strokes import FOUR, SEVEN, encoded, picture


@contextmanager
def open_browser(server: Server) -> Iterator[httpx.Client]:
    """A client that stores cookies and has opened the page."""
    with httpx.Client(base_url=server.url) as browser:
        browser.get("/", headers={"Accept": "text/html"}).raise_for_status()
        yield browser


def test_the_first_page_sets_the_owner_cookie_and_later_ones_do_not_change_it(
    server: Server,
) -> None:
    with open_browser(server) as browser:
        owner = browser.cookies["inkling_owner"]
        assert len(owner) >= 16
        for path in ("/", "/review", "/join"):
            response = browser.get(path, headers={"Accept": "text/html"})
            assert "set-cookie" not in response.headers
    response = httpx.get(server.url, headers={"Accept": "text/html"})
    assert "HttpOnly" in response.headers["set-cookie"]
    assert "SameSite=Lax" in response.headers["set-cookie"]
    assert owner not in response.headers["set-cookie"]
    assert "set-cookie" not in httpx.get(f"{server.url}/api/history").headers


def test_an_owner_deletes_all_of_their_predictions_and_no_others(
    server_client: httpx.Client, server: Server
) -> None:
    with open_browser(server) as ada, open_browser(server) as bob:
        clients = (ada, bob, server_client)
        for client in clients:
            for strokes in (SEVEN, FOUR):
                client.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
        file = {"file": ("seven.png", encoded(picture(SEVEN)))}
        ada.post("/api/predict", files=file).raise_for_status()
        ada.post("/upload", files={"the_file": file["file"]}).raise_for_status()
        assert [count_own(client) for client in clients] == [4, 2, 0]
        assert ada.delete("/api/history/mine").json() == {"forgotten": 4}
        assert server_client.delete("/api/history/mine").json() == {"forgotten": 0}
        assert [count_own(client) for client in clients] == [0, 2, 0]
        assert len(server_client.get("/api/history").json()["items"]) == 4


def test_an_invalid_owner_id_owns_nothing(client: httpx.Client) -> None:
    for owner in ("short", "x" * 65, "with space and more", ""):
        headers = {"Cookie": f"inkling_owner={owner}"}
        client.post("/api/strokes", json={"strokes": SEVEN}, headers=headers).raise_for_status()
        assert client.get("/api/history/mine", headers=headers).json() == {"count": 0}
        assert client.delete("/api/history/mine", headers=headers).json() == {"forgotten": 0}
    assert len(client.get("/api/history").json()["items"]) == 4


def count_own(client: httpx.Client) -> int:
    count: int = client.get("/api/history/mine").json()["count"]
    return count
