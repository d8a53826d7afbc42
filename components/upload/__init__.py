"""The upload panel: an image by file, drag and drop, paste or camera."""
