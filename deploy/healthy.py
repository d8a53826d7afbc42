"""Health check of the image: exit with 0 if the server in this container is ready."""

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen

ADDRESS = f"http://127.0.0.1:{os.environ.get('PORT', '8501')}/api/health/ready"


def main() -> None:
    """Request the readiness route; exit with 1 unless it answers 200."""
    try:
        with urlopen(ADDRESS, timeout=3) as response:
            healthy = response.status == 200
    except (URLError, OSError) as error:
        sys.exit(f"not ready: {error}")
    sys.exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
