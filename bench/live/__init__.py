"""Measure how quickly the bars follow the pen: `python -m bench.live`."""
