"""Handwritten digits from MNIST's test set, to try with one click."""
