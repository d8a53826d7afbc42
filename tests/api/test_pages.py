"""Files of several pages over HTTP: a prediction for each page, stored by itself."""

from collections.abc import Sequence

import httpx
import pytest
from PIL import Image

from tools.sample_strokes import FOUR, SEVEN, THREE, encoded, picture


def three_pages() -> list[Image.Image]:
    return [picture(strokes) for strokes in (THREE, [], SEVEN)]


def document(pages: Sequence[Image.Image], format: str) -> bytes:
    return encoded(pages[0], format, save_all=True, append_images=pages[1:])


def predict(client: httpx.Client, content: bytes, **params: str) -> httpx.Response:
    return client.post("/api/predict", params=params, files={"file": ("scan", content)})


@pytest.mark.parametrize("format", ["PDF", "TIFF"])
def test_each_page_has_a_prediction(client: httpx.Client, format: str) -> None:
    answer = predict(client, document(three_pages(), format)).json()
    assert answer["text"] == "3\f7"
    assert [page["text"] for page in answer["pages"]] == ["3", "", "7"]
    assert [digit["value"] for digit in answer["digits"]] == [3, 7]
    assert answer["confidence"] == min(digit["confidence"] for digit in answer["digits"])
    assert answer["verdict"] == "digit"


def test_each_page_that_is_not_blank_is_stored_by_itself_in_its_order(
    client: httpx.Client,
) -> None:
    answer = predict(client, document(three_pages(), "PDF")).json()
    three, blank, seven = (page["id"] for page in answer["pages"])
    assert blank is None
    assert answer["id"] == three
    items = client.get("/api/history").json()["items"]
    assert [(item["id"], item["text"]) for item in items] == [(three, "3"), (seven, "7")]
    assert client.put(f"/api/history/{seven}/label", json={"text": "1"}).status_code == 200
    assert client.delete(f"/api/history/{three}").status_code == 204
    (left,) = client.get("/api/history", params={"wrong": "true"}).json()["items"]
    assert (left["id"], left["label"]) == (seven, "1")


def test_a_blank_cover_page_is_left_out(client: httpx.Client) -> None:
    answer = predict(client, document([picture([]), picture(FOUR)], "TIFF")).json()
    assert answer["text"] == "4"
    assert answer["id"] == answer["pages"][1]["id"] is not None


def test_a_blank_document_is_stored_once(client: httpx.Client) -> None:
    answer = predict(client, document([picture([])] * 3, "PDF")).json()
    assert answer["text"] == ""
    assert [page["id"] is None for page in answer["pages"]] == [False, True, True]
    assert len(client.get("/api/history").json()["items"]) == 1


def test_no_page_is_stored_with_save_false(client: httpx.Client) -> None:
    answer = predict(client, document(three_pages(), "PDF"), save="false").json()
    assert [page["id"] for page in answer["pages"]] == [None, None, None]
    assert answer["id"] is None
    assert client.get("/api/history").json()["items"] == []


def test_an_image_has_one_page_with_the_same_prediction(client: httpx.Client) -> None:
    answer = predict(client, encoded(picture(SEVEN))).json()
    (page,) = answer.pop("pages")
    assert page == answer


def test_too_many_pages_are_refused(client: httpx.Client) -> None:
    response = predict(client, document([picture([], (20, 20))] * 21, "PDF"))
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "too_many_pages"


def test_the_legacy_routes_answer_all_pages(client: httpx.Client) -> None:
    file = {"the_file": ("scan.pdf", document(three_pages(), "PDF"))}
    assert client.post("/eval/image", files=file).text == "3\f7"
    assert "<strong>3 / 7</strong>" in client.post("/upload", files=file).text
