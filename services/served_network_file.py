"""The network that was served last, in a file: a server that starts without its store serves it."""

import hashlib
import json
import logging
import os
from pathlib import Path

from core.settings import Settings
from model.network import Network

_FILE = "served-network"

_log = logging.getLogger(__name__)


class ServedNetworkFile:
    """A file next to the outbox's, with a line of JSON and the TensorFlow Lite file.

    Without Cassandra there is none: the store is then a file itself.
    """

    def __init__(self, settings: Settings) -> None:
        self._file: Path | None = None
        if settings.uses_cassandra:
            self._file = settings.outbox_file.with_name(_FILE)

    def write(self, network: Network) -> None:
        """Replace the network in the file. A disk that is full or read-only is only logged."""
        if self._file is None:
            return
        header = {
            "metadata": network.metadata,
            "sha256": hashlib.sha256(network.content).hexdigest(),
        }
        partial = self._file.with_name(f"{_FILE}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(json.dumps(header).encode() + b"\n" + network.content)
            partial.replace(self._file)
        except OSError as error:
            _log.warning("The served network is not stored in a file: %s", error)

    def read(self) -> Network | None:
        """Return the network; None if there is none, or if the file is damaged."""
        if self._file is None:
            return None
        try:
            header, content = self._file.read_bytes().split(b"\n", 1)
            values = json.loads(header)
            if hashlib.sha256(content).hexdigest() != values["sha256"]:
                raise ValueError("its checksum is another")
            return Network.from_content(content, values["metadata"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("%s cannot be read: %s", self._file, error)
            return None

    def remove(self) -> None:
        """Remove the file: the network in the repository is served."""
        if self._file is not None:
            try:
                self._file.unlink(missing_ok=True)
            except OSError as error:
                _log.warning("%s cannot be removed: %s", self._file, error)
