"""The page on which reviewers sign in and out."""

from components.sign_in.page import sign_in_routes

__all__ = ["sign_in_routes"]
