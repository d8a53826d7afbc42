"""Which history a process keeps, from its settings."""

from db.cursor import Cursors, kept_secret
from db.history import History
from settings import Settings


def open_history(settings: Settings) -> History:
    """The history the settings name, at once; what cannot be reached yet is tried meanwhile."""
    if settings.secret is None:
        secret = kept_secret(settings.history_file.parent / "secret")
    else:
        secret = settings.secret.get_secret_value().encode()
    cursors = Cursors(secret)
    if settings.uses_cassandra:
        from db.cassandra_store import CassandraHistory

        return CassandraHistory(settings, cursors)
    from db.sqlite_store import SqliteHistory

    return SqliteHistory(settings.history_file, cursors)
