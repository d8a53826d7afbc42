"""Time the recognizer: one digit, eight digits, a 12-megapixel photo, and loading it."""

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from bench.table import median, percentile, print_table, time_calls
from model import Recognizer, decode_image

CALLS = 200
LOADS = 5
LOAD = "import time; t = time.perf_counter(); from model import Recognizer; Recognizer.load(); "
PHOTO_SIZE = (4000, 3000)  # pixels
TARGETS = {"one digit": 0.8, "eight digits": 2.0, "photo, 12 megapixels": 120.0, "load": 300.0}


def main() -> None:
    """Print the table."""
    recognizer = Recognizer.load()
    one_digit, eight_digits = sample_strokes(1), sample_strokes(8)
    photo = render_photo(eight_digits)
    durations = {
        "one digit": time_calls(lambda: recognizer.predict_strokes(one_digit), CALLS),
        "eight digits": time_calls(lambda: recognizer.predict_strokes(eight_digits), CALLS),
        "photo, 12 megapixels": time_calls(
            lambda: recognizer.predict_image(decode_image(photo)), CALLS // 10, warm_up=2
        ),
        "load": [measure_loading() for _ in range(LOADS)],
    }
    rows = [
        [name, median(times), percentile(times, 0.95), TARGETS[name]]
        for name, times in durations.items()
    ]
    print_table("Recognizer, ms", ["input", "p50", "p95", "target p50"], rows)


def sample_strokes(count: int) -> list[NDArray[np.float64]]:
    """Return `count` digits side by side, alternating two and zero, in pixels of a pad."""
    angles = np.linspace(0, 2 * np.pi, 50)
    zero = np.stack([30 + 28 * np.sin(angles), 50 - 50 * np.cos(angles)], axis=1)
    arc = np.linspace(-2.6, 1.0, 30)
    head = np.stack([30 + 26 * np.cos(arc), 27 + 26 * np.sin(arc)], axis=1)
    two = np.concatenate([head, [[4.0, 100.0], [58.0, 100.0]]])
    return [(two, zero)[i % 2] + np.array([60.0 + 90 * i, 80.0]) for i in range(count)]


def render_photo(strokes: list[NDArray[np.float64]]) -> bytes:
    """Return a 12-megapixel JPEG of dark strokes on unevenly lit paper, with noise."""
    width, height = PHOTO_SIZE
    page = Image.new("L", PHOTO_SIZE, 0)
    draw = ImageDraw.Draw(page)
    for stroke in strokes:
        points = (stroke * 4 + np.array([200.0, 900.0])).tolist()
        for start, end in pairwise(points):
            draw.line([*start, *end], fill=255, width=36)
    light = np.linspace(215, 150, width) + np.zeros((height, 1))
    noise = np.random.default_rng(1).normal(0, 4, (height, width))
    gray = light * (1 - 0.75 * np.asarray(page) / 255) + noise
    file = io.BytesIO()
    Image.fromarray(np.clip(gray, 0, 255).astype(np.uint8)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def measure_loading() -> float:
    """Return the milliseconds to import and load the recognizer in a fresh process."""
    code = LOAD + "print((time.perf_counter() - t) * 1000)"
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return float(result.stdout)


if __name__ == "__main__":
    main()
