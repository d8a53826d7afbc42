"""Worker processes that inherit their data by fork, instead of receiving it for each task."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import cv2

WORKERS = max(1, (os.cpu_count() or 2) - 1)  # one core is left to the training itself


def fork_workers(task: Callable[..., Any]) -> ProcessPoolExecutor:
    """Fork workers that inherit `task`, with all data that it refers to; submit `run_task` to them.

    Forking is safe only while no other thread runs, that is before the first computation of
    TensorFlow or JAX. The workers are therefore forked here and not at the first submit.
    """
    global _task
    _task = task
    pool = ProcessPoolExecutor(WORKERS, get_context("fork"), cv2.setNumThreads, (1,))
    pool.submit(len, ()).result()  # starts the workers
    return pool


_task: Callable[..., Any]


def run_task(*arguments: Any) -> Any:
    """Run the task that this worker inherited."""
    return _task(*arguments)
