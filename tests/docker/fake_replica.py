"""A replica for tests of the gateway: logs every request, and drops the connection for /drop paths.

Runs in a container of the plain Python image, so it uses the standard library only.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answer with the request's headers; close without an answer where the query says drop."""

    protocol_version = "HTTP/1.1"
    server_version = "fake"

    def answer(self) -> None:
        """Handle any method."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/api/health/ready":
            print(self.command, self.path, flush=True)
        if self.path.endswith("?drop"):
            self.close_connection = True
            return
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def log_message(self, *_arguments: object) -> None:
        """Log nothing else."""


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8501), Handler).serve_forever()
