"""Synthetic pages to train a detector that finds digits in any image."""

MIN_DIGIT, MAX_DIGIT = 11.0, 92.0  # pixels, the height of digits on a page
