"""The secret that signs what this program hands out: from the settings, or made once and kept."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from core.settings import Settings


def signing_secret(settings: Settings) -> bytes:
    """`SECRET`, or what `SECRET_FILE` holds, which is made where it is missing."""
    if settings.secret is None:
        return _kept_secret(settings.secret_file)
    return settings.secret.get_secret_value().encode()


def _kept_secret(path: Path) -> bytes:
    """The secret in that file, made on first use, readable by its owner only.

    Several processes may ask at once: the file appears whole or not at all, and all get the same.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        try:
            draft.write_text(secrets.token_hex(32))
            with suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
    return path.read_bytes().strip()
