"""The review: a grid of readings, filters in the address, corrections by one key."""
