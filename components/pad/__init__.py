"""The pad: a canvas to draw on, its tools, and the strokes that are on it."""

from components.pad.panel import WIDTHS, draw_pad
from components.pad.paths import strokes_of

__all__ = ["WIDTHS", "draw_pad", "strokes_of"]
