"""Files of the server are readable by its user only: they hold drawings and the secret."""

import os
from contextlib import suppress

from core.settings import ROOT, Settings

_VAR = ROOT / "var"


def protect_files(settings: Settings) -> None:
    """Create files and folders with 0600 and 0700 from now on, and restrict existing ones."""
    os.umask(0o077)
    for path in (settings.history_file, settings.outbox_file):
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):  # missing, or another user's, who answers for its mode
                path.with_name(path.name + suffix).chmod(0o600)
    with suppress(OSError):
        _VAR.mkdir(exist_ok=True)
        _VAR.chmod(0o700)
