"""A server that answers everything with a table or a picture, and notes what it was asked."""

from __future__ import annotations

import base64
import http.server
import socket
import sys
import threading
from pathlib import Path

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers, and appends the path to the log."""

    def do_GET(self) -> None:
        with Path(sys.argv[1]).open("a", encoding="utf-8") as log:
            log.write(f"{self.path}\n")
        body = b'[{"step": 1, "value": 2.5}]' if self.path.endswith("json") else PNG
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


class SixServer(http.server.ThreadingHTTPServer):
    """The same for the newer addresses."""

    address_family = socket.AF_INET6


if __name__ == "__main__":
    four = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    six = SixServer(("::1", 0), Handler)
    print(f"http://127.0.0.1:{four.server_port} http://[::1]:{six.server_port}", flush=True)
    threading.Thread(target=six.serve_forever, daemon=True).start()
    four.serve_forever()
