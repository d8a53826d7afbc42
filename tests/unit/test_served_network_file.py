"""A server that starts without its store serves the network that it served last."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.settings import Settings
from db import StoreUnavailableError
from model import Recognizer
from model.network import Network
from services.models import Models
from services.predictions import PredictionService
from services.served_network_file import ServedNetworkFile
from tests.custom_networks import TEN, TEN_METADATA

NETWORK = Network.from_content(TEN.read_bytes(), TEN_METADATA | {"version": "brought"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A Cassandra that does not answer."""
    return Settings(
        history="cassandra",
        cassandra_contact_points=("127.0.0.1",),
        cassandra_port=1,
        outbox_file=tmp_path / "outbox.sqlite3",
        secret_file=tmp_path / "secret",
    )


@pytest.fixture
def service(settings: Settings) -> Iterator[PredictionService]:
    service = PredictionService(settings, Recognizer.load())
    yield service
    service.close()


def test_the_network_comes_back_as_it_was_written(settings: Settings, tmp_path: Path) -> None:
    file = ServedNetworkFile(settings)
    assert file.read() is None
    file.write(NETWORK)
    read = file.read()
    assert read is not None
    assert (read.content, read.metadata) == (NETWORK.content, NETWORK.metadata)
    assert [path.name for path in tmp_path.glob("served*")] == ["served-network"]
    file.remove()
    file.remove()
    assert file.read() is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:10],
        lambda _: b"",
        lambda content: content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        lambda content: content.replace(b'"temperature": 2.0', b'"temperature": 0.0'),
        lambda content: content.replace(b'"version"', b'"revision"'),
        lambda _: b"[]\n",
        lambda _: b"\xff\n",
    ],
)
def test_a_damaged_file_is_ignored(
    settings: Settings, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = ServedNetworkFile(settings)
    file.write(NETWORK)
    path = tmp_path / "served-network"
    path.write_bytes(damage(path.read_bytes()))
    assert file.read() is None


def test_it_is_served_while_the_store_does_not_answer(service: PredictionService) -> None:
    models = Models(service)
    models.serve_last()
    assert service.recognizer is service.committed_recognizer
    ServedNetworkFile(service.settings).write(NETWORK)
    models.serve_last()
    assert service.recognizer.version == "brought"
    with pytest.raises(StoreUnavailableError):
        models.take_up()
    assert service.recognizer.version == "brought"


def test_a_disk_that_cannot_be_written_is_no_error(settings: Settings) -> None:
    settings.outbox_file.parent.joinpath("file").write_text("")
    elsewhere = settings.model_copy(
        update={"outbox_file": settings.outbox_file.parent / "file" / "outbox.sqlite3"}
    )
    file = ServedNetworkFile(elsewhere)
    file.write(NETWORK)
    assert file.read() is None


def test_without_cassandra_there_is_no_file(tmp_path: Path) -> None:
    file = ServedNetworkFile(Settings(history="sqlite", outbox_file=tmp_path / "outbox.sqlite3"))
    file.write(NETWORK)
    assert file.read() is None
    assert list(tmp_path.iterdir()) == []
