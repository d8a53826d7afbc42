"""The reading on the page: bars that follow the pen, and what was recorded."""

from components.live_bars.panel import show_bars

__all__ = ["show_bars"]
