"""The page on which a participant's phone draws for the presenter's screen."""

from components.join.page import join_page

__all__ = ["join_page"]
