"""The system of a partner: a real HTTP server on the loopback that answers as the test wishes and keeps what it got."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.servers.process import free_port


@dataclass(frozen=True, slots=True)
class Got:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def signed_by(self, public_key: str) -> bool:
        """Check the ``v1a`` signatures as the specification tells, with nothing of ours."""
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.{self.body}".encode()
        for version, _, signature in (each.partition(",") for each in self.headers["webhook-signature"].split(" ")):
            if version == "v1a":
                try:
                    key.verify(base64.b64decode(signature), signed)
                except InvalidSignature:
                    continue
                return True
        return False


@dataclass(slots=True)
class Answer:
    """What the server says."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    drip_s: float = 0.0
    """For so long the body comes a byte at a time."""
    flood_bytes: int = 0


@dataclass(slots=True)
class Receiver:
    """Keeps what it got, in the order of arrival."""

    port: int
    tls: bool = False
    answer: Answer = field(default_factory=Answer)
    """To what no path has an answer of its own for."""
    answers: dict[str, Answer] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    """Paths, in the order in which the answers went out."""
    on_arrival: Callable[[Got], None] = lambda _got: None

    def url(self, path: str = "/nhan", host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def at(self, path: str) -> list[Got]:
        return [each for each in self.got if each.path == path]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401  # ASGI
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        got = Got(scope["path"], headers, body.decode())
        self.got.append(got)
        self.on_arrival(got)
        await self._say(self.answers.get(got.path, self.answer), send)
        self.answered.append(got.path)

    async def _say(self, answer: Answer, send: Any) -> None:  # noqa: ANN401  # ASGI
        await asyncio.sleep(answer.wait_s)
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        ends = time.monotonic() + answer.drip_s
        while time.monotonic() < ends:
            await send({"type": "http.response.body", "body": b".", "more_body": True})
            await asyncio.sleep(0.05)
        for _ in range(answer.flood_bytes // 65536):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@contextmanager
def receiving(certificate: Path | None = None, key: Path | None = None) -> Iterator[Receiver]:
    """Run a receiver until the block ends; over TLS when it has a certificate."""
    receiver = Receiver(free_port(), tls=certificate is not None)
    server = uvicorn.Server(
        uvicorn.Config(
            receiver, host="127.0.0.1", port=receiver.port, log_level="critical", lifespan="off",
            ssl_certfile=certificate, ssl_keyfile=key, timeout_graceful_shutdown=1,
        )
    )  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield receiver
    finally:
        server.should_exit = True
        thread.join(10)
