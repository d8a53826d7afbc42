"""Segmentation: connected components, text lines, grouping, and splitting touching digits."""
