"""Run all benchmarks, each in its own process: `python -m bench`."""

import subprocess
import sys

TRAINING_PYTHON = ".venv-training/bin/python"  # has TensorFlow, which the app never loads
BENCHMARKS = {
    "bench.inference": TRAINING_PYTHON,
    "bench.learning": TRAINING_PYTHON,
    "bench.recognition": sys.executable,
    "bench.serving": sys.executable,
    "bench.history": sys.executable,
    "bench.review": sys.executable,
    "bench.live": sys.executable,
    "bench.present": sys.executable,
    "bench.present_round": sys.executable,
    "bench.look_inside": sys.executable,
    "bench.hostile": sys.executable,
    "bench.containers": sys.executable,
}


def main() -> None:
    """Run every benchmark; exit with an error if any of them failed."""
    failed = [
        name
        for name, python in BENCHMARKS.items()
        if subprocess.run([python, "-m", name], check=False).returncode
    ]
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
