"""Work on the history from the command line: `python -m db`."""

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
from db.progress import progress_bar
from db.store import Filters, Store, StoreUnavailableError

_PATIENCE_SECONDS = 60
_EXAMPLES = """\
a history is named by
  var/history.sqlite3                          a SQLite file
  cassandra://10.0.0.5,10.0.0.6:9042/inkling   a Cassandra keyspace; user:password@ may come first
  -                                            the one the settings name

examples
  python -m db copy var/history.sqlite3 cassandra://127.0.0.1/inkling
  python -m db delete --owner 7f3c --yes
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m db",
        description="Copies histories, deletes from them, looks into the outbox.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    copy = commands.add_parser("copy", help="copy all readings; run again, it goes on")
    copy.add_argument("source", metavar="FROM")
    copy.add_argument("target", metavar="TO")
    delete = commands.add_parser("delete", help="forget all readings of an owner")
    delete.add_argument("--owner", required=True)
    delete.add_argument("--history", default="-", help="which one (default: as the settings say)")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    commands.add_parser("waiting", help="how many readings wait in the outbox")
    options = parser.parse_args(arguments)
    try:
        with ExitStack() as stack:
            if options.command == "copy":
                return _copy(stack, options.source, options.target)
            if options.command == "delete":
                history = _open(stack, _settings_for(options.history, stack))
                return _delete(history, options.owner, sure=options.yes)
            if options.command == "waiting":
                outbox = Outbox(get_settings().outbox_file)
                stack.callback(outbox.close)
                print(len(outbox))
                return 0
    except (StoreUnavailableError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    parser.print_help()
    return 0


def _copy(stack: ExitStack, source: str, target: str) -> int:
    if source == target:
        raise ValueError("FROM and TO name the same history.")
    if "://" not in source and source != "-" and not Path(source).exists():
        raise ValueError(f"There is no history file {source}.")
    state = state_file(get_settings().outbox_file.parent, source, target)
    here, there = _settings_for(source, stack), _settings_for(target, stack)
    copied = migrate(_open(stack, here), _open(stack, there), state)
    print(f"{copied:,} readings are in {target}.")
    return 0


def _delete(history: Store, owner: str, *, sure: bool) -> int:
    filters = Filters(owner=owner)
    ids = [prediction.id for prediction in history.export(filters)]
    if not sure and ids:
        answer = input(f"Forget {len(ids):,} readings of {owner!r} for good? [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            return 1
    tell = progress_bar("readings", len(ids))
    for done, id in enumerate(ids, 1):
        history.delete(id)
        tell(done)
    if not history.flush(_PATIENCE_SECONDS):
        raise StoreUnavailableError("Not all is deleted yet; what is left waits in the outbox.")
    print(f"{len(ids):,} readings are forgotten.")
    return 0


def _open(stack: ExitStack, settings: Settings) -> Store:
    """The history of those settings, reachable."""
    history = open_store(settings)
    stack.callback(history.close)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (health := history.health()).reachable:
        if not settings.uses_cassandra or time.monotonic() > deadline:
            raise StoreUnavailableError(health.detail or "The history cannot be reached.")
        time.sleep(0.1)
    return history


def _settings_for(name: str, stack: ExitStack) -> Settings:
    settings = get_settings()
    if name == "-":
        return settings
    if "://" not in name:
        return settings.model_copy(update={"history": "sqlite", "history_file": Path(name)})
    # An outbox of its own: the app's may hold what belongs to another keyspace.
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="inkling-")))
    named = settings.model_dump() | cassandra_settings(name)
    return Settings.model_validate(named | {"outbox_file": folder / "outbox.sqlite3"})


def cassandra_settings(url: str) -> dict[str, object]:
    """The settings in cassandra://user:password@host,host:port/keyspace.

    Raises ValueError for anything else.
    """
    parts = urlsplit(url)
    access, _, hosts = parts.netloc.rpartition("@")
    hosts, _, port = hosts.partition(":")
    keyspace = parts.path.strip("/")
    if parts.scheme != "cassandra" or not hosts or (port and not port.isdigit()):
        raise ValueError(
            f"{url} names no history; write a SQLite file or cassandra://host:port/keyspace."
        )
    named: dict[str, object] = {"history": "cassandra", "cassandra_contact_points": hosts}
    if port:
        named["cassandra_port"] = int(port)
    if keyspace:
        named["cassandra_keyspace"] = keyspace
    if access:
        user, _, password = access.partition(":")
        named["cassandra_username"] = unquote(user)
        named["cassandra_password"] = unquote(password)
    return named


if __name__ == "__main__":
    sys.exit(main())
