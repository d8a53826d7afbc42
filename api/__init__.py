"""HTTP and WebSockets: the FastAPI applications under /api and at the legacy paths.

Nothing is imported here: app.py uses the light modules of api.middleware before the rest is loaded.
"""
