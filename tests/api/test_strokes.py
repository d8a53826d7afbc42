"""POST /api/strokes: a drawing of digits."""

import re

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
