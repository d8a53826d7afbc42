"""The history on the page."""
