"""Train the small networks of the tests: .venv-training/bin/python -m tests.train_tiny_network

They are what somebody could bring, in plain Keras. They learn MNIST from $INKLING_DATA or
../shared/data; TensorFlow is needed.
"""

from pathlib import Path

import keras
import numpy as np

from model.training import NOT_A_DIGIT
from model.training.convert_keras import convert
from model.training.detexify import render_symbols
from model.training.evaluation_sets import find_data_folder
from model.training.mnist import load_mnist

FOLDER = Path(__file__).with_name("data") / "networks"
_SYMBOLS = 8_000


def convolutions() -> list[keras.Layer]:
    """Return the layers that both networks have."""
    return [
        keras.layers.Conv2D(8, 5, strides=2, activation="relu"),
        keras.layers.Conv2D(16, 3, strides=2, activation="relu"),
        keras.layers.Conv2D(32, 3, strides=2, activation="relu"),
        keras.layers.Flatten(),
    ]


def save(network: keras.Model, file: Path) -> None:
    """Write the network to `file`, and as a TensorFlow Lite file next to it."""
    network.save(file)
    keras.models.load_model(file, compile=False).save(file)  # without the optimizer's state
    file.with_suffix(".tflite").write_bytes(convert(file))


def main() -> None:
    """Write ten_classes.keras, ten_classes.tflite and eleven_classes.tflite.

    The first expects images from 0 to 1 and returns probabilities; the second expects 784 values
    from 0 to 255 and returns logits.
    """
    keras.utils.set_random_seed(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    images = load_mnist(find_data_folder() / "mnist.npz").train
    network = keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            *convolutions(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile("adam", "sparse_categorical_crossentropy")
    inputs = images.glyphs[..., None] / np.float32(255)
    network.fit(inputs, images.labels, batch_size=128, epochs=6, verbose=2)
    save(network, FOLDER / "ten_classes.keras")

    symbols = render_symbols(_SYMBOLS, np.random.default_rng(1))
    network = keras.Sequential(
        [
            keras.layers.Input((784,)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Reshape((28, 28, 1)),
            *convolutions(),
            keras.layers.Dense(11),
        ]
    )
    network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    inputs = np.concatenate([images.glyphs, symbols]).reshape(-1, 784).astype(np.float32)
    labels = np.concatenate([images.labels, np.full(len(symbols), NOT_A_DIGIT)])
    order = np.random.default_rng(1).permutation(len(labels))
    network.fit(inputs[order], labels[order], batch_size=128, epochs=6, verbose=2)
    save(network, FOLDER / "eleven_classes.keras")
    (FOLDER / "eleven_classes.keras").unlink()


if __name__ == "__main__":
    main()
