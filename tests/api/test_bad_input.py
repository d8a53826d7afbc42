"""Invalid input is answered with a 4xx and one clear sentence, and changes nothing."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.middleware.body_limit import MAX_JSON_ARRAYS
from model.preprocessing.strokes import MAX_COORDINATE, MAX_STROKES
from tools.sample_strokes import ONE, SEVEN, Stroke, encoded, picture

JPEG = encoded(picture(SEVEN, mode="RGB"), "JPEG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 9"/></svg>'


def decompression_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises an image of gigabytes."""

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


FILES = {
    "text": (b"seven", 422, "unsupported_image"),
    "empty": (b"", 422, "empty_file"),
    "svg": (SVG, 422, "unsupported_image"),
    "truncated": (JPEG[: len(JPEG) // 2], 422, "truncated_image"),
    "decompression bomb": (decompression_bomb(30_000, 30_000), 413, "image_too_large"),
    "over 10 MB": (JPEG + bytes(11 * 2**20), 413, "file_too_large"),
}


@pytest.fixture(autouse=True)
def saved_prediction(client: httpx.Client) -> Iterator[str]:
    """The id of a prediction that must be in the history before and after the test."""
    id: str = client.post("/api/strokes", json={"strokes": SEVEN}).json()["id"]
    yield id
    assert client.get(f"/api/history/{id}").json()["text"] == "7"


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_image_is_refused(client: httpx.Client, name: str) -> None:
    content, status, code = FILES[name]
    response = client.post("/api/predict", files={"file": (name, content)})
    assert_clear_error(response, status, code)


@pytest.mark.parametrize("name", FILES)
def test_the_server_and_its_page_survive_a_file_that_is_no_image(
    server_client: httpx.Client, name: str
) -> None:
    content, status, code = FILES[name]
    response = server_client.post("/api/predict", files={"file": (name, content)})
    assert_clear_error(response, status, code)
    assert server_client.get("/").status_code == 200
    response = server_client.post("/api/strokes", json={"strokes": SEVEN})
    assert response.json()["text"] == "7"


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
    "text for a boolean": '{"strokes": [], "save": "perhaps"}',
}


@pytest.mark.parametrize("name", STROKES)
def test_strokes_of_the_wrong_type_are_refused(client: httpx.Client, name: str) -> None:
    response = client.post(
        "/api/strokes", content=STROKES[name], headers={"Content-Type": "application/json"}
    )
    assert_clear_error(response, 422)


def test_one_point_is_a_dot(client: httpx.Client) -> None:
    response = client.post("/api/strokes", json={"strokes": [[[5, 5]]]})
    assert response.status_code == 200
    assert len(response.json()["digits"]) == 1


@pytest.mark.parametrize(
    ("scale", "shift"),
    [
        pytest.param(1, 0.99 * MAX_COORDINATE, id="far from the origin"),
        pytest.param(3000, -450_000, id="almost a million pixels wide"),
        pytest.param(0.01, 0, id="tiny"),
    ],
)
def test_a_drawing_within_the_coordinate_limit_is_recognized(
    client: httpx.Client, scale: float, shift: float
) -> None:
    response = client.post("/api/strokes", json={"strokes": moved(SEVEN, scale, shift)})
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
    response = client.post("/api/strokes", json={"strokes": moved(SEVEN, scale, shift)})
    assert_clear_error(response, 422, "invalid_strokes")


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
        pytest.param(line_of_points(MAX_JSON_ARRAYS - 3), id="most points"),  # 3 enclose them
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
        pytest.param(line_of_points(MAX_JSON_ARRAYS - 2), 413, "too_many_points", id="points"),
        pytest.param(line_of_strokes(MAX_STROKES + 1), 422, "too_many_strokes", id="strokes"),
    ],
)
def test_a_drawing_above_the_size_limit_is_refused(
    client: httpx.Client, strokes: Any, status: int, code: str
) -> None:
    response = client.post("/api/strokes", json={"strokes": strokes})
    assert_clear_error(response, status, code)


def test_a_missing_file_is_named(client: httpx.Client) -> None:
    response = client.post("/api/predict", files={"picture": ("7.png", b"")})
    assert_clear_error(response, 422, "invalid_request")
    assert "file" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "id", ["0c5ff0a2-c747-11f0-8de9-0242ac120002", "9f0a3f6e-7a0e-4a57-9a3b-0d6a2f0b9c11", "seven"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("GET", "/image.png"), ("PUT", "/label"), ("GET", "/similar")],
)
def test_an_unknown_id_is_not_found(client: httpx.Client, id: str, method: str, path: str) -> None:
    body = {"text": "7"} if method == "PUT" else None
    response = client.request(method, f"/api/history/{id}{path}", json=body)
    assert_clear_error(response, 404, "not_found")


def test_a_cursor_that_was_changed_is_refused(client: httpx.Client) -> None:
    for _ in range(3):
        client.post("/api/strokes", json={"strokes": ONE})
    cursor = client.get("/api/history", params={"limit": 1}).json()["next"]
    forged = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for before in (forged, cursor[:-2], "x", "é", cursor + "A"):
        response = client.get("/api/history", params={"before": before})
        assert_clear_error(response, 400, "invalid_cursor")


@pytest.mark.parametrize(
    "query",
    ["digit=12", "limit=0", "limit=501", "verdict=maybe", "since=yesterday", "min_confidence=2"],
)
def test_an_invalid_filter_is_named(client: httpx.Client, query: str) -> None:
    response = client.get(f"/api/history?{query}")
    assert_clear_error(response, 422, "invalid_request")
    assert query.split("=")[0] in response.json()["error"]["message"]


@pytest.mark.parametrize("text", ["seven", "", "7" * 65, 7])
def test_an_invalid_label_is_refused(
    client: httpx.Client, saved_prediction: str, text: Any
) -> None:
    response = client.put(f"/api/history/{saved_prediction}/label", json={"text": text})
    assert_clear_error(response, 422)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nothing", 404), ("PUT", "/api/strokes", 405)]
)
def test_an_unknown_path_or_method_is_refused(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    assert_clear_error(client.request(method, path), status)


def moved(strokes: list[Stroke], scale: float, shift: float) -> list[Stroke]:
    """Return the strokes scaled and then moved right and down."""
    return [[[x * scale + shift, y * scale + shift] for x, y in stroke] for stroke in strokes]


def assert_clear_error(response: httpx.Response, status: int, code: str | None = None) -> None:
    """The status, a code and one sentence that tells nothing of the implementation."""
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"code", "message"}
    assert code in (None, error["code"])
    assert error["message"].endswith((".", "!"))
    assert len(error["message"]) > 20
    assert "Traceback" not in response.text
