"""POST /api/strokes: a drawing of digits."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO


@pytest.mark.parametrize(
    ("strokes", "value"), [(ZERO, 0), (ONE, 1), (THREE, 3), (FOUR, 4), (SEVEN, 7)]
)
def test_a_digit_is_recognized(client: httpx.Client, strokes: object, value: int) -> None:
    prediction = client.post("/api/strokes", json={"strokes": strokes}).json()
    assert prediction["text"] == str(value)
    assert prediction["source"] == "pad"
    (digit,) = prediction["digits"]
    assert digit["value"] == value
    assert digit["verdict"] == "digit"
    assert len(digit["probabilities"]) == 10
    assert sum(digit["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert max(range(10), key=digit["probabilities"].__getitem__) == value
    assert 0.5 < digit["confidence"] <= 1


def test_the_box_surrounds_the_strokes(client: httpx.Client) -> None:
    (digit,) = client.post("/api/strokes", json={"strokes": SEVEN}).json()["digits"]
    x, y, width, height = digit["box"]
    assert x <= 80
    assert y <= 60
    assert x + width >= 220
    assert y + height >= 250
    assert width < 200
    assert height < 250


def test_the_creation_time_is_utc_in_milliseconds(client: httpx.Client) -> None:
    created = client.post("/api/strokes", json={"strokes": ONE}).json()["created"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created)


def test_a_prediction_is_saved_unless_save_is_false(client: httpx.Client) -> None:
    saved = client.post("/api/strokes", json={"strokes": SEVEN}).json()
    unsaved = client.post("/api/strokes", json={"strokes": SEVEN, "save": False}).json()
    assert unsaved["id"] is None
    items = client.get("/api/history").json()["items"]
    assert [item["id"] for item in items] == [saved["id"]]


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_a_blank_drawing_has_no_digits_and_is_not_saved(
    client: httpx.Client, strokes: object
) -> None:
    prediction = client.post("/api/strokes", json={"strokes": strokes}).json()
    assert prediction["text"] == ""
    assert prediction["digits"] == []
    assert prediction["id"] is None
    assert client.get("/api/history").json()["items"] == []


def test_digits_are_ordered_left_to_right(client: httpx.Client) -> None:
    right = [[[x + 260, y] for x, y in stroke] for stroke in ZERO]
    prediction = client.post("/api/strokes", json={"strokes": right + SEVEN}).json()
    assert prediction["text"] == "70"
    assert [digit["value"] for digit in prediction["digits"]] == [7, 0]


def reference(version: int = 0, age: float = 0, key: str = "k" * 16) -> dict[str, object]:
    """Return a reference to a drawing that was begun `age` seconds ago."""
    return {"key": key, "began": round((BEGAN - age) * 1000), "version": version}


BEGAN = time.time()


def save(client: httpx.Client, strokes: object, **drawing: Any) -> dict[str, Any]:
    """Save strokes of the drawing with this reference."""
    body = {"strokes": strokes, "drawing": reference(**drawing)}
    response = client.post("/api/strokes", json=body).raise_for_status()
    saved: dict[str, Any] = response.json()
    return saved


def saved_texts(client: httpx.Client) -> list[str]:
    return [item["text"] for item in client.get("/api/history").json()["items"]]


@pytest.fixture
def browser(client: httpx.Client) -> httpx.Client:
    """A client that has the session cookie."""
    client.get("/api/health/live", headers={"Accept": "text/html"})
    return client


def test_a_drawing_that_is_sent_again_is_saved_once(browser: httpx.Client) -> None:
    ids = {save(browser, SEVEN)["id"] for _ in range(3)}
    assert len(ids) == 1
    assert saved_texts(browser) == ["7"]


def test_a_drawing_that_grows_stays_one_prediction(browser: httpx.Client) -> None:
    first = save(browser, FOUR[:1], version=1)
    assert save(browser, FOUR, version=2)["id"] == first["id"]
    assert saved_texts(browser) == ["4"]


def test_another_key_or_time_is_another_drawing(browser: httpx.Client) -> None:
    ids = {save(browser, SEVEN, **other)["id"] for other in ({}, {"age": 9}, {"key": "q" * 16})}
    assert len(ids) == 3


def test_an_older_version_that_arrives_late_is_not_saved(browser: httpx.Client) -> None:
    newest = save(browser, FOUR, version=2)
    assert save(browser, FOUR[:1], version=1)["id"] is None
    assert saved_texts(browser) == ["4"]
    assert save(browser, FOUR, version=2)["id"] == newest["id"]


def test_the_same_reference_from_another_browser_is_another_prediction(
    browser: httpx.Client,
) -> None:
    mine = save(browser, SEVEN)
    browser.cookies.clear()
    browser.get("/api/health/live", headers={"Accept": "text/html"})
    assert save(browser, THREE)["id"] != mine["id"]
    assert sorted(saved_texts(browser)) == ["3", "7"]


def test_a_drawing_has_the_time_at_which_it_was_begun(browser: httpx.Client) -> None:
    created = datetime.fromisoformat(save(browser, SEVEN, age=3600)["created"])
    assert created.timestamp() == pytest.approx(BEGAN - 3600, abs=0.002)


@pytest.mark.parametrize("age", [-3600, 32 * 24 * 3600])
def test_a_time_that_cannot_be_right_is_refused(browser: httpx.Client, age: int) -> None:
    body = {"strokes": SEVEN, "drawing": reference(age=age)}
    response = browser.post("/api/strokes", json=body)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid_time"
    assert saved_texts(browser) == []


@pytest.mark.parametrize(
    "wrong",
    [{"key": "short"}, {"key": "k" * 65}, {"key": "k" * 15 + "/"}, {"began": -1}, {"version": -1}],
)
def test_an_invalid_reference_is_refused(browser: httpx.Client, wrong: dict[str, object]) -> None:
    body = {"strokes": SEVEN, "drawing": reference() | wrong}
    assert browser.post("/api/strokes", json=body).status_code == 422


def test_a_labelled_drawing_that_goes_on_is_saved_as_one_other_prediction(
    browser: httpx.Client,
) -> None:
    labelled = save(browser, FOUR[:1], version=1)
    browser.put(f"/api/history/{labelled['id']}/label", json={"text": "1"}).raise_for_status()
    assert save(browser, FOUR[:1], version=1)["id"] == labelled["id"]
    ids = {save(browser, FOUR, version=2)["id"] for _ in range(3)}
    assert len(ids) == 1
    assert saved_texts(browser) == ["4", labelled["text"]]


def test_versions_that_arrive_together_are_saved_in_order(browser: httpx.Client) -> None:
    drawings = [[[[x, 40], [x, 240]] for x in range(60, 60 + 20 * n, 20)] for n in range(1, 9)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: save(browser, drawings[n], version=n), range(8)))
    (item,) = browser.get("/api/history").json()["items"]
    strokes = browser.get(f"/api/history/{item['id']}/strokes").json()["strokes"]
    assert len(strokes) == 8
