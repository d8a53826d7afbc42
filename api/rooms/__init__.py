"""Live rooms for presenting: state, connections, messages and background work."""
