"""Work on every core, by processes that inherit what they need instead of being sent it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import cv2

PROCESSES = max(1, (os.cpu_count() or 2) - 1)  # one core is left for the training itself


def fork_for(task: Callable[..., Any]) -> ProcessPoolExecutor:
    """Processes to which `call` may be submitted: it is the task, with everything it knows.

    They are forked here, which is safe only while no other thread runs: before TensorFlow's or
    JAX's first computation.
    """
    global _task
    _task = task
    pool = ProcessPoolExecutor(PROCESSES, get_context("fork"), cv2.setNumThreads, (1,))
    pool.submit(len, ()).result()
    return pool


_task: Callable[..., Any]


def call(*arguments: Any) -> Any:
    """The task for which this process was forked."""
    return _task(*arguments)
