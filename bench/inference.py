"""Time one 28×28 inference in LiteRT and in three ways of Keras, with the same network.

Needs TensorFlow: `.venv-training/bin/python -m bench.inference`.
"""

from pathlib import Path

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from bench.table import median, percentile, print_table, time_calls
from model.training.architecture import build_network

NETWORK = Path(__file__).resolve().parent.parent / "model" / "network.tflite"
CALLS = 200


def main() -> None:
    """Print the table."""
    network = build_network()
    glyph = np.random.default_rng(1).random((1, 28, 28, 1), dtype=np.float32)
    graph = tf.function(network, reduce_retracing=True)
    interpreter = Interpreter(str(NETWORK), num_threads=1)
    runner = interpreter.get_signature_runner()
    (input_name,) = runner.get_input_details()
    methods = {
        "LiteRT (Inkling)": lambda: runner(**{input_name: glyph}),
        "tf.function": lambda: graph(glyph),
        "model(x)": lambda: network(glyph),
        "model.predict": lambda: network.predict(glyph, verbose=0),
    }
    durations = {name: time_calls(infer, CALLS) for name, infer in methods.items()}
    fastest = median(durations["LiteRT (Inkling)"])
    rows = [
        [name, median(times), percentile(times, 0.95), median(times) / fastest]
        for name, times in durations.items()
    ]
    print_table(f"One inference, ms ({CALLS} calls)", ["method", "p50", "p95", "× LiteRT"], rows)


if __name__ == "__main__":
    main()
