"""Run Cassandra on this machine without Docker: `python -m services.local_cassandra`.

Maven fetches the released jars once into `var/`; Java 17 runs them. `make cassandra` starts a node
in the foreground; tests and benchmarks use `LocalCassandra`.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONFIG_FOLDER = ROOT / "deploy" / "cassandra"
JARS = ROOT / "var" / "cassandra" / "lib"
NODE = ROOT / "var" / "cassandra" / "node"
START_SECONDS = 180
_STOP_SECONDS = 30
_JAVA = "17"
_INSTALL = (
    "install both (Debian and Ubuntu: apt install openjdk-17-jre-headless maven; "
    "macOS: brew install openjdk@17 maven), or name a running Cassandra in CASSANDRA_CONTACT_POINTS"
)


class CannotStartError(RuntimeError):
    """Cassandra cannot be started; the text says why and what to do."""


class LocalCassandra:
    """One Cassandra process; `start` returns when it answers.

    Each node of a cluster has its own address (127.0.0.1, 127.0.0.2, …); all share `port`,
    `storage_port` and `seed`. options: more settings of cassandra.yaml.
    """

    def __init__(
        self,
        folder: Path,
        *,
        address: str = "127.0.0.1",
        port: int = 9042,
        storage_port: int = 7000,
        seed: str | None = None,
        heap_megabytes: int = 512,
        options: Mapping[str, Any] | None = None,
        java_options: Sequence[str] = (),
    ) -> None:
        self.folder = folder.resolve()
        self.address = address
        self.port = port
        self._storage_port = storage_port
        self._seed = seed or address
        self._heap_megabytes = heap_megabytes
        self._options = options or {}
        self._more_java_options = tuple(java_options)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> None:
        """Start the node, on its existing data if there are any. Raises CannotStartError."""
        java = find_java()
        jars = fetch_jars()
        if _listens(self.address, self.port):
            raise CannotStartError(
                f"Something already listens on {self.address}:{self.port}; "
                "stop it or choose another port with --port."
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "cassandra.yaml"
        configuration.write_text(json.dumps(self._configuration(), indent=2))  # JSON is YAML
        with (self.folder / "output.log").open("ab") as output:
            self.process = subprocess.Popen(
                [java, *self._java_options(configuration, jars), _MAIN_CLASS],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                # In its own process group: Ctrl-C reaches only the program that started it, which
                # then stops it in order.
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it accepts clients. Raises CannotStartError if it exits or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise CannotStartError(f"Cassandra did not start:\n{self._log_tail()}")
            if _listens(self.address, self.port):
                return
            time.sleep(0.05)
        raise CannotStartError(
            f"Cassandra did not answer within {START_SECONDS} s; see {self.folder / 'system.log'}."
        )

    def stop(self) -> None:
        """Stop the node; kill it if that takes longer than 30 seconds."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill the node, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def pause(self) -> None:
        """Suspend the process, with its connections open, until `resume`."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Resume the process after `pause`."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def _configuration(self) -> dict[str, Any]:
        data = self.folder / "data"
        return {
            "cluster_name": "Inkling",
            "num_tokens": 8,
            "auto_bootstrap": False,
            "partitioner": "org.apache.cassandra.dht.Murmur3Partitioner",
            "endpoint_snitch": "SimpleSnitch",
            "seed_provider": [
                {
                    "class_name": "org.apache.cassandra.locator.SimpleSeedProvider",
                    "parameters": [{"seeds": self._seed}],
                }
            ],
            "listen_address": self.address,
            "rpc_address": self.address,
            "native_transport_port": self.port,
            "storage_port": self._storage_port,
            "ssl_storage_port": self._storage_port + 1,
            "data_file_directories": [str(data / "data")],
            "commitlog_directory": str(data / "commitlog"),
            "saved_caches_directory": str(data / "saved_caches"),
            "hints_directory": str(data / "hints"),
            "commitlog_sync": "periodic",
            "commitlog_sync_period": "1000ms",
            "memtable_heap_space": f"{self._heap_megabytes // 4}MiB",
            "file_cache_size": f"{self._heap_megabytes // 4}MiB",
            "key_cache_size": "16MiB",
            **self._options,
        }

    def _java_options(self, configuration: Path, jars: Path) -> Sequence[str]:
        (agent,) = jars.glob("jamm-*.jar")
        return (
            f"-Xms{self._heap_megabytes}M",
            f"-Xmx{self._heap_megabytes}M",
            "-Xss256k",
            "-XX:+UseG1GC",
            "-XX:+ExitOnOutOfMemoryError",
            f"-javaagent:{agent}",
            f"@{CONFIG_FOLDER / 'jvm17.options'}",
            f"-Dcassandra.config={configuration.as_uri()}",
            f"-Dcassandra.storagedir={self.folder}",
            f"-Dlogback.configurationFile={CONFIG_FOLDER / 'logback.xml'}",
            "-Dcassandra-foreground=yes",
            # A small cluster whose nodes start together need not wait for others.
            "-Dcassandra.skip_wait_for_gossip_to_settle=0",
            "-Dcassandra.ring_delay_ms=1000",
            "-Dcassandra.superuser_setup_delay_ms=0",
            *self._more_java_options,
            "-cp",
            f"{jars}/*",
        )

    def _log_tail(self) -> str:
        for name in ("output.log", "system.log"):
            log = self.folder / name
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            if lines:
                return "\n".join(lines[-15:])
        return f"it left no log in {self.folder}"


@contextlib.contextmanager
def local_cassandra(folder: Path = NODE, port: int = 9042) -> Iterator[LocalCassandra]:
    """Start a node that stops with the program, unless one listens on that port already.

    Returns before it answers: the store connects as soon as it does. Raises SystemExit with the
    reason if it cannot be started.
    """
    node = LocalCassandra(folder, port=port)
    if _listens(node.address, node.port):
        yield node
        return
    try:
        print(f"Starting Cassandra on {node.address}:{node.port} …", flush=True)
        node.start(wait=False)
        yield node
    except CannotStartError as error:
        raise SystemExit(str(error)) from error
    finally:
        node.stop()


_MAIN_CLASS = "org.apache.cassandra.service.CassandraDaemon"


def find_java() -> str:
    """Return the path of Java 17. Raises CannotStartError if there is none."""
    home = os.environ.get("JAVA_HOME")
    candidates = [
        *([str(Path(home) / "bin" / "java")] if home else []),
        shutil.which("java"),
        *map(str, sorted(Path("/usr/lib/jvm").glob("*17*/bin/java"))),
        *map(str, Path("/opt/homebrew/opt/openjdk@17/bin").glob("java")),
    ]
    for candidate in candidates:
        if candidate is not None and _java_version(candidate) == _JAVA:
            return candidate
    raise CannotStartError(f"Cassandra needs Java {_JAVA}, which is not installed; {_INSTALL}.")


def fetch_jars(jars: Path = JARS) -> Path:
    """Return the folder of Cassandra's jars; Maven fetches them if they are missing or outdated."""
    description = CONFIG_FOLDER / "pom.xml"
    stamp = jars / "fetched"
    digest = hashlib.sha256(description.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotStartError(
            f"Maven, which fetches Cassandra's jars, is not installed; {_INSTALL}."
        )
    print("Fetching Cassandra's jars (80 MB, once) …", file=sys.stderr, flush=True)
    shutil.rmtree(jars, ignore_errors=True)
    draft = jars.with_name(f"{jars.name}.{os.getpid()}")
    command = [maven, "--batch-mode", "--file", str(description), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={draft}"]
    try:
        _show_progress(command)
        (draft / stamp.name).write_text(digest)
        with contextlib.suppress(OSError):  # another process was faster
            draft.rename(jars)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return jars


def _show_progress(command: Sequence[str]) -> None:
    """Run Maven and show the number of jars; raise CannotStartError with its output if it fails."""
    output: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        fetched = 0
        for line in process.stdout:
            output.append(line.decode(errors="replace").rstrip())
            if re.search(r"Downloaded .*\.jar|Copying .*\.jar", output[-1]):
                fetched += 1
                print(f"\r{fetched} jars", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if process.returncode:
        raise CannotStartError("Maven could not fetch Cassandra:\n" + "\n".join(output[-15:]))


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _java_version(java: str) -> str | None:
    try:
        result = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30)
    except OSError:
        return None
    match = re.search(r'version "(\d+)', result.stderr)
    return match[1] if match else None


def _listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one node in the foreground until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m services.local_cassandra", description=__doc__)
    parser.add_argument("--folder", type=Path, default=NODE)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9042, help="CQL port (default 9042)")
    parser.add_argument("--storage-port", type=int, default=7000)
    parser.add_argument("--heap", type=int, default=1024, metavar="MEGABYTES")
    options = parser.parse_args(arguments)
    node = LocalCassandra(
        options.folder,
        address=options.address,
        port=options.port,
        storage_port=options.storage_port,
        heap_megabytes=options.heap,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print("Starting Cassandra …", flush=True)
        node.start()
        print(
            f"Cassandra answers on {node.address}:{node.port}; its data is in {node.folder}. "
            "Ctrl-C stops it.",
            flush=True,
        )
        assert node.process is not None
        return node.process.wait()
    except CannotStartError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopping Cassandra …", flush=True)
        return 0
    finally:
        node.stop()


if __name__ == "__main__":
    sys.exit(main())
