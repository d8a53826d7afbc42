"""The history on the page."""

from components.history_panel.panel import show_history

__all__ = ["show_history"]
