"""HTTP and WebSocket: FastAPI under /api, and the routes kept from the service it replaces."""

from api.applications import create_api, create_kept_api

__all__ = ["create_api", "create_kept_api"]
