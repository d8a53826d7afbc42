"""The review page: a grid of predictions, filters in the URL, labels by a single key."""
