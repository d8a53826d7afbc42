"""POST /api/feature-maps: what the network computes for a glyph."""

from base64 import b64decode, b64encode

import httpx
import numpy as np
import pytest

from tools.sample_strokes import SEVEN


def test_the_glyph_of_a_prediction_has_feature_maps(server_client: httpx.Client) -> None:
    saved = server_client.post("/api/strokes", json={"strokes": SEVEN}).json()
    path = f"/api/history/{saved['id']}/explain"
    (digit,) = server_client.get(path).json()["again"]
    response = server_client.post("/api/feature-maps", json={"glyph": digit["glyph"]})
    answer = response.raise_for_status().json()
    for stage in answer["stages"]:
        assert len(b64decode(stage["maps"])) == stage["channels"] * stage["side"] ** 2
    assert np.sum(answer["contributions"], axis=1).argmax() == 7
    assert np.argmax(answer["outcomes"]) == 7
    assert np.sum(answer["outcomes"]) == pytest.approx(1, abs=1e-3)
    assert max(answer["outcomes"]) == pytest.approx(saved["confidence"], abs=1e-3)


@pytest.mark.parametrize(
    "glyph",
    ["", "not base64!", b64encode(bytes(783)).decode(), "A" * 10**6, None, 7, [[0] * 28] * 28],
)
def test_what_is_no_glyph_is_refused(server_client: httpx.Client, glyph: object) -> None:
    response = server_client.post("/api/feature-maps", json={"glyph": glyph})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid_request"
