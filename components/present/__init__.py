"""The big screen: drawing and reading shown to a room."""

from components.present.panel import present_page

__all__ = ["present_page"]
