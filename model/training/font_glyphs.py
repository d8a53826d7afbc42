"""Letters and symbols that look like no digit, rendered from fonts that come as Python packages.

Hershey's fonts are pen strokes (package hershey-fonts); DejaVu's are outlines (package matplotlib).
Characters that people read as a digit are excluded one by one: O, I, l, S, Z, b, g, q, з, ろ and
so on.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from HersheyFonts import HersheyFonts
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.preprocessing.normalize import Glyph, normalize_image
from model.training.pen import Stroke, render_glyph, sample_pen_width

# The characters to use of each stroke font, by the ASCII characters that they are mapped to.
_STROKE_FONT_CHARACTERS = {
    "futural": "ACEFHKLMNPRTUVWXacdefhkmnptuvwx#%*+<=>@^~",
    "rowmans": "ACEFHKLMNPRTUVWXacdefhkmnptuvwx#%@",
    "cursive": "ACEFHKLMNPRTUVWXacdefhkmnprtuvwx",
    "scripts": "ACEFHKLMNPRTUVWXacdefhkmnprtuvwx",
    "greek": "ABCDEFGHKLMNPQRSTUWXYabcdefghklmnpqrstuvwxy",
    "greeks": "ABCDEGHKLMNPQRSTUWXYabcdeghklmnpqrstuvwxy",
    "japanese": "\"#$%&'()*+,./012345678ABDEFGHIJKLMNPQTUVWXYZ[]^_abcdefghlnoqr",
    "markers": "DEFGHIJKLMNOPRSTUVWXYZacdefg",
    "mathlow": '!"$%*+<>@vwxyz{}^&',
    "symbolic": "ADEFGIJKLMNPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "astrology": "\"#$%&'*+,-.<=>?@[]^_`{|}~",
    "meteorology": "!\"#$%&'(*+,-.",
}

# The characters to use of DejaVu Sans, a row for each script or block.
_OUTLINE_CODE_POINTS = [
    [*range(0xC0, 0xCC), 0xD1, 0xDE, *range(0xE0, 0xEC), 0xF0, 0xF1, 0xFE],
    [0x394, 0x393, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A7, 0x3A8, 0x3A9, 0x3B1],
    [*range(0x3B2, 0x3B6), *range(0x3B7, 0x3B9), *range(0x3BA, 0x3BF), *range(0x3C0, 0x3CA)],
    [*map(ord, "АГДЕЖИЙКЛМНПРСТФХЦШЩЪЫЮЯагдежийклмнпртфхцшщъыюя")],
    [*map(ord, "ԱԲԳԴԵԷԸԹԺԻԼԽԾԿՃՄՆՈՊՌՍՎՏՐՒՓՔՖաբդեըթժիլխկճմնոպռստրփֆ")],
    [*map(ord, "אבגדהחטיכלםמנעפףצץקשת")],
    [*map(ord, "بتثجحخسشصضطظعغفقكلن")],
    [*map(ord, "აამდლმოჟრთიუფქღყშჩწჯ")],
    [*range(0x1401, 0x1460, 3), *range(0x1489, 0x1500, 3)],  # Canadian syllabics
    [*range(0x2190, 0x21B0), *range(0x2200, 0x2215), *range(0x221A, 0x2223)],  # arrows, operators
    [*range(0x2224, 0x2240), *range(0x2701, 0x274D)],
    [*range(0x2D30, 0x2D38), *range(0x2D39, 0x2D4E), *range(0x2D5A, 0x2D66)],  # Tifinagh
]
_EM = 72  # pixels of the em at which outlines are rendered, before they are thinned


def render_font_glyph(rng: np.random.Generator) -> Glyph:
    """Return a random character, two times in three of a stroke font."""
    if rng.random() < 0.65:
        return render_stroke_character(rng)
    return render_outline_character(rng)


def render_stroke_character(rng: np.random.Generator) -> Glyph:
    """Return a random character of a stroke font, slightly slanted and distorted."""
    fonts = _load_stroke_fonts()
    characters = fonts[rng.integers(len(fonts))]
    strokes = characters[rng.integers(len(characters))]
    matrix = np.eye(2) + rng.normal(0, 0.16, (2, 2))
    return render_glyph(
        [_jitter(stroke, rng) @ matrix for stroke in strokes], sample_pen_width(rng)
    )


def _jitter(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """Displace the points of a stroke, each by itself and all together."""
    return stroke + rng.normal(0, 0.5, stroke.shape) + rng.normal(0, 0.5, 2)


@lru_cache(maxsize=1)
def _load_stroke_fonts() -> list[list[list[Stroke]]]:
    """Return the strokes of each character, by font, in units of about a 21st of the height."""
    fonts = []
    reader = HersheyFonts()
    for name, keys in _STROKE_FONT_CHARACTERS.items():
        reader.load_default_font(name)
        characters = []
        for key in keys:
            strokes = [np.array(s, float) for s in reader.strokes_for_text(key) if len(s) > 1]
            if strokes and np.ptp(np.concatenate(strokes), axis=0).max() > 0:
                characters.append(strokes)
        fonts.append(characters)
    return fonts


def render_outline_character(rng: np.random.Generator) -> Glyph:
    """Return a random character of DejaVu Sans, thinned to about the width of a pen."""
    scripts = _render_outline_scripts()
    images = scripts[rng.integers(len(scripts))]
    return normalize_image(_thin(images[rng.integers(len(images))], rng))


def _thin(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Erode the image, unless that removes most of the character."""
    size = int(rng.integers(1, 7))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    thinner = cv2.erode(image, kernel)
    enough = np.count_nonzero(thinner) > 0.25 * np.count_nonzero(image)
    return np.asarray(thinner if enough else image, np.uint8)


@lru_cache(maxsize=1)
def _render_outline_scripts() -> list[list[NDArray[np.uint8]]]:
    """Return images of all characters of _OUTLINE_CODE_POINTS that the font has, by row."""
    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    font = ImageFont.truetype(file, _EM)
    missing = _render_character("\U000f0000", font)  # the box that stands for missing characters
    scripts = []
    for codes in _OUTLINE_CODE_POINTS:
        images = [_render_character(chr(code), font) for code in codes]
        scripts.append([i for i in images if i.any() and not np.array_equal(i, missing)])
    return [images for images in scripts if images]


def _render_character(character: str, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    """Return an image (144, 144) of the character, 255 on 0."""
    canvas = Image.new("L", (_EM * 2, _EM * 2))
    ImageDraw.Draw(canvas).text((_EM // 2, _EM // 2), character, 255, font)
    return np.asarray(canvas)
