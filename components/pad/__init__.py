"""The drawing pad: a canvas, its tools, and the strokes on it."""
