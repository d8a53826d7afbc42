"""Images and strokes to ink, and ink to the 28×28 glyph that the network sees."""
