"""HTTP routes and WebSockets, one module per resource."""
