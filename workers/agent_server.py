"""Where the signing agent listens, and where it remembers which browsers it was paired with."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from digitize.errors import Misconfigured
from workers.agent_listener import MOST_BYTES, Listener, Pairing

LOOPBACK = "127.0.0.1"
"""A literal address: no name server can lead a browser elsewhere, and nobody outside this machine gets in."""

_TIMEOUT_S = 10.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    listener: Listener
    one_at_a_time: threading.Lock
    """A token signs one value after the other."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _TIMEOUT_S
    protocol_version = "HTTP/1.0"
    """One request a connection: none that is kept open outlives the program that was stopped."""

    def do_GET(self) -> None:  # named by http.server
        """Answer."""
        self._answer()

    def do_POST(self) -> None:  # named by http.server
        """Answer."""
        self._answer()

    def do_OPTIONS(self) -> None:  # named by http.server
        """Answer the browser's question before it lets a page speak with us."""
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # named by http.server
        """Keep quiet: on the terminal stands the code of the pairing."""

    def _answer(self) -> None:
        length = self.headers.get("content-length", "0")
        size = int(length) if length.isdigit() else MOST_BYTES + 1
        if size > MOST_BYTES:
            self.send_error(413)
            return
        body = self.rfile.read(size)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.server.one_at_a_time:
            told = self.server.listener.answer(self.command, self.path, headers, body)
        content = b"" if told.body is None else json.dumps(told.body, ensure_ascii=False).encode()
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def listening(listener: Listener, port: int) -> Iterator[int]:
    """Listen on the loopback; give the port.

    Raises:
        Misconfigured: another program has the port.
    """
    try:
        server = _Server((LOOPBACK, port), _Handler)
    except OSError as fault:
        raise Misconfigured(f"cổng {port} đang do chương trình khác dùng") from fault
    server.listener, server.one_at_a_time = listener, threading.Lock()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def remembered(file: Path) -> Pairing:
    """Return the pairing that a file remembers; a new one when there is none."""
    try:
        known = json.loads(file.read_text())["known"]
    except (OSError, ValueError, KeyError, TypeError):
        known = []
    return Pairing({str(each) for each in known})


def remembering(file: Path) -> Callable[[Pairing], None]:
    """Return what keeps a pairing in a file that only its user reads: hashes, no secret."""

    def keep(pairing: Pairing) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as open_file:
            json.dump({"known": sorted(pairing.known)}, open_file)

    return keep
