"""Synthetic paper: color, light, texture, folds, tables, ruled lines and camera effects."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]  # (height, width, 3), 0 to 255


def make_paper(side: int, rng: np.random.Generator) -> Image:
    """Return blank paper (side, side, 3) with texture, light and perhaps ruled lines."""
    base = rng.uniform(150, 255) if rng.random() < 0.5 else rng.uniform(225, 255)
    color = np.clip(base + rng.normal(0, 8, 3), 90, 255)
    shade = rng.random()
    if shade < 0.33:
        color = np.full(3, 255.0)
    elif shade < 0.43:  # a colored note
        color = np.clip(base * rng.uniform(0.3, 1.0, 3), 60, 255)
    paper = np.empty((side, side, 3), np.float32)
    paper[:] = color
    if rng.random() < 0.35:
        _add_rules(paper, rng)
    if rng.random() < 0.4:
        paper *= _texture(side, rng)[..., None]
    if rng.random() < 0.15:
        paper *= _creases(side, rng)[..., None]
    if rng.random() < 0.1:  # the shadow of a hand or a phone
        shadow = np.ones((side, side), np.float32)
        _shade_polygon(shadow, rng.uniform(0.35, 0.85), rng)
        paper *= cv2.GaussianBlur(shadow, (0, 0), rng.uniform(0.6, 12))[..., None]
    if rng.random() < 0.45:
        paper *= _light(side, rng)[..., None]
    if rng.random() < 0.16:
        _add_fold(paper, rng)
    if rng.random() < 0.16:
        _add_table(paper, rng)
    return paper


def choose_ink_color(brightness: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return an ink color that stands out from paper of that mean brightness."""
    if rng.random() < 0.45:
        return rng.uniform(0, 60, 3)
    while True:
        color = rng.uniform(0, 255, 3)
        least = 35 if rng.random() < 0.15 else 70
        if np.abs(color - brightness).max() > least and brightness - color.mean() > 18:
            return color


def photograph(page: Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the page as uint8 after blur, sensor noise, changed contrast and JPEG compression."""
    if rng.random() < 0.3:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.3, 1.3)), np.float32)
    if rng.random() < 0.3:
        low, high = rng.uniform(0, 60), rng.uniform(150, 255)
        page = low + page * ((high - low) / 255)
    if rng.random() < 0.18:
        page = 255 - page
    if rng.random() < 0.45:
        strength = rng.uniform(1, 14) if rng.random() < 0.85 else rng.uniform(14, 32)
        grain = rng.normal(0, strength, (*page.shape[:2], rng.choice([1, 3])))
        if rng.random() < 0.3:  # grain that a camera has smoothed
            grain = np.atleast_3d(cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.5, 1.5)))
        page = page + grain.astype(np.float32)
    picture = np.clip(page, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))]
        encoded = cv2.imencode(".jpg", picture, quality)[1]
        picture = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
    if rng.random() < 0.15:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        picture = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
    return np.asarray(picture, np.uint8)


def _texture(side: int, rng: np.random.Generator) -> NDArray[np.float32]:
    fine = rng.normal(1, rng.uniform(0.005, 0.035), (side, side)).astype(np.float32)
    coarse_side = int(rng.integers(6, 40))
    coarse = rng.normal(0, rng.uniform(0.0, 0.03), (coarse_side, coarse_side)).astype(np.float32)
    coarse = np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(fine + coarse, np.float32)


def _creases(side: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the shading of crumpled or woven material."""
    if rng.random() < 0.4:  # woven cloth, wood grain
        y, x = np.mgrid[0:side, 0:side].astype(np.float32)
        angle = rng.uniform(0, np.pi)
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * rng.uniform(0.1, 1.6))
        return np.asarray(1 + rng.uniform(0.02, 0.12) * wave, np.float32)
    shading = np.ones((side, side), np.float32)
    if rng.random() < 0.5:  # flat facets between the creases
        for _ in range(rng.integers(2, 14)):
            _shade_polygon(shading, 1 + rng.uniform(-0.15, 0.12), rng)
        return np.asarray(cv2.GaussianBlur(shading, (0, 0), rng.uniform(0.5, 3)), np.float32)
    for _ in range(rng.integers(2, 14)):
        mask = np.zeros((side, side), np.float32)
        draw_line(mask, rng.uniform(0, side, 2), rng.uniform(0, np.pi), 2)
        soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.8, 5))
        shading *= 1 + rng.uniform(-0.25, 0.2) * soft
    return shading


def _light(side: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return uneven light: a gradient, and in one of three pages a shadow with a soft edge."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.5) * (x * np.cos(angle) + y * np.sin(angle))
    if rng.random() < 0.35:
        angle = rng.uniform(0, 2 * np.pi)
        distance = x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.4, 0.4)
        softness = rng.uniform(0.01, 0.2)
        light *= 1 - rng.uniform(0.1, 0.5) / (1 + np.exp(-distance / softness))
    return np.asarray(np.clip(light, 0.25, 1.3), np.float32)


def _shade_polygon(shading: NDArray[np.float32], factor: float, rng: np.random.Generator) -> None:
    side = shading.shape[0]
    mask = np.zeros((side, side), np.float32)
    points = rng.uniform(-0.6, 1.6, (int(rng.integers(3, 6)), 2)) * side
    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1.0, cv2.LINE_AA)
    shading *= 1 + (factor - 1) * mask


def _add_fold(paper: Image, rng: np.random.Generator) -> None:
    side = paper.shape[0]
    mask = np.zeros((side, side), np.float32)
    point = rng.uniform(0, side, 2)
    level = rng.random() < 0.5
    draw_line(mask, point, (0 if level else np.pi / 2) + rng.normal(0, 0.05), 3)
    depth = rng.uniform(-0.4, 0.15)
    paper *= (1 + depth * cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.8, 5)))[..., None]
    if rng.random() < 0.5:  # one side of the fold is darker
        beyond = np.arange(side) > point[1 if level else 0]
        shade = np.where(beyond, rng.uniform(0.8, 1), 1)[:, None, None]
        paper *= shade if level else shade.transpose(1, 0, 2)


def _add_table(paper: Image, rng: np.random.Generator) -> None:
    """Show the dark or colored table around the sheet on one to four sides."""
    side = paper.shape[0]
    color = rng.uniform(10, 150, 3)
    texture = rng.normal(1, 0.06, (side, side, 1))
    angle = rng.normal(0, 0.06)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    x, y = x + angle * (y - side / 2), y - angle * (x - side / 2)
    width = rng.uniform(0.02, 0.28) * side
    outside = np.zeros((side, side), np.bool_)
    for distance in (x, y, side - 1 - x, side - 1 - y):
        if rng.random() < 0.5:
            outside |= distance < width * rng.uniform(0.5, 1.3)
    paper[outside] = (color * texture)[outside]


def _add_rules(paper: Image, rng: np.random.Generator) -> None:
    """Draw ruled or squared paper, sometimes faint, sometimes as dark as a pen."""
    side = paper.shape[0]
    mask = np.zeros((side, side), np.float32)
    spacing = rng.uniform(5, 30) if rng.random() < 0.3 else rng.uniform(9, 90)
    tilt = rng.normal(0, 0.02)
    width = rng.choice([1, 1, 1, 2, 3])
    for angle in [0.0, np.pi / 2] if rng.random() < 0.5 else [rng.choice([0.0, np.pi / 2])]:
        for offset in np.arange(rng.uniform(0, spacing), side * 1.2, spacing):
            point = (0, offset) if angle == 0 else (offset, 0)
            draw_line(mask, np.array(point), angle + tilt, int(width))
    color = rng.uniform(0, 210, 3) if rng.random() < 0.5 else np.array([110, 140, 210.0])
    alpha = rng.uniform(0.1, 0.9) * np.clip(mask, 0, 1)[..., None]
    paper[:] = paper * (1 - alpha) + color * alpha


def draw_line(
    mask: NDArray[np.float32], point: NDArray[np.float64], angle: float, width: int
) -> None:
    """Draw a line through a point across the whole mask, 1 on 0."""
    reach = 3 * max(mask.shape) * np.array([np.cos(angle), np.sin(angle)])
    start, end = ((np.asarray(point) + sign * reach) * 16 for sign in (-1, 1))
    cv2.line(mask, start.astype(int).tolist(), end.astype(int).tolist(), 1.0, width, cv2.LINE_AA, 4)
