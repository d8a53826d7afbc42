"""Which history a process keeps, from its settings."""

from db.cursor import Cursors
from db.history import History
from settings import Settings
from signing import signing_secret


def open_history(settings: Settings) -> History:
    """The history the settings name, at once; what cannot be reached yet is tried meanwhile."""
    cursors = Cursors(signing_secret(settings))
    if settings.uses_cassandra:
        from db.cassandra_store import CassandraHistory

        return CassandraHistory(settings, cursors)
    from db.sqlite_store import SqliteHistory

    return SqliteHistory(settings.history_file, cursors)
