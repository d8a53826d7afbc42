"""HTTP requests to a server under test, which a busy machine may answer late."""

from functools import partial

import httpx

TIMEOUT = 60  # seconds; the 5 s of HTTPX are too few for a machine that does much else

http_get = partial(httpx.get, timeout=TIMEOUT)
http_put = partial(httpx.put, timeout=TIMEOUT)
http_post = partial(httpx.post, timeout=TIMEOUT)
http_client = partial(httpx.Client, timeout=TIMEOUT)
