"""Rooms for presenting: state, connections, messages and background work."""
