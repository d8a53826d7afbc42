"""A line that says when a page has lost its connection."""
