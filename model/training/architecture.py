"""The network: a small residual network whose head explains itself."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from model.training import CLASSES

EMBEDDING = 64  # channels of the last feature map


def build(widths: tuple[int, int] = (32, 96), blocks: tuple[int, int] = (1, 1)) -> keras.Model:
    """The network with random weights.

    Takes float32 (n, 28, 28, 1) in [0, 1], ink 1; gives a dict of float32: "logits" (n, 11), ten
    digits and "not a digit" last; "embedding" (n, 64), unit length; "attention" (n, 10, 7, 7), what
    each place of the ink adds to each digit's logit.

    widths, blocks: channels and residual blocks at 14×14 and at 7×7. Residual blocks are those of
    He et al. 2015 (https://arxiv.org/abs/1512.03385); every batch normalisation folds into its
    convolution at export.
    """
    ink = keras.Input((28, 28, 1), name="ink")
    x = _convolve(ink, widths[0], size=6, stride=2)
    for _ in range(blocks[0]):
        x = _residual(x)
    x = _convolve(x, widths[1], stride=2)
    for _ in range(blocks[1]):
        x = _residual(x)
    x = _convolve(x, EMBEDDING, size=1)
    return keras.Model(ink, ClassActivation(dtype="float32", name="head")(x), name="inkling")


def _convolve(x: tf.Tensor, width: int, size: int = 3, stride: int = 1) -> tf.Tensor:
    x = layers.Conv2D(width, size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(FusedBatchNormalization()(x))


def _residual(x: tf.Tensor) -> tf.Tensor:
    width = x.shape[-1]
    y = _convolve(x, width)
    y = layers.Conv2D(width, 3, padding="same", use_bias=False)(y)
    return layers.ReLU()(layers.Add()([x, FusedBatchNormalization()(y)]))


@keras.saving.register_keras_serializable("inkling")
class FusedBatchNormalization(layers.Layer):  # type: ignore[misc]
    """Batch normalisation by TensorFlow's fused kernel, which Keras 3 no longer uses.

    On CPU it halves the time of a training step, and unlike Keras's own it stays in bfloat16.
    """

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3, **options: object) -> None:
        super().__init__(**options)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, shape: tuple[int | None, ...]) -> None:
        def statistic(name: str, initializer: str, trainable: bool) -> keras.Variable:
            return self.add_weight(
                name=name,
                shape=(shape[-1],),
                dtype="float32",
                autocast=False,
                initializer=initializer,
                trainable=trainable,
            )

        self.gamma = statistic("gamma", "ones", trainable=True)
        self.beta = statistic("beta", "zeros", trainable=True)
        self.mean = statistic("mean", "zeros", trainable=False)
        self.variance = statistic("variance", "ones", trainable=False)

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        fused = tf.compat.v1.nn.fused_batch_norm
        gamma, beta = self.gamma.value, self.beta.value
        if not training:
            mean, variance = self.mean.value, self.variance.value
            return fused(x, gamma, beta, mean, variance, self.epsilon, is_training=False)[0]
        y, mean, variance = fused(x, gamma, beta, epsilon=self.epsilon)[:3]
        self.mean.assign(self.mean * self.momentum + mean * (1 - self.momentum))
        self.variance.assign(self.variance * self.momentum + variance * (1 - self.momentum))
        return y

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return shape

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("inkling")
class ClassActivation(layers.Layer):  # type: ignore[misc]
    """Logits, embedding and class activation map of a feature map (n, height, width, channels).

    Averaging over places and weighting by class commute, so each place's share of a logit is exact
    (Zhou et al. 2015, https://arxiv.org/abs/1512.04150).
    """

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(
            name="kernel", shape=(shape[-1], CLASSES), initializer="glorot_uniform"
        )
        self.bias = self.add_weight(name="bias", shape=(CLASSES,), initializer="zeros")

    def call(self, features: tf.Tensor) -> dict[str, tf.Tensor]:
        mean = tf.reduce_mean(features, axis=(1, 2))
        places = tf.matmul(features, self.kernel.value[:, : CLASSES - 1])
        return {
            "logits": tf.matmul(mean, self.kernel.value) + self.bias.value,
            "embedding": tf.math.l2_normalize(mean, axis=1),
            "attention": tf.transpose(places, (0, 3, 1, 2)),
        }
