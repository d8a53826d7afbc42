"""The drawing page and the state of one visit to it."""
