"""Image and stroke preprocessing, up to the 28×28 glyph that is the network's input."""
