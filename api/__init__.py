"""HTTP and WebSockets: the FastAPI applications under /api and at the legacy paths."""

from api.app import create_api, create_legacy_api

__all__ = ["create_api", "create_legacy_api"]
