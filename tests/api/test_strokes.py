"""POST /api/strokes: what a pen drew."""

import re

import httpx
import pytest

from tools.sample_strokes import FOUR, ONE, SEVEN, THREE, ZERO


@pytest.mark.parametrize(
    ("strokes", "digit"), [(ZERO, 0), (ONE, 1), (THREE, 3), (FOUR, 4), (SEVEN, 7)]
)
def test_reads_a_digit(client: httpx.Client, strokes: object, digit: int) -> None:
    answer = client.post("/api/strokes", json={"strokes": strokes}).json()
    assert answer["text"] == str(digit)
    assert answer["source"] == "pad"
    (read,) = answer["digits"]
    assert read["value"] == digit
    assert read["verdict"] == "digit"
    assert len(read["probabilities"]) == 10
    assert sum(read["probabilities"]) == pytest.approx(1, abs=1e-4)
    assert max(range(10), key=read["probabilities"].__getitem__) == digit
    assert 0.5 < read["confidence"] <= 1


def test_box_is_where_the_ink_is(client: httpx.Client) -> None:
    (digit,) = client.post("/api/strokes", json={"strokes": SEVEN}).json()["digits"]
    x, y, width, height = digit["box"]
    assert x <= 80
    assert y <= 60
    assert x + width >= 220
    assert y + height >= 250
    assert width < 200
    assert height < 250


def test_created_is_in_milliseconds_of_utc(client: httpx.Client) -> None:
    created = client.post("/api/strokes", json={"strokes": ONE}).json()["created"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created)


def test_is_kept_unless_told_otherwise(client: httpx.Client) -> None:
    kept = client.post("/api/strokes", json={"strokes": SEVEN}).json()
    passing = client.post("/api/strokes", json={"strokes": SEVEN, "save": False}).json()
    assert passing["id"] is None
    items = client.get("/api/history").json()["items"]
    assert [item["id"] for item in items] == [kept["id"]]


@pytest.mark.parametrize("strokes", [[], [[]]])
def test_blank_pad_reads_as_nothing_and_is_not_kept(client: httpx.Client, strokes: object) -> None:
    answer = client.post("/api/strokes", json={"strokes": strokes}).json()
    assert answer["text"] == ""
    assert answer["digits"] == []
    assert answer["id"] is None
    assert client.get("/api/history").json()["items"] == []


def test_reads_a_number_left_to_right(client: httpx.Client) -> None:
    beside = [[[x + 260, y] for x, y in stroke] for stroke in ZERO]
    answer = client.post("/api/strokes", json={"strokes": beside + SEVEN}).json()
    assert answer["text"] == "70"
    assert [digit["value"] for digit in answer["digits"]] == [7, 0]
