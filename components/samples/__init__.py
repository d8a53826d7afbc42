"""Real handwritten digits from MNIST's test images, to try with one click."""
