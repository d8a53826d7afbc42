"""Which history a process keeps, from its settings."""

from core.settings import Settings
from core.signing import signing_secret
from db.cursor import Cursors
from db.store import Store


def open_store(settings: Settings) -> Store:
    """The history the settings name, at once; what cannot be reached yet is tried meanwhile."""
    cursors = Cursors(signing_secret(settings))
    if settings.uses_cassandra:
        from db.cassandra.store import CassandraStore

        return CassandraStore(settings, cursors)
    from db.sqlite.store import SqliteStore

    return SqliteStore(settings.history_file, cursors)
