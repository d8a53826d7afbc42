"""Real handwritten digits from MNIST's test images, to try with one click."""

from components.gallery.panel import offer_samples
from components.gallery.samples import Sample, samples

__all__ = ["Sample", "offer_samples", "samples"]
