"""Add a network of one's own to the registry: `python -m trainer.add_network digits.keras`.

A .tflite file needs the server's packages only; a .keras file is converted with TensorFlow, in a
process of its own.
"""

import argparse
import hashlib
import importlib.util
import logging
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from core.logging_config import configure_logging
from core.private_files import protect_files
from core.settings import ROOT, Settings, get_settings
from core.signing import WeakSecretError
from db import Store, StoreUnavailableError, open_store
from db.model_registry import MAX_FILE_BYTES, ModelVersion, is_version_name, require_valid
from model import Recognizer
from model.network import Network
from model.training.custom_check import (
    CheckedNetwork,
    References,
    UnsuitableNetworkError,
    check_network,
)
from model.training.mnist import Images, load_mnist
from model.training.served_comparison import Corrections, compare_networks, hold_out
from model.training.standard_sets import find_mnist_file, make_standard_sets
from services.labelled_glyphs import labelled_glyphs
from services.model_comparison import pack_comparison
from services.models import DamagedModelError, UnknownModelError, load_recognizer
from trainer.candidates import to_figures

TRAINING_PYTHON = ROOT / ".venv-training" / "bin" / "python"
_MAX_KERAS_BYTES = 64 * 2**20
_CONVERSION_SECONDS = 300
_CONNECTION_SECONDS = 30
_SIDE = 28  # pixels of a glyph


class RefusedError(Exception):
    """The network is not added; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Add a network and return the exit status: 0, or 2 if it was refused."""
    options = _parse(arguments)
    try:
        settings = get_settings()
        configure_logging(settings)
        protect_files(settings)
        content = read_network(options.file)
        version = options.name or _default_name(options.file, content)
        store = open_store(settings)
        try:
            _wait_for(store)
            model = add_network(store, settings, content, version, options.note)
        finally:
            store.close()
    except (RefusedError, StoreUnavailableError, ValidationError, WeakSecretError) as error:
        print(f"Not added. {error}", file=sys.stderr)
        return 2
    print(describe(model))
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m trainer.add_network",
        description="Checks, calibrates and measures a network, and adds it to the models.",
        epilog="Nothing is served until a reviewer adopts it on /models.",
    )
    parser.add_argument("file", type=Path, help="a .tflite file or a .keras file")
    parser.add_argument("--name", help="name of the version (default: name and checksum of FILE)")
    parser.add_argument("--note", help="a sentence about it, shown on /models")
    return parser.parse_args(arguments)


def read_network(file: Path) -> bytes:
    """Return the TensorFlow Lite file of a network, converted if necessary. Raises RefusedError."""
    if file.suffix not in (".tflite", ".keras"):
        raise RefusedError(
            f"{file.name} is neither a .tflite nor a .keras file: save the network with "
            'model.save("digits.keras"), or convert it to TensorFlow Lite.'
        )
    limit = MAX_FILE_BYTES if file.suffix == ".tflite" else _MAX_KERAS_BYTES
    try:
        size = file.stat().st_size
        if size > limit:
            raise RefusedError(
                f"{file.name} has {size / 2**20:.1f} MB, at most {limit // 2**20} MB are possible: "
                "use fewer or smaller layers."
            )
        content = file.read_bytes()
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error
    if file.suffix == ".keras":
        content = _convert(file)
        if len(content) > MAX_FILE_BYTES:
            raise RefusedError(
                f"The network has {len(content) / 2**20:.1f} MB as a .tflite file, at most "
                f"{MAX_FILE_BYTES // 2**20} MB are possible: use fewer or smaller layers."
            )
    return content


def _convert(file: Path) -> bytes:
    """Return a .keras file as a TensorFlow Lite file. Raises RefusedError."""
    if importlib.util.find_spec("keras"):
        python = Path(sys.executable)
    elif TRAINING_PYTHON.is_file():
        python = TRAINING_PYTHON
    else:
        raise RefusedError(
            "A .keras file is converted with TensorFlow, which is not installed: "
            f"`make add-network NETWORK={file}` installs it first. Or convert it to a .tflite file."
        )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "network.tflite"
        command = [
            str(python),
            "-m",
            "model.training.convert_keras",
            str(file.resolve()),
            str(target),
        ]
        try:
            result = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=_CONVERSION_SECONDS
            )
        except subprocess.TimeoutExpired as error:
            raise RefusedError("TensorFlow takes too long to convert the network.") from error
        if result.returncode == 2 and (lines := result.stdout.strip().splitlines()):
            raise RefusedError(lines[-1])
        if result.returncode != 0:
            lines = (result.stderr or result.stdout).strip().splitlines() or ["no output"]
            raise RefusedError(f"TensorFlow cannot convert the network: {lines[-1]}")
        return target.read_bytes()


def _default_name(file: Path, content: bytes) -> str:
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._")[:50] or "network"
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:7]}"


def _wait_for(store: Store) -> None:
    """Wait until the store answers. Raises StoreUnavailableError if it does not for a while."""
    deadline = time.monotonic() + _CONNECTION_SECONDS
    while True:
        try:
            store.models.adoptions(1)
        except StoreUnavailableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def add_network(
    store: Store, settings: Settings, content: bytes, version: str, note: str | None
) -> ModelVersion:
    """Check a network and add it to the registry, with its figures next to the served one's.

    Raises RefusedError, StoreUnavailableError.
    """
    committed = Recognizer.load()
    if not is_version_name(version):
        raise RefusedError(
            f"{version!r} cannot be a name: use up to 64 letters, digits, '.', '_' and '-'."
        )
    if version == committed.version or store.models.get(version) is not None:
        raise RefusedError(f"There is a version {version} already: choose another --name.")
    print("Checking the network …", flush=True)
    try:
        checked = check_network(content, References())
    except UnsuitableNetworkError as error:
        raise RefusedError(str(error)) from error
    model = ModelVersion(
        version=version,
        created=datetime.now(UTC),
        metadata=checked.metadata | {"version": version},
        note=f"{note}; {_summarize(checked)}" if note else _summarize(checked),
    )
    try:
        require_valid(model, content)
        network = Network.from_content(content, model.metadata)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    served = _served(store, committed)
    print(f"Comparing it with {served.version}, which is served …", flush=True)
    mnist_file = find_mnist_file()
    held_out = _held_out_corrections(store, settings)
    mnist = load_mnist(mnist_file) if mnist_file else None
    sets = make_standard_sets(held_out.images, mnist)
    figures, comparison = compare_networks(served, network, sets, held_out)
    model = replace(model, figures=to_figures(figures))
    store.models.save_comparison(version, pack_comparison(comparison))
    store.models.add(model, content)
    return model


def _served(store: Store, committed: Recognizer) -> Network:
    """Return the network that is served now; the committed one if that cannot be loaded."""
    for adoption in store.models.adoptions(1):
        try:
            return load_recognizer(store.models, committed, adoption.version).network
        except (UnknownModelError, DamagedModelError) as error:
            logging.warning("The served network cannot be loaded: %s", error)
    return committed.network


def _held_out_corrections(store: Store, settings: Settings) -> Corrections:
    """Return the labelled glyphs from which no training learns; none if there are too few."""
    glyphs, values, ids, digits = bytearray(), [], [], []
    for labelled in labelled_glyphs(store, settings, with_nondigits=True):
        glyphs += labelled.glyph
        values.append(labelled.value)
        ids.append(str(labelled.id))
        digits.append(labelled.index)
    corrections = Images(
        np.frombuffer(bytes(glyphs), np.uint8).reshape(len(values), _SIDE, _SIDE),
        np.array(values, np.int64),
    )
    return hold_out(corrections, ids, digits)


def _summarize(checked: CheckedNetwork) -> str:
    """Return what was found out about a network."""
    custom = checked.format
    output = "probabilities" if custom.has_probabilities else "logits"
    return (
        f"added as a file: input from {custom.paper:g} (paper) to {custom.stroke:g} (strokes), "
        f"{custom.classes} {output}, {checked.milliseconds:.2f} ms a digit, temperature "
        f"{checked.metadata['temperature']:g}"
    )


def describe(model: ModelVersion) -> str:
    """Return the figures of a network as a table, and what to do next."""
    rows = [f"{'set':50} {'served':>8} {'this':>8} {'examples':>9}"]
    rows += [
        f"{figure.name:50} {figure.before / figure.examples:8.2%} "
        f"{figure.after / figure.examples:8.2%} {figure.examples:9,}"
        for figure in model.figures
    ]
    return "\n".join(
        [
            f"Added {model.version}: {model.note}.",
            *rows,
            "It is not served yet: a reviewer can adopt it on /models, or let it predict next to "
            "the served one there.",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
