"""The presenter's big screen, which shows drawings and predictions to a room."""

from components.present.panel import present_page

__all__ = ["present_page"]
