"""POST /api/predict with a key: a file that is sent again is saved once. Camera frames are not."""

import time
from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.rate_limits import RATES, RateLimitedError, RateLimits
from services.predictions import PredictionService
from tests.api.test_bad_input import assert_clear_error
from tools.sample_strokes import FOUR, SEVEN, THREE, encoded, picture

KEY = "a-key-of-24-letters-long"


@pytest.fixture
def browser(client: httpx.Client) -> httpx.Client:
    """A client that has the cookie with its owner id, as every browser that shows the page."""
    client.post("/api/strokes", json={"strokes": SEVEN}).raise_for_status()
    client.delete("/api/history/mine").raise_for_status()
    return client


def send(client: httpx.Client, content: bytes, began: float) -> Any:
    params: dict[str, str | int] = {"key": KEY, "began": round(1000 * began)}
    response = client.post("/api/predict", params=params, files={"file": ("a", content)})
    return response.raise_for_status().json()


def saved(client: httpx.Client) -> list[tuple[str, str]]:
    items = client.get("/api/history").json()["items"]
    return [(item["id"], item["text"]) for item in items]


def test_a_file_that_is_sent_again_is_saved_once(browser: httpx.Client) -> None:
    now = time.time()
    content = encoded(picture(SEVEN))
    first, again = (send(browser, content, now) for _ in range(2))
    assert first["id"] == again["id"]
    assert saved(browser) == [(first["id"], "7")]


def test_the_pages_of_a_file_that_is_sent_again_are_saved_once_and_in_order(
    browser: httpx.Client,
) -> None:
    now = time.time()
    pages = [picture(SEVEN), picture([]), picture(THREE), picture(FOUR)]
    content = encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])
    first, again = (send(browser, content, now) for _ in range(2))
    ids = [page["id"] for page in first["pages"]]
    assert [page["id"] for page in again["pages"]] == ids
    assert ids[1] is None
    assert saved(browser) == [(ids[0], "7"), (ids[2], "3"), (ids[3], "4")]


def test_a_label_given_before_the_file_came_again_stays(browser: httpx.Client) -> None:
    now = time.time()
    content = encoded(picture(SEVEN))
    id = send(browser, content, now)["id"]
    browser.put(f"/api/history/{id}/label", json={"text": "1"}).raise_for_status()
    send(browser, content, now)
    assert browser.get(f"/api/history/{id}").json()["label"] == "1"


def test_the_same_key_from_another_browser_or_time_is_another_file(browser: httpx.Client) -> None:
    now = time.time()
    content = encoded(picture(SEVEN))
    send(browser, content, now)
    send(browser, content, now - 1)
    browser.cookies.clear()
    send(browser, content, now)
    assert len(saved(browser)) == 3


@pytest.mark.parametrize("offset", [timedelta(days=-32), timedelta(minutes=5)])
def test_a_time_that_cannot_be_right_is_refused(client: httpx.Client, offset: timedelta) -> None:
    began = round(1000 * (time.time() + offset.total_seconds()))
    files = {"file": ("a", encoded(picture(SEVEN)))}
    response = client.post("/api/predict", params={"key": KEY, "began": began}, files=files)
    assert_clear_error(response, 422, "invalid_time")


@pytest.mark.parametrize("params", [{"key": KEY}, {"began": 1}, {"key": "short", "began": 1}])
def test_a_key_without_a_time_is_refused(client: httpx.Client, params: dict[str, Any]) -> None:
    files = {"file": ("a", encoded(picture(SEVEN)))}
    response = client.post("/api/predict", params=params, files=files)
    assert_clear_error(response, 422, "invalid_request")


def test_a_frame_is_recognized_and_not_saved(client: httpx.Client) -> None:
    frame = picture(SEVEN).resize((640, 640))
    files = {"file": ("frame.jpg", encoded(frame, "JPEG"))}
    prediction = client.post("/api/predict/frame", files=files).raise_for_status().json()
    assert prediction["text"] == "7"
    (digit,) = prediction["digits"]
    x, y, width, height = digit["box"]
    assert 0 <= x < x + width <= 640
    assert 0 <= y < y + height <= 640
    assert width * height > 640 * 640 / 20
    assert saved(client) == []


def test_frames_leave_the_rates_of_files_and_drawings_alone() -> None:
    limits = RateLimits(0.001)
    for _ in range(int(RATES["frames"].partition("/")[0]) // 1000):
        limits.take("frames", "10.0.0.1")
    with pytest.raises(RateLimitedError):
        limits.take("frames", "10.0.0.1")
    limits.take("images", "10.0.0.1")
    limits.take("predictions", "10.0.0.1")


def test_a_frame_is_refused_while_too_many_wait(
    client: httpx.Client, service: PredictionService
) -> None:
    files = {"file": ("frame.jpg", encoded(picture(SEVEN), "JPEG"))}
    limiter = service._frame_limiter
    limiter._admitted = limiter._capacity
    response = client.post("/api/predict/frame", files=files)
    assert_clear_error(response, 503, "busy")
    assert int(response.headers["Retry-After"]) > 0
    assert client.post("/api/predict", files=files).is_success  # files have a queue of their own
