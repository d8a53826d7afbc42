"""Which network is served: versions, adoption, and taking up what was adopted elsewhere."""

import logging
import math
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from db import Filters, StoreUnavailableError
from db.model_registry import (
    Adoption,
    DamagedFileError,
    ModelFigure,
    ModelRegistry,
    ModelVersion,
    is_version_name,
)
from model import Recognizer
from model.network import NETWORK_FILE, Network
from services.predictions import PredictionService
from services.served_network_file import ServedNetworkFile

POLL_SECONDS = 3.0  # between two looks at what is adopted; a quarter more or less
WEIGHTS_FILE = NETWORK_FILE.parent / "training" / "network.npz"
_COUNT_SECONDS = 1.0
_RETRY_SECONDS = 60.0  # with a network that cannot be loaded

_log = logging.getLogger(__name__)


class UnknownModelError(Exception):
    """There is no network with this version."""


class NothingToRollBackError(Exception):
    """No network was served before this one."""


class DamagedModelError(Exception):
    """The file of a network cannot be loaded."""


class WorseModelError(Exception):
    """A network is worse than the served one on standard sets by more than chance explains."""

    def __init__(self, figures: tuple[ModelFigure, ...]) -> None:
        super().__init__(", ".join(figure.name for figure in figures))
        self.figures = figures


@dataclass(frozen=True, slots=True)
class ModelList:
    """All networks, the newest first, and which of them this process serves.

    committed: the version of the network in the repository. previous: the one that a rollback
    serves again, None without one. new_labels: predictions made since the served network was
    adopted (all if none ever was) that have a label, of a reviewer or a visitor; what is counted
    in a second. Labels set since then on older predictions are not found in bounded time.
    """

    items: tuple[ModelVersion, ...]
    adoptions: tuple[Adoption, ...]
    served: str
    committed: str
    previous: str | None
    new_labels: int


class Models:
    """The networks of a service. Safe to use from any thread."""

    def __init__(self, service: PredictionService) -> None:
        self._service = service
        self._committed: Recognizer = service.committed_recognizer
        self._lock = service.adoption_lock
        self._file = ServedNetworkFile(service.settings)
        self._stop = threading.Event()
        self._refused: str | None = None  # version that cannot be loaded; reported once
        self._retry_at = 0.0  # when that is tried again: a replica of the store may lag behind

    def overview(self) -> ModelList:
        """Return all networks. Raises StoreUnavailableError."""
        store = self._service.store
        adoptions = store.models.adoptions()
        committed = _describe(self._committed)
        since = adoptions[0].at if adoptions else None
        labelled = Filters(labelled=True, since=since)
        return ModelList(
            items=(
                *(model for model in store.models.versions() if model.version != committed.version),
                committed,
            ),
            adoptions=tuple(adoptions),
            served=self._service.recognizer.version,
            committed=self._committed.version,
            previous=self._previous(adoptions),
            new_labels=store.count(labelled, seconds=_COUNT_SECONDS).count,
        )

    def adopt(self, version: str, by: str | None, *, although_worse: bool = False) -> None:
        """Serve a version from now on: here at once, on other replicas within seconds.

        Raises UnknownModelError, DamagedModelError, StoreUnavailableError, and unless
        `although_worse` WorseModelError.
        """
        models = self._service.store.models
        with self._lock:
            if version != self._committed.version:
                model = models.get(version) if is_version_name(version) else None
                if model is None:
                    raise UnknownModelError
                worse = tuple(figure for figure in model.figures if figure.is_worse)
                if worse and not although_worse:
                    raise WorseModelError(worse)
            recognizer = self.recognizer_of(version)  # fails before anything is adopted
            self._add_committed()
            models.adopt(version, by)
            self._refused = None
            self.take_up(recognizer)  # unless another replica has adopted another one since

    def roll_back(self, by: str | None) -> None:
        """Serve the version again that was served before this one.

        Raises NothingToRollBackError, StoreUnavailableError.
        """
        previous = self._previous(self._service.store.models.adoptions())
        if previous is None:
            raise NothingToRollBackError
        self.adopt(previous, by, although_worse=True)

    def _add_committed(self) -> None:
        """Add the network in the repository to the registry, with its first adoption.

        A later release has another one: without this, what is served now could not be served again.
        """
        models = self._service.store.models
        models.add(_describe(self._committed), self._committed.network.content, _read_weights())
        if not models.adoptions(1):
            models.adopt(self._committed.version, None)  # it was served from the start

    def take_up(self, loaded: Recognizer | None = None) -> None:
        """Serve what is adopted, if that is another network. Raises StoreUnavailableError.

        loaded: has a network that need not be loaded again.
        """
        with self._lock:
            adoptions = self._service.store.models.adoptions(1)
            version = adoptions[0].version if adoptions else self._committed.version
            if version == self._service.recognizer.version:
                return
            if version == self._refused and time.monotonic() < self._retry_at:
                return
            try:
                is_loaded = loaded is not None and loaded.version == version
                recognizer = loaded if loaded and is_loaded else self.recognizer_of(version)
            except (UnknownModelError, DamagedModelError):
                if version != self._refused:
                    _log.exception("The network %s was adopted, but cannot be loaded.", version)
                self._refused, self._retry_at = version, time.monotonic() + _RETRY_SECONDS
            else:
                self._refused = None
                self._serve(recognizer)

    def _serve(self, recognizer: Recognizer) -> None:
        self._service.recognizer = recognizer
        _log.info("Serving the network %s.", recognizer.version)
        if recognizer is self._committed:
            self._file.remove()
        else:
            self._file.write(recognizer.network)

    def serve_last(self) -> None:
        """Serve the network that was served last, until the store says what is adopted."""
        with self._lock:
            network = self._file.read()
            if network is not None and self._service.recognizer is self._committed:
                self._service.recognizer = self._committed.with_network(network)
                _log.info("Serving the network %s, as before.", network.version)

    def start_polling(self) -> None:
        """Serve what was served last, and take up, in a thread, what is adopted."""
        self.serve_last()
        threading.Thread(target=self._poll, name="models", daemon=True).start()

    def stop_polling(self) -> None:
        """End the thread."""
        self._stop.set()

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                self.take_up()
            except StoreUnavailableError:
                pass  # what is served goes on; the history's health reports the store
            except Exception:
                _log.exception("What is adopted cannot be read.")
            self._stop.wait(POLL_SECONDS * random.uniform(0.75, 1.25))

    def recognizer_of(self, version: str) -> Recognizer:
        """Return a recognizer with a version of the network.

        Raises UnknownModelError, DamagedModelError, StoreUnavailableError.
        """
        return load_recognizer(self._service.store.models, self._committed, version)

    def _previous(self, adoptions: list[Adoption]) -> str | None:
        """Return what was served before; going back twice goes two models back."""
        served = [self._committed.version]
        for adoption in reversed(adoptions):  # oldest first
            if adoption.version == served[-1]:
                continue
            if len(served) > 1 and adoption.version == served[-2]:
                served.pop()  # a rollback
            else:
                served.append(adoption.version)
        return served[-2] if len(served) > 1 else None


def load_recognizer(registry: ModelRegistry, committed: Recognizer, version: str) -> Recognizer:
    """Return a recognizer with a version of the network, from the registry or the repository.

    Raises UnknownModelError, DamagedModelError, StoreUnavailableError.
    """
    if version == committed.version:
        return committed
    model = registry.get(version) if is_version_name(version) else None
    if model is None:
        raise UnknownModelError(version)
    try:
        content = registry.network(version)
        if content is None:
            raise UnknownModelError(version)
        return committed.with_network(Network.from_content(content, model.metadata))
    except (DamagedFileError, ValueError) as error:
        raise DamagedModelError(version) from error


def _describe(committed: Recognizer) -> ModelVersion:
    """Return the network in the repository as a version; its name usually begins with its date."""
    try:
        created = datetime.strptime(committed.version[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        created = datetime.fromtimestamp(NETWORK_FILE.stat().st_mtime, UTC)
    return ModelVersion(
        committed.version, created, metadata=committed.network.metadata, note="committed"
    )


def _read_weights() -> bytes | None:
    """Return the weights of the network in the repository; None if they are left out."""
    try:
        return WEIGHTS_FILE.read_bytes()
    except FileNotFoundError:
        return None


def noise_of(won: int, lost: int) -> float:
    """Return by how many samples two equally good networks differ, 95% of the time.

    1.96 standard deviations of won − lost (McNemar's test); won and lost: samples that only one of
    the two networks predicts correctly.
    """
    return 1.96 * math.sqrt(won + lost)
