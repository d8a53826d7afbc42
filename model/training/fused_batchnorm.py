"""Batch normalization with TensorFlow's fused kernel."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers


@keras.saving.register_keras_serializable("inkling")
class FusedBatchNormalization(layers.Layer):  # type: ignore[misc]
    """Batch normalization with TensorFlow's fused kernel, which Keras 3 no longer uses.

    On a CPU it halves the time of a training step, and unlike Keras's own layer it stays in
    bfloat16.
    """

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3, **options: object) -> None:
        super().__init__(**options)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, shape: tuple[int | None, ...]) -> None:
        def add_vector(name: str, initializer: str, trainable: bool) -> keras.Variable:
            return self.add_weight(
                name=name,
                shape=(shape[-1],),
                dtype="float32",
                autocast=False,
                initializer=initializer,
                trainable=trainable,
            )

        self.gamma = add_vector("gamma", "ones", trainable=True)
        self.beta = add_vector("beta", "zeros", trainable=True)
        self.mean = add_vector("mean", "zeros", trainable=False)
        self.variance = add_vector("variance", "ones", trainable=False)

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Normalize x, and update the moving averages when training."""
        fused_batch_norm = tf.compat.v1.nn.fused_batch_norm
        gamma, beta = self.gamma.value, self.beta.value
        if not training:
            mean, variance = self.mean.value, self.variance.value
            return fused_batch_norm(
                x, gamma, beta, mean, variance, self.epsilon, is_training=False
            )[0]
        y, mean, variance = fused_batch_norm(x, gamma, beta, epsilon=self.epsilon)[:3]
        self.mean.assign(self.mean * self.momentum + mean * (1 - self.momentum))
        self.variance.assign(self.variance * self.momentum + variance * (1 - self.momentum))
        return y

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the output, which is that of the input."""
        return shape

    def get_config(self) -> dict[str, object]:
        """Return the arguments of the constructor, for saving."""
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}
