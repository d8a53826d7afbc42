"""The command that serves Inkling: `python serve.py --host 127.0.0.1 --port 8501`."""

import argparse
import hashlib
import os
import sys
from contextlib import ExitStack, suppress

import uvicorn
from pydantic import ValidationError

from core import gc_tuning
from core.draining import DrainingServer
from core.settings import get_settings
from core.signing import signing_secret


def main() -> None:
    """Serve until interrupted, with a local Cassandra if one is wanted and none is configured."""
    parser = argparse.ArgumentParser(description="Serves Inkling.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=8501, type=int, help="port to listen on")
    arguments = parser.parse_args()
    try:
        get_settings()
    except ValidationError as error:
        sys.exit(describe_settings_error(error))
    gc_tuning.disable_during_startup()  # startup.py enables it again
    with ExitStack() as stack:
        _start_local_cassandra(stack)
        _share_cookie_secret()
        print(f"Inkling: http://{arguments.host}:{arguments.port}", flush=True)
        config = uvicorn.Config(
            "app:app",
            host=arguments.host,
            port=arguments.port,
            log_config=None,  # app.py configures logging
            ws="websockets-sansio",
            ws_max_size=2**24,  # 16 MB, more than the largest message of the page
            # Live answers are about a kilobyte: compressing them costs more time than it saves.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=3,  # seconds
            server_header=False,
        )
        server = DrainingServer(config, get_settings().drain_seconds)
        with suppress(KeyboardInterrupt):
            server.run()
        if not server.started:
            sys.exit(3)  # as uvicorn.run


def describe_settings_error(error: ValidationError) -> str:
    """Return a line for each invalid setting: its name, its value and what is expected."""
    return "\n".join(
        f"{'_'.join(map(str, item['loc'])).upper()}={item['input']} is invalid: {item['msg']}."
        for item in error.errors()
    )


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
