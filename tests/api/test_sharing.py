"""Shared links and pictures of drawings: what they show, and to whom."""

import io
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from components.site.routes import site_routes
from core.settings import Settings
from db import new_id
from services.identity import SessionCookieMiddleware
from services.predictions import PredictionService
from services.sharing import create_share_token, read_share_token
from tests.api.in_process import in_process_client
from tools.sample_strokes import FOUR, SEVEN, encoded, picture

NUMBER = [*FOUR, *([[x + 200, y] for x, y in stroke] for stroke in SEVEN)]


@pytest.fixture
def site(
    applications: tuple[FastAPI, FastAPI],
    service: PredictionService,
    client: httpx.Client,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[httpx.Client]:
    """The API with the pages around it, on the same history."""
    assert client  # it has connected the API with the service
    monkeypatch.setattr("components.share.page.get_service", lambda: service)
    monkeypatch.setattr("components.share.page.get_settings", lambda: service.settings)
    app = Starlette(
        routes=[Mount("/api", applications[0]), *site_routes],
        middleware=[Middleware(SessionCookieMiddleware)],
    )
    with in_process_client(app) as site:
        yield site


def save(site: httpx.Client, strokes: object = SEVEN) -> str:
    """Save a drawing and return its id."""
    response = site.post("/api/strokes", json={"strokes": strokes}).raise_for_status()
    id: str = response.json()["id"]
    return id


def share(site: httpx.Client, id: str) -> str:
    """Return the path of the link to a prediction."""
    path: str = site.get(f"/api/history/{id}/share").raise_for_status().json()["path"]
    return f"/{path}"


def test_a_link_shows_its_prediction_until_that_is_deleted(site: httpx.Client) -> None:
    id, other = save(site), save(site, FOUR)
    path = share(site, id)
    site.put(f"/api/history/{id}/label", json={"text": "1", "by": "Ada Lovelace"})
    page = site.get(path)
    assert page.status_code == 200
    assert "Recognized as 7" in page.text
    for secret in (id, other, "Ada Lovelace", "/label"):
        assert secret not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in page.headers
    assert site.delete(f"/api/history/{id}").status_code == 204
    for part in ("", "/drawing.png", "/drawing.gif", "/preview.png"):
        gone = site.get(path + part)
        assert gone.status_code == 404
        assert gone.headers["cache-control"] == "no-store"
    assert "The prediction has been deleted" in site.get(path).text


@pytest.mark.parametrize("change", ["truncated", "signature", "id", "other purpose", "text"])
def test_a_changed_link_shows_nothing(
    site: httpx.Client, service: PredictionService, change: str
) -> None:
    path = share(site, save(site))
    token = path.removeprefix("/share/")
    value, _, signature = token.partition(".")
    cursor = service.store.page(1).next or "x"
    tokens = {
        "truncated": token[:-1],
        "signature": f"{value}.{signature[::-1]}",
        "id": f"{value[::-1]}.{signature}",
        "other purpose": cursor,
        "text": "７" * 39,
    }
    response = site.get(f"/share/{tokens[change]}")
    assert response.status_code == 404
    assert site.get(f"/share/{tokens[change]}/drawing.png").status_code == 404


def test_a_new_secret_ends_all_links() -> None:
    id = new_id()
    old, new = (Settings(secret=secret * 4) for secret in ("an old secret", "a new secret"))
    token = create_share_token(id, old)
    assert token == create_share_token(id, old)
    assert read_share_token(token, old) == id
    assert read_share_token(token, new) is None


def test_an_unknown_picture_is_not_found(site: httpx.Client) -> None:
    path = share(site, save(site))
    assert site.get(f"{path}/glyph.png").status_code == 404
    assert site.get(f"{path}/drawing.png/").status_code in (301, 404)


@pytest.mark.parametrize(
    ("language", "title", "none"),
    [("en", "Recognized as 47", "no digit"), ("zh", "识别为 47", "非数字")],
)
def test_the_page_is_in_both_languages(
    site: httpx.Client, language: str, title: str, none: str
) -> None:
    path = share(site, save(site, NUMBER))
    page = site.get(path, params={"lang": language}).text
    assert f"<h1>{title}</h1>" in page
    assert f'<meta property="og:title" content="{title} · Inkling">' in page
    image = f'content="http://{httpx.URL(str(site.base_url)).netloc.decode()}{path}/preview.png"'
    assert image in page
    assert page.count("<li") == 2 * 11 + page.split("<article")[0].count("<li")
    assert page.count(f"<b>{none}</b>") == 2


def test_the_bars_of_a_digit_add_up_to_all(site: httpx.Client) -> None:
    page = site.get(share(site, save(site))).text
    widths = [float(part.partition("%")[0]) for part in page.split('style="width:')[1:]]
    assert len(widths) == 11
    assert sum(widths) == pytest.approx(100, abs=0.1)


def test_what_was_drawn_cannot_add_markup(site: httpx.Client) -> None:
    page = site.get(share(site, save(site)), params={"lang": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_pictures_have_their_sizes(site: httpx.Client) -> None:
    id = save(site, NUMBER)
    path = share(site, id)
    sizes = {}
    for address in (f"{path}/preview.png", f"{path}/drawing.gif", f"/api/history/{id}/drawing.png"):
        response = site.get(address).raise_for_status()
        with Image.open(io.BytesIO(response.content)) as image:
            assert response.headers["content-type"] == f"image/{(image.format or '').lower()}"
            sizes[address] = image.size
    preview, gif, png = sizes.values()
    assert preview == (1200, 630)
    assert max(gif) == 320
    assert max(png) == 640


def test_an_image_is_shared_without_a_gif(site: httpx.Client) -> None:
    files = {"file": ("7.png", encoded(picture(SEVEN)))}
    id = site.post("/api/predict", files=files).raise_for_status().json()["id"]
    path = share(site, id)
    page = site.get(path).text
    assert "drawing.png" in page
    assert "drawing.gif" not in page
    assert site.get(f"{path}/drawing.gif").status_code == 404
    assert site.get(f"/api/history/{id}/drawing.gif").json()["error"]["code"] == "no_strokes"
    with Image.open(io.BytesIO(site.get(f"{path}/preview.png").content)) as image:
        assert image.size == (1200, 630)
    stored = site.get(f"/api/history/{id}/image.png").content
    assert site.get(f"{path}/drawing.png").content == stored


def test_the_qr_code_is_only_of_the_link(site: httpx.Client) -> None:
    id, other = save(site), save(site, FOUR)
    address = f"https://inkling.example/base{share(site, id)}"
    good = site.get(f"/api/history/{id}/qr.svg", params={"address": address})
    assert good.headers["content-type"] == "image/svg+xml"
    for wrong in ("https://evil.example/", address + "x", "javascript:" + address):
        response = site.get(f"/api/history/{id}/qr.svg", params={"address": wrong})
        assert response.status_code == 422
    response = site.get(f"/api/history/{other}/qr.svg", params={"address": address})
    assert response.status_code == 422


def test_a_link_of_a_prediction_that_never_was_shows_nothing(
    site: httpx.Client, service: PredictionService
) -> None:
    token = create_share_token(UUID(int=new_id().int), service.settings)
    assert site.get(f"/share/{token}").status_code == 404
