"""10,000 random inputs: each is refused or answered, none is an error of the server.

The seed is fixed, so that a failure can be repeated.
"""

import asyncio
import gc
import io
import json
import logging
import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image

from api.routes.live import LivePredictor
from api.websockets import CloseConnectionError
from model import Recognizer
from services.predictions import PredictionService
from tests.api.room_connections import PRESENTER, open_building, until
from tests.run_async import run_async
from tools.sample_strokes import SEVEN, encoded, picture

MAX_GROWTH = 50 * 2**20  # bytes of the process's memory
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO")
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "F", "CMYK")
NUMBERS = (0, 1, -1, 0.5, 150, 299.9, 1e6, -1e6, 1e9, 1e308, 10**400, 2**63)
TEXTS = ("", "7", "\ud800", "\x00", "é", "x" * 300, "{}", "__proto__", "1e999", "NaN", "../..")
IDS = ("00000000-0000-1000-8000-000000000000", "mine", "summary", "..%2f..", "%00", "é", "1" * 3000)


@pytest.fixture(autouse=True)
def nothing_breaks(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing is logged with a traceback, and memory comes back."""
    # The first image loads the detector, which stays in memory.
    large = encoded(picture(SEVEN).resize((1024, 768)))
    client.post("/api/predict?save=false", files={"file": large}).raise_for_status()
    process = psutil.Process()
    before = process.memory_info().rss
    with caplog.at_level(logging.WARNING):
        yield
    gc.collect()
    assert process.memory_info().rss - before < MAX_GROWTH
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def values(chance: random.Random, depth: int = 0) -> Any:
    """A random JSON value."""
    kind = chance.randrange(9 if depth < 4 else 6)
    if kind < 2:
        return chance.choice(NUMBERS)
    if kind < 3:
        return chance.choice(TEXTS)
    if kind < 6:
        return chance.choice([None, True, False, float("nan"), float("inf"), chance.random() * 300])
    if kind < 8:
        return [values(chance, depth + 1) for _ in range(chance.randrange(5))]
    return {chance.choice(TEXTS): values(chance, depth + 1) for _ in range(chance.randrange(4))}


def strokes(chance: random.Random) -> Any:
    """Random strokes, sometimes with something wrong among them."""
    drawing: list[Any] = [
        [[chance.uniform(-50, 350), chance.uniform(-50, 350)] for _ in range(chance.randrange(9))]
        for _ in range(chance.randrange(7))
    ]
    if chance.random() < 0.5:
        target = drawing
        while target and isinstance(target[-1], list) and chance.random() < 0.6:
            target = target[-1]
        target.append(values(chance))
    return drawing if chance.random() < 0.9 else values(chance)


def image(chance: random.Random) -> bytes:
    """A random image, or one with some bytes changed, or cut off."""
    if chance.random() < 0.2:
        content = encoded(picture(SEVEN), "PNG")
    else:
        size = (chance.choice((1, 2, 17, 60)), chance.choice((1, 3, 28, 60)))
        kind = chance.choice(FORMATS)
        colors = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
        buffer = io.BytesIO()
        try:
            colors.convert(chance.choice(MODES)).save(buffer, kind)
        except (OSError, ValueError, KeyError):  # this format has no such colors
            return chance.randbytes(chance.randrange(200))
        content = buffer.getvalue()
    changed = bytearray(content)
    for _ in range(chance.choice((0, 0, 1, 3, 20))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.choice((len(changed), len(changed), chance.randrange(400)))])


def assert_answered(response: httpx.Response) -> None:
    """No error of the server, and an error of the client has its envelope."""
    assert response.status_code < 500, response.text
    is_json = response.headers.get("content-type") == "application/json"
    if response.status_code >= 400 and is_json and response.content:  # HEAD has none
        assert response.json()["error"]["message"].endswith(".")


def test_random_images(client: httpx.Client) -> None:
    chance = random.Random(1)
    for _ in range(1000):
        files = {"file": (chance.choice(("a.png", "\x00", "a.eps")), image(chance))}
        assert_answered(client.post("/api/predict", params={"save": "false"}, files=files))


def test_random_strokes(client: httpx.Client) -> None:
    chance = random.Random(2)
    for _ in range(3500):
        reference = {"key": "k" * 16, "began": chance.choice(NUMBERS), "version": values(chance)}
        request = {"strokes": strokes(chance), "save": chance.choice([False, 0, "no"])}
        request["drawing"] = chance.choice([None, reference, values(chance)])
        body = json.dumps(request)
        if chance.random() < 0.1:
            body = body[: chance.randrange(len(body))]
        headers = {"Content-Type": chance.choice(["application/json", "text/plain", ""])}
        assert_answered(client.post("/api/strokes", content=body, headers=headers))


def test_random_ids_and_queries(client: httpx.Client) -> None:
    chance = random.Random(3)
    parts = ("", "/label", "/similar", "/image.png")
    paths = [*(f"history/{{}}{part}" for part in parts), "rooms/{}", "rooms/{}/drawings"]
    paths += ["history", "review", "history/mine", "dataset"]
    names = ("limit", "before", "digit", "since", "min_confidence", "confused", "session", "label")
    for _ in range(2500):
        path = chance.choice(paths).format(chance.choice(IDS))
        value = chance.choice(("-1", "1e999", "%ff", "9" * 99))
        url = f"/api/{path}?{chance.choice(names)}={value}"
        method = chance.choice(("GET", "GET", "PUT", "DELETE", "PATCH", "HEAD"))
        content = json.dumps(values(chance)) if method == "PUT" else None
        assert_answered(client.request(method, url, content=content))


def random_text(chance: random.Random, message: Any) -> str:
    """A message as JSON, sometimes cut off."""
    text = json.dumps(message)
    return text if chance.random() < 0.9 else text[: chance.randrange(1 + len(text))]


def test_random_live_messages(recognizer: Recognizer) -> None:
    chance = random.Random(4)

    async def main() -> None:
        for _ in range(2000):
            message = {"seq": chance.choice((1, values(chance))), "strokes": strokes(chance)}
            text = random_text(chance, chance.choice((message, message, values(chance))))
            try:
                answer = json.loads(await LivePredictor(lambda: recognizer).answer(text))
            except CloseConnectionError:
                continue
            assert "text" in answer or answer["error"]["message"].endswith(".")

    run_async(main())


ROOM_MESSAGES: tuple[Callable[[random.Random], Any], ...] = (
    lambda chance: {"ink": [[values(chance), 0, strokes(chance)]]},
    lambda chance: {"ink": values(chance), "pad": chance.choice(("screen1", "nobody", []))},
    lambda chance: {"undo": values(chance), "clear": values(chance)},
    lambda chance: {"vote": {"round": values(chance), "value": values(chance)}},
    lambda chance: {"name": values(chance)},
    lambda chance: {"do": "watch", "members": values(chance)},
    lambda chance: {"do": chance.choice(("clear", "remove", "label")), "member": values(chance)},
    lambda chance: {"do": "read", "strokes": strokes(chance)},
    lambda chance: {"do": values(chance), "settings": values(chance)},
    values,
)


def test_random_room_messages(service: PredictionService) -> None:
    chance = random.Random(5)

    async def main() -> None:
        async with open_building(service) as building, asyncio.timeout(60):
            session, token = building.rooms.create_session(PRESENTER)
            for number in range(50):
                known, pads = values(chance), values(chance)
                presenter = building.present(session.code, token, known=known, pads=pads)
                participant = building.join(session.code, number, name=values(chance))
                for _ in range(10):
                    for socket in (presenter, participant):
                        message = chance.choice(ROOM_MESSAGES)(chance)
                        socket.put(**(message if isinstance(message, dict) else {"x": message}))
                for socket in (presenter, participant):
                    socket.disconnect()
                await asyncio.gather(*building.tasks)
            presenter = building.present(session.code, token)
            await until(lambda: presenter.messages)

    run_async(main())
