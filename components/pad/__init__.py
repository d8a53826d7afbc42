"""The pad: a canvas to draw on, its tools, and the strokes that are on it."""
