"""A town behind a real HTTP server on the loopback, for programs that come from outside."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from storage import clients
from storage.clients import Limits
from tests.door.town import Town, open_town


@dataclass(frozen=True, slots=True)
class Living:
    """A town and where its server listens."""

    town: Town
    address: str

    def enter_system(self, *scopes: str, unit: str, limits: Limits = Limits()) -> tuple[str, str]:  # noqa: B008  # frozen
        """Enter a client system; return its id and its secret."""
        with self.town.parts.storage.database.write() as connection:
            client, secret = clients.add_client(
                connection, name="Một cửa", unit_id=self.town.units[unit].id, scopes=scopes, limits=limits
            )
        return client.id, secret


@contextmanager
def living(folder: Path, tokens: Mapping[str, str]) -> Iterator[Living]:
    """Serve the town of a data folder; its links name the server's own address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        town = open_town(folder, tokens, public_url=address, secure_cookies=False)
        server = uvicorn.Server(uvicorn.Config(town.app, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield Living(town, address)
        finally:
            server.should_exit = True
            thread.join(10)
            town.parts.storage.close()
