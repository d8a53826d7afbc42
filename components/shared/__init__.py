"""ES modules and styles that several panels import."""
