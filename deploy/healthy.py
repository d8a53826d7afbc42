"""Exits 0 when the server in this container is ready: the image's health check."""

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen

ADDRESS = f"http://127.0.0.1:{os.environ.get('PORT', '8501')}/api/health/ready"


def main() -> None:
    """Ask the readiness route; the exit status says what it said."""
    try:
        with urlopen(ADDRESS, timeout=3) as answer:
            healthy = answer.status == 200
    except (URLError, OSError) as error:
        sys.exit(f"not ready: {error}")
    sys.exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
