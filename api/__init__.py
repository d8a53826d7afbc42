"""HTTP and WebSocket: FastAPI under /api, and the routes kept from the service it replaces."""

from api.app import create_api, create_legacy_api

__all__ = ["create_api", "create_legacy_api"]
