"""One 28×28 inference: LiteRT beside Keras's three ways, with the same network.

Runs where TensorFlow is installed: `.venv-training/bin/python -m bench.inference`.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from bench.table import median, milliseconds, percentile, show
from model.training.architecture import build_network

NETWORK = Path(__file__).resolve().parent.parent / "model" / "network.tflite"
TIMES = 200


def main() -> None:
    """Print the table."""
    network = build_network()
    glyph = np.random.default_rng(1).random((1, 28, 28, 1), dtype=np.float32)
    graph = tf.function(network, reduce_retracing=True)
    interpreter = Interpreter(str(NETWORK), num_threads=1)
    runner = interpreter.get_signature_runner()
    (name,) = runner.get_input_details()
    ways = {
        "LiteRT (Inkling)": lambda: runner(**{name: glyph}),
        "tf.function": lambda: graph(glyph),
        "model(x)": lambda: network(glyph),
        "model.predict": lambda: network.predict(glyph, verbose=0),
    }
    taken = {way: milliseconds(infer, TIMES) for way, infer in ways.items()}
    fastest = median(taken["LiteRT (Inkling)"])
    rows = [
        [way, median(times), percentile(times, 0.95), median(times) / fastest]
        for way, times in taken.items()
    ]
    show(f"One inference, milliseconds ({TIMES} times)", ["", "p50", "p95", "times LiteRT"], rows)


if __name__ == "__main__":
    main()
