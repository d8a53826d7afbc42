"""Bad input gets a 4xx with one clear sentence, and costs nobody anything."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.middleware import MAX_LISTS
from model.preprocessing.strokes import MAX_COORDINATE, MAX_STROKES
from tools.sample_strokes import ONE, SEVEN, encoded, picture

JPEG = encoded(picture(SEVEN, mode="RGB"), "JPEG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 9"/></svg>'


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises a picture of gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(autouse=True)
def an_earlier_reading(client: httpx.Client) -> Iterator[str]:
    """The id of a reading that stands in the history before and after, with the page alive."""
    kept = client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    yield kept
    assert client.get("/").status_code == 200
    assert client.get(f"/api/history/{kept}").json()["text"] == "7"


FILES = {
    "text": (b"seven", 422, "unsupported_image"),
    "empty": (b"", 422, "empty_file"),
    "svg": (SVG, 422, "unsupported_image"),
    "truncated": (JPEG[: len(JPEG) // 2], 422, "truncated_image"),
    "bomb": (bomb(30_000, 30_000), 413, "image_too_large"),
    "over 10 MB": (JPEG + bytes(11 * 2**20), 413, "file_too_large"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_picture(client: httpx.Client, name: str) -> None:
    content, status, code = FILES[name]
    response = client.post("/api/predict", files={"file": (name, content)})
    assert_clear(response, status, code)


STROKES = {
    "NaN": '{"strokes": [[[NaN, 1], [2, 2]]]}',
    "infinite": '{"strokes": [[[Infinity, 1], [2, 2]]]}',
    "text for a number": '{"strokes": [[["a", 1]]]}',
    "three numbers a point": '{"strokes": [[[1, 2, 3]]]}',
    "null": '{"strokes": null}',
    "an object": '{"strokes": {"0": 1}}',
    "a list": "[]",
    "missing": "{}",
    "not JSON": "strokes=7",
    "truth as text": '{"strokes": [], "save": "perhaps"}',
}


@pytest.mark.parametrize("name", STROKES)
def test_strokes_of_the_wrong_kind(client: httpx.Client, name: str) -> None:
    response = client.post(
        "/api/strokes", content=STROKES[name], headers={"Content-Type": "application/json"}
    )
    assert_clear(response, 422)


def test_one_point_is_a_dot(client: httpx.Client) -> None:
    response = client.post("/api/strokes", json={"strokes": [[[5, 5]]]})
    assert response.status_code == 200
    assert len(response.json()["digits"]) == 1


@pytest.mark.parametrize(
    ("scale", "shift"),
    [
        pytest.param(1, 0.99 * MAX_COORDINATE, id="far from the origin"),
        pytest.param(3000, -450_000, id="almost a million pixels wide"),
    ],
)
def test_a_drawing_within_the_coordinate_limit_is_recognized(
    client: httpx.Client, scale: float, shift: float
) -> None:
    strokes = [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in SEVEN]
    response = client.post("/api/strokes", json={"strokes": strokes})
    assert response.status_code == 200, response.text
    assert response.json()["text"] == "7"


@pytest.mark.parametrize(
    ("scale", "shift"),
    [
        pytest.param(1, MAX_COORDINATE, id="far from the origin"),
        pytest.param(1e7, -1e9, id="a billion pixels wide"),
    ],
)
def test_a_drawing_beyond_the_coordinate_limit_is_refused(
    client: httpx.Client, scale: float, shift: float
) -> None:
    strokes = [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in SEVEN]
    response = client.post("/api/strokes", json={"strokes": strokes})
    assert_clear(response, 422, "invalid_strokes")


def line_of_points(count: int) -> list[list[list[float]]]:
    """Return one vertical stroke of `count` points, 200 pixels long."""
    return [[[150, round(50 + 200 * index / count, 3)] for index in range(count)]]


def line_of_strokes(count: int) -> list[list[list[float]]]:
    """Return `count` short strokes that together make a vertical line, 200 pixels long."""
    step = 200 / count
    return [[[150, 50 + step * index], [150, 51 + step * index]] for index in range(count)]


@pytest.mark.parametrize(
    "strokes",
    [
        pytest.param(line_of_points(MAX_LISTS - 3), id="most points"),  # 3 brackets around them
        pytest.param(line_of_strokes(MAX_STROKES), id="most strokes"),
    ],
)
def test_a_drawing_of_the_largest_size_is_recognized(client: httpx.Client, strokes: Any) -> None:
    response = client.post("/api/strokes", json={"strokes": strokes})
    assert response.status_code == 200, response.text
    assert response.json()["text"] == "1"


@pytest.mark.parametrize(
    ("strokes", "status", "code"),
    [
        pytest.param(line_of_points(MAX_LISTS - 2), 413, "too_many_points", id="points"),
        pytest.param(line_of_strokes(MAX_STROKES + 1), 422, "too_many_strokes", id="strokes"),
    ],
)
def test_a_drawing_above_the_size_limit_is_refused(
    client: httpx.Client, strokes: Any, status: int, code: str
) -> None:
    response = client.post("/api/strokes", json={"strokes": strokes})
    assert_clear(response, status, code)


def test_no_file(client: httpx.Client) -> None:
    response = client.post("/api/predict", files={"picture": ("7.png", b"")})
    assert_clear(response, 422, "invalid_request")
    assert "file" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "id", ["0c5ff0a2-c747-11f0-8de9-0242ac120002", "9f0a3f6e-7a0e-4a57-9a3b-0d6a2f0b9c11", "seven"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("GET", "/image.png"), ("PUT", "/label"), ("GET", "/similar")],
)
def test_unknown_id(client: httpx.Client, id: str, method: str, path: str) -> None:
    body = {"text": "7"} if method == "PUT" else None
    response = client.request(method, f"/api/history/{id}{path}", json=body)
    assert_clear(response, 404, "not_found")


def test_cursor_that_was_tampered_with(client: httpx.Client) -> None:
    for _ in range(3):
        client.post("/api/strokes", json={"strokes": ONE})
    cursor = client.get("/api/history", params={"limit": 1}).json()["next"]
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for before in (forged, cursor[:-2], "x", "é", cursor + "A"):
        response = client.get("/api/history", params={"before": before})
        assert_clear(response, 400, "invalid_cursor")


@pytest.mark.parametrize(
    "query",
    ["digit=12", "limit=0", "limit=501", "verdict=maybe", "since=yesterday", "min_confidence=2"],
)
def test_filter_that_makes_no_sense(client: httpx.Client, query: str) -> None:
    response = client.get(f"/api/history?{query}")
    assert_clear(response, 422, "invalid_request")
    assert query.split("=")[0] in response.json()["error"]["message"]


@pytest.mark.parametrize("text", ["seven", "", "7" * 65, 7])
def test_label_that_is_no_number(client: httpx.Client, an_earlier_reading: str, text: Any) -> None:
    path = f"/api/history/{an_earlier_reading}/label"
    assert_clear(client.put(path, json={"text": text}), 422)


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nothing"), ("PUT", "/api/strokes")])
def test_address_or_method_that_is_not_there(client: httpx.Client, method: str, path: str) -> None:
    assert_clear(client.request(method, path), 404 if method == "GET" else 405)


def assert_clear(response: httpx.Response, status: int, code: str | None = None) -> None:
    """The contract's error: the status, a code, one sentence, nothing of our insides."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"code", "message"}
    assert code in (None, error["code"])
    assert error["message"].endswith((".", "!"))
    assert len(error["message"]) > 20
    assert "Traceback" not in response.text
