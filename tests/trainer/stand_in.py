"""Takes the place of model.training.fine_tune where TensorFlow is missing.

It reads and writes the same files, reports in the same way, resumes after the last epoch, and each
epoch ends when the test says so, by a file; the files `hold-prepare` and `hold-export` hold up the
other steps. What it "learns" is the served network.
"""

import argparse
import json
import shutil
import sys
import time
import zlib
from pathlib import Path

import numpy as np

from model.training.parent_process import ending_with_parent

EPOCHS = 3


def main() -> None:
    """Run on the folder of a job."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--end-with-parent", action="store_true")
    parser.add_argument("--gates", type=Path)
    parser.add_argument("--fail", action="store_true")
    options = parser.parse_args()
    with ending_with_parent():
        run(options)


def run(options: argparse.Namespace) -> None:
    """Run the epochs that are left, then write the candidate."""
    folder: Path = options.folder
    report(step="prepare", epochs=EPOCHS, log="Preparing the examples")
    wait_while_held(options.gates / "hold-prepare")
    with np.load(folder / "corrections.npz") as arrays:
        report(log=f"{len(arrays['y_train'])} corrections")
    if options.fail:
        sys.exit("No disk.")
    checkpoint = folder / "epochs-done"
    done = int(checkpoint.read_text()) if checkpoint.is_file() else 0
    report(log=f"Starts after epoch {done}")
    for epoch in range(done, EPOCHS):
        report(step="train", at=epoch + 0.5, loss=1.0 / (epoch + 1), accuracy=0.5, epoch=epoch)
        while not (options.gates / f"epoch-{epoch + 1}").exists():
            time.sleep(0.02)
        checkpoint.write_text(str(epoch + 1))
        fraction = (epoch + 1) / EPOCHS
        report(fraction=fraction, at=epoch + 1, loss=0.5, accuracy=0.75, epoch=epoch + 1)
    report(step="export")
    wait_while_held(options.gates / "hold-export")
    for suffix in (".tflite", ".json"):
        shutil.copy(folder / f"served{suffix}", folder / f"network{suffix}")
    metadata = json.loads((folder / "network.json").read_text())
    metadata["version"] = "2026-12-01-0000000"
    (folder / "network.json").write_text(json.dumps(metadata))
    shutil.copy(folder / "parent.npz", folder / "network.npz")
    figures = {"MNIST test": {"samples": 10, "before": 9, "after": 9, "won": 1, "lost": 1}}
    (folder / "comparison.json").write_text(json.dumps(compare(folder, figures)))
    (folder / "figures.json").write_text(json.dumps(figures))


def compare(folder: Path, figures: dict[str, dict[str, int]]) -> dict[str, object]:
    """Return a comparison with one differing drawing, the first correction."""
    with np.load(folder / "corrections.npz") as arrays:
        drawing = {
            "set": "held-out corrections",
            "id": str(arrays["prediction_ids"][0]),
            "digit": int(arrays["digit_indices"][0]),
            "checksum": zlib.crc32(arrays["x_train"][0].tobytes()),
            "label": str(arrays["y_train"][0]),
        }
    read = {"served": "1", "candidate": drawing["label"], "confidence": 0.9, "outcome": "fixed"}
    networks = {
        name: {"version": name, "microseconds": 150.0, "bytes": 1000}
        for name in ("served", "candidate")
    }
    return networks | {
        "sets": [{"name": name, **counts} for name, counts in figures.items()],
        "confusions": {"corrections": [["7", "1", 1, 0]], "standard": []},
        "outcomes": {"fixed": 1, "broken": 0, "both_wrong": 0},
        "drawings": [drawing | read],
    }


def wait_while_held(file: Path) -> None:
    """Wait as long as the file exists."""
    while file.exists():
        time.sleep(0.02)


def report(**values: object) -> None:
    """Print values as a line of JSON."""
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
