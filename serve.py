"""The command that serves Inkling: `python serve.py --host 127.0.0.1 --port 8501`."""

import argparse
import hashlib
import os
import secrets
import signal
import socket
import sys
from contextlib import ExitStack, suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import uvicorn
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from core import gc_tuning
from core.draining import DrainingServer
from core.http_protocol import protocol_for
from core.private_files import protect_files
from core.settings import Settings, get_settings
from core.signing import WeakSecretError, create_secret_file, signing_secret
from core.websocket_protocol import MAX_MESSAGE_BYTES, LimitedWebSocketProtocol

_ALL_ADDRESSES = ("0.0.0.0", "::")
_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_OPEN_TO_STRANGERS = (
    "{host} can be reached by others, who could see and delete everything: set REVIEWER_PASSWORD "
    "(docs/security.md), or OPEN=1 if everybody may."
)


def main() -> None:
    """Serve until interrupted; HISTORY=cassandra without contact points starts a local node."""
    parser = argparse.ArgumentParser(description="Serves Inkling.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=8501, type=int, help="port to listen on")
    arguments = parser.parse_args()
    if not os.environ.get("PUBLIC_URL"):
        os.environ["PUBLIC_URL"] = find_public_url(arguments.host, arguments.port)
    try:
        protect_files(get_settings())
        _generate_password(get_settings())
        settings = get_settings()
        _share_cookie_secret()
    except ValidationError as error:
        sys.exit(describe_settings_error(error))
    except WeakSecretError as error:
        sys.exit(str(error))
    if not (settings.is_protected or settings.open or is_loopback(arguments.host)):
        sys.exit(_OPEN_TO_STRANGERS.format(host=arguments.host))
    _exit_on_signals()
    gc_tuning.disable_during_startup()  # startup.py enables it again
    with ExitStack() as stack:
        _start_local_cassandra(stack)
        print(f"Inkling: http://{arguments.host}:{arguments.port}", flush=True)
        if settings.reviewer_password_file and settings.is_protected:
            print(f"Reviewers' password: see {settings.reviewer_password_file}", flush=True)
        config = uvicorn.Config(
            "app:app",
            host=arguments.host,
            port=arguments.port,
            log_config=None,  # app.py configures logging
            http=protocol_for(settings.trusted_proxies),
            server_header=False,
            forwarded_allow_ips=list(settings.trusted_proxies),
            ws=LimitedWebSocketProtocol,
            ws_max_size=MAX_MESSAGE_BYTES,
            # Live answers are about a kilobyte: compressing them costs more time than it saves.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=3,  # seconds
        )
        server = DrainingServer(config, settings.drain_seconds)
        with suppress(KeyboardInterrupt):
            server.run()
        if not server.started:
            sys.exit(3)  # as uvicorn.run


def find_public_url(host: str, port: int) -> str:
    """Return the URL for other devices of a server that listens on `host`; "" if unknown.

    In a container it is unknown: its address is not that of the machine.
    """
    if is_loopback(host) or any(Path(file).exists() for file in _CONTAINER_FILES):
        return ""
    return f"http://{network_address() if host in _ALL_ADDRESSES else host}:{port}"


def network_address() -> str:
    """Return this machine's address in its network: that from which it would reach others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def is_loopback(host: str) -> bool:
    """Return whether only programs on this machine can reach this address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _generate_password(settings: Settings) -> None:
    """Create REVIEWER_PASSWORD_FILE if it is set and does not exist, and have it read."""
    if settings.reviewer_password_file and settings.reviewer_password is None:
        create_secret_file(settings.reviewer_password_file, secrets.token_urlsafe(12))
        get_settings.cache_clear()


def describe_settings_error(error: ValidationError) -> str:
    """Return a line for each invalid setting: its name, its value and what is expected."""
    return "\n".join(map(_describe_error, error.errors()))


def _describe_error(error: ErrorDetails) -> str:
    if not error["loc"]:  # about several settings; their values, some of them secret, stay hidden
        return error["msg"].removeprefix("Value error, ") + "."
    name = "_".join(map(str, error["loc"])).upper()
    return f"{name}={error['input']} is invalid: {error['msg']}."


def _exit_on_signals() -> None:
    """Exit orderly on SIGTERM and SIGHUP, so that a local Cassandra is stopped.

    uvicorn raises SIGTERM again after its shutdown, which would end the process before the exit
    stack runs. It does not handle SIGHUP, with which a terminal ends its programs: it becomes
    SIGTERM, unless it is ignored (nohup).
    """

    def exit_orderly(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, exit_orderly)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, terminate)


def _share_cookie_secret() -> None:
    """Derive Streamlit's cookie secret from ours, so that its cookies are valid on all replicas.

    A secret that is already set stays.
    """
    derived = hashlib.sha256(b"streamlit cookie\0" + signing_secret(get_settings())).hexdigest()
    os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", derived)


def _start_local_cassandra(stack: ExitStack) -> None:
    settings = get_settings()
    if not settings.uses_cassandra or settings.cassandra_contact_points:
        return
    from services.local_cassandra import local_cassandra

    server = stack.enter_context(local_cassandra())
    os.environ["CASSANDRA_CONTACT_POINTS"] = server.address
    os.environ["CASSANDRA_PORT"] = str(server.port)
    get_settings.cache_clear()


if __name__ == "__main__":
    main()
