"""The page on which a guest's phone draws for the presenter's screen."""

from components.join.page import join_page

__all__ = ["join_page"]
