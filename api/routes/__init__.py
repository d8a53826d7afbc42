"""HTTP routes and WebSockets, one module for each part of the API."""
