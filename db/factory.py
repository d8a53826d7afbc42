"""Open the store that the settings name."""

from core.settings import Settings
from core.signing import signing_secret
from db.cursor import CursorSigner
from db.store import Store


def open_store(settings: Settings) -> Store:
    """Return the store of these settings; Cassandra is connected to in the background."""
    cursors = CursorSigner(signing_secret(settings))
    # Imported when needed: a SQLite history starts without loading the Cassandra driver.
    if settings.uses_cassandra:
        from db.cassandra.store import CassandraStore

        return CassandraStore(settings, cursors)
    from db.sqlite.store import SqliteStore

    return SqliteStore(settings.history_file, cursors)
