"""Letters and signs that nobody reads as a digit, from fonts that come as packages.

Hershey's fonts are pen strokes (package hershey-fonts); DejaVu's are outlines (package matplotlib).
Left out, sign by sign, is what people do read as digits: O, I, l, S, Z, b, g, q, з, ろ and so on.
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
from model.training.pen import Stroke, any_pen, draw_fitted

# Keys on which each stroke font keeps the signs that are wanted.
_PEN_SIGNS = {
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

# Characters of DejaVu Sans, as code points.
_OUTLINE_SIGNS = [
    [*range(0xC0, 0xCC), 0xD1, 0xDE, *range(0xE0, 0xEC), 0xF0, 0xF1, 0xFE],
    [0x394, 0x393, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A7, 0x3A8, 0x3A9, 0x3B1],
    [*range(0x3B2, 0x3B6), *range(0x3B7, 0x3B9), *range(0x3BA, 0x3BF), *range(0x3C0, 0x3CA)],
    [*map(ord, "АГДЕЖИЙКЛМНПРСТФХЦШЩЪЫЮЯагдежийклмнпртфхцшщъыюя")],
    [*map(ord, "ԱԲԳԴԵԷԸԹԺԻԼԽԾԿՃՄՆՈՊՌՍՎՏՐՒՓՔՖաբդեըթժիլխկճմնոպռստրփֆ")],
    [*map(ord, "אבגדהחטיכלםמנעפףצץקשת")],
    [*map(ord, "بتثجحخسشصضطظعغفقكلن")],
    [*map(ord, "აამდლმოჟრთიუფქღყშჩწჯ")],
    [*range(0x1401, 0x1460, 3), *range(0x1489, 0x1500, 3)],  # Canadian syllabics
    [*range(0x2190, 0x21B0), *range(0x2200, 0x2215), *range(0x221A, 0x2223)],  # arrows and signs
    [*range(0x2224, 0x2240), *range(0x2701, 0x274D)],
    [*range(0x2D30, 0x2D38), *range(0x2D39, 0x2D4E), *range(0x2D5A, 0x2D66)],  # Tifinagh
]
_EM = 72  # pixels of a font's em in the picture that is thinned


def draw_sign(random: np.random.Generator) -> Glyph:
    """A sign of any of the fonts, by pen strokes two times in three."""
    if random.random() < 0.65:
        return pen_sign(random)
    return outline_sign(random)


def pen_sign(random: np.random.Generator) -> Glyph:
    """A sign of a stroke font, slanted and bent a little."""
    fonts = _pen_signs()
    signs = fonts[random.integers(len(fonts))]
    strokes = signs[random.integers(len(signs))]
    matrix = np.eye(2) + random.normal(0, 0.16, (2, 2))
    return draw_fitted([_wave(stroke, random) @ matrix for stroke in strokes], any_pen(random))


def _wave(stroke: Stroke, random: np.random.Generator) -> Stroke:
    """The stroke with each point astray and a small bow between, as a hand would draw it."""
    return stroke + random.normal(0, 0.5, stroke.shape) + random.normal(0, 0.5, 2)


@lru_cache(maxsize=1)
def _pen_signs() -> list[list[list[Stroke]]]:
    """The strokes of every wanted sign, by font; about 21 units high."""
    fonts = []
    reader = HersheyFonts()
    for name, keys in _PEN_SIGNS.items():
        reader.load_default_font(name)
        signs = []
        for key in keys:
            strokes = [np.array(s, float) for s in reader.strokes_for_text(key) if len(s) > 1]
            if strokes and np.ptp(np.concatenate(strokes), axis=0).max() > 0:
                signs.append(strokes)
        fonts.append(signs)
    return fonts


def outline_sign(random: np.random.Generator) -> Glyph:
    """A sign of DejaVu Sans, its strokes thinned as far as a pen goes."""
    groups = _outline_signs()
    signs = groups[random.integers(len(groups))]
    return normalize_image(_thin(signs[random.integers(len(signs))], random))


def _thin(picture: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """The outline eroded, unless nothing were left of its thinner parts."""
    size = int(random.integers(1, 7))
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    thinner = cv2.erode(picture, pen)
    enough = np.count_nonzero(thinner) > 0.25 * np.count_nonzero(picture)
    return np.asarray(thinner if enough else picture, np.uint8)


@lru_cache(maxsize=1)
def _outline_signs() -> list[list[NDArray[np.uint8]]]:
    """Pictures of every wanted character that the font has, by script."""
    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    font = ImageFont.truetype(file, _EM)
    missing = _picture("\U000f0000", font)
    groups = []
    for codes in _OUTLINE_SIGNS:
        pictures = [_picture(chr(code), font) for code in codes]
        groups.append([p for p in pictures if p.any() and not np.array_equal(p, missing)])
    return [group for group in groups if group]


def _picture(character: str, font: ImageFont.FreeTypeFont) -> NDArray[np.uint8]:
    canvas = Image.new("L", (_EM * 2, _EM * 2))
    ImageDraw.Draw(canvas).text((_EM // 2, _EM // 2), character, 255, font)
    return np.asarray(canvas)
