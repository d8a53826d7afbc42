"""The legacy routes keep working for the clients of the service that Inkling replaces."""

import httpx

from tools.sample_strokes import SEVEN, encoded, picture

FILE = {"the_file": ("7.png", encoded(picture(SEVEN)))}


def test_eval_image_answers_the_text_as_plain_text(client: httpx.Client) -> None:
    response = client.post("/eval/image", files=FILE)
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text == "7"


def test_the_upload_form_shows_the_predicted_text(client: httpx.Client) -> None:
    form = client.get("/upload")
    assert 'name="the_file"' in form.text
    assert "<strong>7</strong>" in client.post("/upload", files=FILE).text


def test_query_lists_the_newest_predictions(client: httpx.Client) -> None:
    client.post("/eval/image", files=FILE)
    assert [item["text"] for item in client.get("/query").json()["items"]] == ["7"]


def test_eval_image_refuses_a_file_that_is_no_image(client: httpx.Client) -> None:
    response = client.post("/eval/image", files={"the_file": ("7.txt", b"seven")})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "unsupported_image"
