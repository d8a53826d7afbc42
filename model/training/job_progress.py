"""What a training job reports while it runs: a line of JSON for each change, on standard output."""

from __future__ import annotations

import json
import time
from typing import Any

import keras

_SECONDS_BETWEEN_REPORTS = 1.0
_STEPS_IN_MEAN = 40  # training batches over which loss and accuracy are averaged


def report(**values: Any) -> None:
    """Print values that have changed: fraction, step, epoch, epochs, loss, accuracy, log."""
    print(json.dumps(values), flush=True)


class ProgressCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports epoch, loss and accuracy about once a second.

    first, last: the fractions of the whole job at which the training begins and ends.
    """

    def __init__(self, epochs: int, steps_per_epoch: int, first: float, last: float) -> None:
        super().__init__()
        self.epochs = epochs
        self.steps_per_epoch = steps_per_epoch
        self.first, self.last = first, last
        self.epoch = 0
        self.recent: list[tuple[float, float]] = []
        self.totals = 0.0, 0.0
        self.reported_at = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Note the epoch; Keras averages the metrics of each one separately."""
        del logs
        self.epoch = epoch
        self.totals = 0.0, 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
        """Report the mean of the newest batches."""
        totals = logs["loss"] * (batch + 1), logs["accuracy"] * (batch + 1)
        self.recent.append((totals[0] - self.totals[0], totals[1] - self.totals[1]))
        self.recent = self.recent[-_STEPS_IN_MEAN:]
        self.totals = totals
        is_last = batch + 1 == self.steps_per_epoch
        if is_last or time.monotonic() - self.reported_at >= _SECONDS_BETWEEN_REPORTS:
            self.reported_at = time.monotonic()
            done = self.epoch + (batch + 1) / self.steps_per_epoch
            losses, accuracies = zip(*self.recent, strict=True)
            report(
                fraction=self.first + (self.last - self.first) * done / self.epochs,
                step="train",
                epoch=int(done),
                epochs=self.epochs,
                at=round(done, 4),
                loss=round(sum(losses) / len(losses), 5),
                accuracy=round(min(max(sum(accuracies) / len(accuracies), 0.0), 1.0), 5),
            )

    def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
        """Report a line for the log."""
        report(
            log=f"Epoch {epoch + 1} of {self.epochs}: loss {logs['loss']:.4f}, "
            f"accuracy {logs['accuracy']:.2%}"
        )
