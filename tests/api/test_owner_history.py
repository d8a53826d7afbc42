"""What was read in one browser, and forgetting all of it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tools.dev_server import Server
from tools.sample_strokes import FOUR, SEVEN, encoded, picture


@contextmanager
def a_browser(server: Server) -> Iterator[httpx.Client]:
    """A client that keeps cookies and has opened the page."""
    with httpx.Client(base_url=server.url) as browser:
        browser.get("/", headers={"Accept": "text/html"}).raise_for_status()
        yield browser


def test_the_first_page_gives_a_browser_its_word_and_the_next_ones_keep_it(
    server: Server,
) -> None:
    with a_browser(server) as browser:
        word = browser.cookies["inkling_owner"]
        assert len(word) >= 16
        for path in ("/", "/review", "/join"):
            answer = browser.get(path, headers={"Accept": "text/html"})
            assert "set-cookie" not in answer.headers
    answer = httpx.get(server.url, headers={"Accept": "text/html"})
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=Lax" in answer.headers["set-cookie"]
    assert word not in answer.headers["set-cookie"]
    assert "set-cookie" not in httpx.get(f"{server.url}/api/history").headers


def test_whoever_made_them_forgets_all_of_theirs_and_nothing_else(
    client: httpx.Client, server: Server
) -> None:
    with a_browser(server) as ada, a_browser(server) as bob:
        for browser in (ada, bob, client):
            for strokes in (SEVEN, FOUR):
                browser.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
        file = {"file": ("seven.png", encoded(picture(SEVEN)))}
        ada.post("/api/predict", files=file).raise_for_status()
        ada.post("/upload", files={"the_file": file["file"]}).raise_for_status()
        assert [b.get("/api/history/mine").json()["count"] for b in (ada, bob, client)] == [4, 2, 0]
        assert ada.delete("/api/history/mine").json() == {"forgotten": 4}
        assert client.delete("/api/history/mine").json() == {"forgotten": 0}
        assert [b.get("/api/history/mine").json()["count"] for b in (ada, bob, client)] == [0, 2, 0]
        assert len(client.get("/api/history").json()["items"]) == 4


def test_a_word_that_is_none_of_ours_owns_nothing(client: httpx.Client) -> None:
    for word in ("short", "x" * 65, "with space and more", ""):
        headers = {"Cookie": f"inkling_owner={word}"}
        client.post("/api/strokes", json={"strokes": SEVEN}, headers=headers).raise_for_status()
        assert client.get("/api/history/mine", headers=headers).json() == {"count": 0}
        assert client.delete("/api/history/mine", headers=headers).json() == {"forgotten": 0}
    assert len(client.get("/api/history").json()["items"]) == 4
