"""Create the passwords of a compose project at its first start, in their shared volume."""

import os
import secrets
from pathlib import Path

FOLDER = Path(os.environ.get("SECRET_FOLDER", "/secret"))
CHOSEN_REVIEWER_PASSWORD = os.environ.get("REVIEWER_PASSWORD", "")


def main() -> None:
    """Create what is missing. A chosen reviewer password replaces the one of an earlier start."""
    reviewer_file = FOLDER / "reviewer-password"
    if CHOSEN_REVIEWER_PASSWORD:
        write(reviewer_file, CHOSEN_REVIEWER_PASSWORD, mode=0o400)
    elif not reviewer_file.exists():
        write(reviewer_file, secrets.token_urlsafe(12), mode=0o400)

    cassandra_file = FOLDER / "cassandra-password"
    if not cassandra_file.exists():
        # Readable by the group, which the Cassandra container joins (group_add).
        write(cassandra_file, secrets.token_hex(24), mode=0o440)

    print("The reviewer password: docker compose exec web cat /secret/reviewer-password")


def write(path: Path, text: str, mode: int) -> None:
    """Replace the file in one step, so that no reader sees half a password."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.chmod(mode)
    draft.replace(path)


if __name__ == "__main__":
    main()
