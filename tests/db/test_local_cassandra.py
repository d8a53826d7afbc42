"""`make run HISTORY=cassandra` starts a Cassandra and ends it when it is ended itself."""

import signal
import sys
from pathlib import Path

import psutil
import pytest

from services.local_cassandra import CannotStartError, fetch_jars, find_java
from tests.conftest import unavailable
from tools.dev_server import free_port, running_server

# serve.py with a node in another folder and on other ports than those of `make run`.
# Signals get their default actions: the test run may have been started with some of them ignored.
_STARTER = """
import signal
import sys
from functools import partial
from pathlib import Path

import serve
from services import local_cassandra

folder, port, storage_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
del sys.argv[1:4]
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
local_cassandra.LocalCassandra = partial(local_cassandra.LocalCassandra, storage_port=storage_port)
local_cassandra.local_cassandra = partial(local_cassandra.local_cassandra, Path(folder), port)
serve.main()
"""
STOP_SECONDS = 60


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_cassandra_too(tmp_path: Path, number: signal.Signals) -> None:
    try:
        find_java()
        fetch_jars()
    except CannotStartError as error:
        unavailable(f"Cassandra ({error})")
    ports = str(free_port()), str(free_port())
    command = (sys.executable, "-c", _STARTER, str(tmp_path / "node"), *ports, "--port")
    with running_server(tmp_path, {"HISTORY": "cassandra"}, command=command) as server:
        (java,) = psutil.Process(server.process.pid).children()
        assert "CassandraDaemon" in " ".join(java.cmdline())
        server.process.send_signal(number)
        server.process.wait(STOP_SECONDS)
        assert not java.is_running()
    assert "Traceback" not in server.log.read_text()
