"""How long the reader takes: one digit, eight digits, a photo of 12 megapixels, its own loading."""

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bench.table import median, milliseconds, percentile, show
from model import Recognizer, decode_image

TIMES = 200
LOADS = 5
LOAD = "import time; t = time.perf_counter(); from model import Recognizer; Recognizer.load(); "
PHOTO = (4000, 3000)  # pixels
GOALS = {"one digit": 0.8, "eight digits": 2.0, "photo, 12 megapixels": 120.0, "load": 300.0}


def main() -> None:
    """Print the table."""
    reader = Recognizer.load()
    one, eight, photo = strokes(1), strokes(8), photo_of(strokes(8))
    taken = {
        "one digit": milliseconds(lambda: reader.predict_strokes(one), TIMES),
        "eight digits": milliseconds(lambda: reader.predict_strokes(eight), TIMES),
        "photo, 12 megapixels": milliseconds(
            lambda: reader.predict_image(decode_image(photo)), TIMES // 10, warm_up=2
        ),
        "load": [loading() for _ in range(LOADS)],
    }
    rows = [
        [what, median(times), percentile(times, 0.95), GOALS[what]] for what, times in taken.items()
    ]
    show("The reader, milliseconds", ["", "p50", "p95", "goal p50"], rows)


def strokes(count: int) -> list[NDArray[np.float64]]:
    """So many digits side by side, a two and a zero in turn, in pixels of a pad."""
    angle = np.linspace(0, 2 * np.pi, 50)
    zero = np.stack([30 + 28 * np.sin(angle), 50 - 50 * np.cos(angle)], axis=1)
    bow = np.linspace(-2.6, 1.0, 30)
    head = np.stack([30 + 26 * np.cos(bow), 27 + 26 * np.sin(bow)], axis=1)
    two = np.concatenate([head, [[4.0, 100.0], [58.0, 100.0]]])
    return [(two, zero)[k % 2] + np.array([60.0 + 90 * k, 80.0]) for k in range(count)]


def photo_of(ink: list[NDArray[np.float64]]) -> bytes:
    """A JPEG file of 12 megapixels: dark strokes on paper in uneven light with some noise."""
    width, height = PHOTO
    page = Image.new("L", PHOTO, 0)
    draw = ImageDraw.Draw(page)
    for stroke in ink:
        points = (stroke * 4 + np.array([200.0, 900.0])).tolist()
        for start, end in pairwise(points):
            draw.line([*start, *end], fill=255, width=36)
    light = np.linspace(215, 150, width) + np.zeros((height, 1))
    noise = np.random.default_rng(1).normal(0, 4, (height, width))
    grey = light * (1 - 0.75 * np.asarray(page) / 255) + noise
    file = io.BytesIO()
    Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def loading() -> float:
    """Milliseconds from the first import of the model to a reader, in a process of its own."""
    code = LOAD + "print((time.perf_counter() - t) * 1000)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
