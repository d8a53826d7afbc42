"""Ink to digits: connected components, lines, grouping, touching digits."""
