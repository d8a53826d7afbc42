"""Commands for the history: `python -m db`."""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.settings import Settings, get_settings
from db.factory import open_store
from db.migrate import migrate, state_file
from db.outbox.queue import Outbox
from db.store import Filters, Store, StoreUnavailableError

_TIMEOUT_SECONDS = 60
_EXAMPLES = """\
a history is one of
  var/history.sqlite3                          a SQLite file
  cassandra://10.0.0.5,10.0.0.6:9042/inkling   a Cassandra keyspace; user:password@ may come first
  -                                            the history of the settings

examples
  python -m db copy var/history.sqlite3 cassandra://127.0.0.1/inkling
  python -m db delete --owner 7f3c --yes
"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m db",
        description="Copy histories, delete predictions, and inspect the outbox.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    copy = commands.add_parser("copy", help="copy all predictions; run it again to resume")
    copy.add_argument("source", metavar="FROM")
    copy.add_argument("target", metavar="TO")
    delete = commands.add_parser("delete", help="delete all predictions of an owner")
    delete.add_argument("--owner", required=True)
    delete.add_argument("--history", default="-", help="history (default: that of the settings)")
    delete.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    commands.add_parser("waiting", help="print how many predictions wait in the outbox")
    options = parser.parse_args(arguments)
    try:
        with ExitStack() as stack:
            if options.command == "copy":
                return _copy(stack, options.source, options.target)
            if options.command == "delete":
                store = _open(stack, _settings_for(options.history, stack))
                return _delete(store, options.owner, confirmed=options.yes)
            if options.command == "waiting":
                outbox = Outbox(get_settings().outbox_file)
                stack.callback(outbox.close)
                print(len(outbox))
                return 0
    except (StoreUnavailableError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command resumes from here.", file=sys.stderr)
        return 130
    parser.print_help()
    return 0


def _copy(stack: ExitStack, source: str, target: str) -> int:
    if source == target:
        raise ValueError("FROM and TO name the same history.")
    if "://" not in source and source != "-" and not Path(source).exists():
        raise ValueError(f"There is no history file {source}.")
    state = state_file(get_settings().outbox_file.parent, source, target)
    from_settings, to_settings = _settings_for(source, stack), _settings_for(target, stack)
    copied = migrate(_open(stack, from_settings), _open(stack, to_settings), state)
    print(f"Copied {copied:,} predictions to {target}.")
    return 0


def _delete(store: Store, owner: str, *, confirmed: bool) -> int:
    if not confirmed and (count := store.count(Filters(owner=owner)).count):
        answer = input(f"Delete {count:,} predictions of {owner!r} permanently? [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            return 1
    deleted = store.delete_owner(owner)
    if not store.flush(_TIMEOUT_SECONDS):
        raise StoreUnavailableError("Not all predictions are deleted yet; the rest is queued.")
    print(f"Deleted {deleted:,} predictions.")
    return 0


def _open(stack: ExitStack, settings: Settings) -> Store:
    """Return the store of these settings once it can be reached."""
    store = open_store(settings)
    stack.callback(store.close)
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while not (health := store.health()).reachable:
        if not settings.uses_cassandra or time.monotonic() > deadline:
            raise StoreUnavailableError(health.detail or "The history cannot be reached.")
        time.sleep(0.1)
    return store


def _settings_for(name: str, stack: ExitStack) -> Settings:
    settings = get_settings()
    if name == "-":
        return settings
    if "://" not in name:
        return settings.model_copy(update={"history": "sqlite", "history_file": Path(name)})
    # A separate outbox: that of the app may hold predictions for another keyspace.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="inkling-")))
    values = settings.model_dump() | cassandra_settings(name)
    return Settings.model_validate(values | {"outbox_file": folder / "outbox.sqlite3"})


def cassandra_settings(url: str) -> dict[str, object]:
    """Return the settings in cassandra://user:password@host,host:port/keyspace.

    Raises ValueError for any other URL.
    """
    parts = urlsplit(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    hosts, _, port = hosts.partition(":")
    keyspace = parts.path.strip("/")
    if parts.scheme != "cassandra" or not hosts or (port and not port.isdigit()):
        raise ValueError(
            f"{url} is not a history; give a SQLite file or cassandra://host:port/keyspace."
        )
    values: dict[str, object] = {"history": "cassandra", "cassandra_contact_points": hosts}
    if port:
        values["cassandra_port"] = int(port)
    if keyspace:
        values["cassandra_keyspace"] = keyspace
    if credentials:
        user, _, password = credentials.partition(":")
        values["cassandra_username"] = unquote(user)
        values["cassandra_password"] = unquote(password)
    return values


if __name__ == "__main__":
    sys.exit(main())
