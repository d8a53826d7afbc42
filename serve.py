"""Serves Inkling: `python serve.py --host 127.0.0.1 --port 8501`."""

import argparse
import hashlib
import os
import sys
from contextlib import ExitStack

import uvicorn
from pydantic import ValidationError

from core import gc_tuning
from core.settings import get_settings
from core.signing import signing_secret


def main() -> None:
    """Serve until interrupted; beside a local Cassandra where one is wanted and none is named."""
    parser = argparse.ArgumentParser(description="Serves Inkling.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=8501, type=int, help="port to listen on")
    arguments = parser.parse_args()
    try:
        get_settings()
    except ValidationError as error:
        sys.exit(describe(error))
    gc_tuning.pause()  # until startup.py has loaded all
    with ExitStack() as beside:
        _start_cassandra(beside)
        _share_cookie_secret()
        print(f"Inkling: http://{arguments.host}:{arguments.port}", flush=True)
        uvicorn.run(
            "app:app",
            host=arguments.host,
            port=arguments.port,
            log_config=None,  # app.py sets logging up
            ws="websockets-sansio",
            ws_max_size=2**24,  # 16 MB, more than the largest message of the page
            ws_per_message_deflate=False,  # live answers are a kilobyte: packing costs more time
            timeout_graceful_shutdown=3,  # seconds
        )


def describe(error: ValidationError) -> str:
    """A line for each setting that does not fit: its name, its value, what it must be."""
    return "\n".join(
        f"{'_'.join(map(str, one['loc'])).upper()}={one['input']} does not fit: {one['msg']}."
        for one in error.errors()
    )


def _share_cookie_secret() -> None:
    """Let Streamlit's cookies of one replica be good at the others, unless a secret is set."""
    derived = hashlib.sha256(b"streamlit cookie\0" + signing_secret(get_settings())).hexdigest()
    os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", derived)


def _start_cassandra(beside: ExitStack) -> None:
    settings = get_settings()
    if not settings.uses_cassandra or settings.cassandra_contact_points:
        return
    from services.local_cassandra import local_cassandra

    server = beside.enter_context(local_cassandra())
    os.environ["CASSANDRA_CONTACT_POINTS"] = server.address
    os.environ["CASSANDRA_PORT"] = str(server.port)
    get_settings.cache_clear()


if __name__ == "__main__":
    main()
