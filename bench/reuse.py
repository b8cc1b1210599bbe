"""The reuse API under steady load: connections that ask once a second each, over a real server and PostgreSQL.

    python -m bench.reuse --database postgresql://… [--connections 200] [--seconds 60] [--warm 15] [--owners 20000]

The database must be empty; it is filled. Every connection tells one story again and again: ask for the results of an
owner, look at one, take a link, fetch the file, accept it for a paper. They begin the story in different seconds, as
systems do that know nothing of each other: begun together, every fifth second would be of searches only. The first
seconds, in which a server prepares its statements, are asked and checked but not counted. A latency runs from the
moment at which the request was due, so that a server that stalls is not spared. The same connections first ask for
nothing at all (``/health/live``): what is left between the two is ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from bench.spent import cpu_seconds, postmaster
from digitize.lifecycle import State
from digitize.targets import Level
from storage import clients, units
from storage.clients import Limits
from storage.database import Database
from storage.migrate import migrate
from storage.objects_folder import FolderStore
from storage.registry import Summary
from storage.tables import confirmed_data, documents, dossiers, results, revisions, subjects
from storage.units import Unit

NOW = datetime.now(UTC)
SYSTEMS, COMMUNES, RESULTS_EACH, FILE_BYTES = 20, 20, 2, 200 * 1024
STEPS = ("search", "result", "link", "file", "accept")
_BATCH = 2_000
Lines = tuple[asyncio.StreamReader, asyncio.StreamWriter]
"""Both ways of a connection."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of those who share the machine."""

    server: float
    """All processes of the API."""
    postgresql: float | None
    """All of its processes; None: it runs elsewhere."""
    generator: float
    """This process."""

    def less(self, earlier: Spent) -> Spent:
        """Return what was spent since."""
        both = self.postgresql is not None and earlier.postgresql is not None
        since = self.postgresql - earlier.postgresql if both else None  # type: ignore[operator]  # both are numbers
        return Spent(self.server - earlier.server, since, self.generator - earlier.generator)


@dataclass(slots=True)
class Seen:
    """What came back."""

    latencies_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: Counter[str] = field(default_factory=Counter)
    spent: list[Spent] = field(default_factory=list)
    """When the seconds that count began, and when they were over."""


def main() -> None:
    """Fill, serve, ask and print."""
    parser = argparse.ArgumentParser(description="latency of the reuse API under steady load")
    parser.add_argument("--database", required=True, help="URL of an empty PostgreSQL database")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--warm", type=int, default=15, help="seconds before those that count")
    parser.add_argument("--owners", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=1, help="server processes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tokens, owners = fill(asked.database, Path(folder), asked.owners)
        port = _free_port()
        with _server(asked.database, Path(folder), port, asked.processes) as server:
            _wait(port)
            above = postmaster(asked.database)
            crowd = Crowd(port, asked.connections, tokens, owners)
            idle = asyncio.run(crowd.ask(min(10, asked.seconds), idle=True))
            told = asyncio.run(crowd.ask(asked.seconds, asked.warm, lambda: _spent(server.pid, above)))
            used = told.spent[1].less(told.spent[0])
            server.terminate()
    _print(asked, told, idle, used)


def fill(url: str, folder: Path, owners: int) -> tuple[Sequence[str], Sequence[str]]:
    """Enter a province with published results; return the tokens of systems and the numbers of owners."""
    database = Database(url)
    migrate(database)
    key = FolderStore(folder / "objects").put(random.Random(1).randbytes(FILE_BYTES))
    with database.write() as connection:
        since = date(2020, 1, 1)
        top = units.add_unit(connection, code="H98", name="Tỉnh", level=Level.TINH, parent_id=None, valid_from=since)
        communes = [
            units.add_unit(
                connection, code=f"H98.{n:02}", name=f"Xã {n}", level=Level.XA, parent_id=top.id, valid_from=since
            )
            for n in range(COMMUNES)
        ]
        tokens = []
        for n in range(SYSTEMS):
            client, secret = clients.add_client(
                connection, name=f"Một cửa {n}", unit_id=communes[n % COMMUNES].id, scopes=("reuse:read",),
                limits=Limits(per_minute=100_000, per_day=10_000_000),
            )  # fmt: skip
            tokens.append(clients.grant(connection, client.id, secret, (), NOW, 600))
        _enter(connection, communes, owners, key)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    database.close()
    return tokens, [_number(n) for n in range(owners)]


def _enter(connection: sa.Connection, communes: Sequence[Unit], owners: int, key: str) -> None:
    """Write published results as the service leaves them, without the way there."""
    rows: dict[sa.Table, list[dict[str, Any]]] = defaultdict(list)
    tables = (dossiers, results, subjects, documents, confirmed_data, revisions)
    for owner in range(owners):
        unit = communes[owner % len(communes)].id
        for n in range(RESULTS_EACH):
            _rows_of(rows, owner, n, unit, key)
        if len(rows[results]) >= _BATCH or owner == owners - 1:
            for table in tables:
                connection.execute(table.insert(), rows[table])
            rows.clear()


def _rows_of(rows: dict[sa.Table, list[dict[str, Any]]], owner: int, n: int, unit: str, key: str) -> None:
    dossier, result, document = (uuid.uuid4().hex for _ in range(3))
    code, number = f"H98-{owner:06}-{n}", f"{owner}/{n}-QĐ"
    rows[dossiers].append(
        {"id": dossier, "code": code, "unit_id": unit, "procedure_code": "1.001", "procedure_name": "Trợ cấp",
         "holder_name": "Lò Văn Mẫu", "holder_id": _number(owner), "resolved_on": date(2024, 3, 1),
         "created_by": "bench", "created_at": NOW}
    )  # fmt: skip
    rows[results].append(
        {"id": result, "dossier_id": dossier, "ordinal": 1, "unit_id": unit, "title": "Quyết định trợ cấp",
         "kind_code": "quyet_dinh", "issued_on": date(2024, 3, 1)}
    )  # fmt: skip
    rows[subjects].append({"id": document, "kind": "document", "version": 9})
    rows[documents].append(
        {"id": document, "result_id": result, "unit_id": unit, "state": State.PUBLISHED.value, "waiting_for": "nobody",
         "capture": 1, "hands": ["bench"], "four_eyes": False, "metadata_version": 1, "received_at": NOW,
         "changed_at": NOW, "sealed_key": key, "summary": asdict(Summary(pages=2)), "published_at": NOW}
    )  # fmt: skip
    fields = {"number": number, "issued_date": "2024-03-01", "organ_name": "UBND xã", "subject": "Về việc trợ cấp",
              "holder_name": "Lò Văn Mẫu", "holder_id": _number(owner)}  # fmt: skip
    rows[confirmed_data].append(
        {"document_id": document, "version": 1, "key": key, "kind_code": "quyet_dinh", "fields": fields,
         "confirmed_by": "bench", "confirmed_at": NOW}
    )  # fmt: skip
    for number_of, role in ((1, "clerk"), (2, "agency")):
        rows[revisions].append(
            {"document_id": document, "capture": 1, "number": number_of, "key": key, "role": role, "signer": role,
             "signed_at": NOW, "level": "B-T", "verdict": "valid"}
        )  # fmt: skip


def _number(owner: int) -> str:
    return f"001{owner:09}"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Connections that ask once a second, each at a moment of its own within the second."""

    port: int
    connections: int
    tokens: Sequence[str]
    owners: Sequence[str]

    async def ask(
        self, seconds: int, warm: int = 0, spent: Callable[[], Spent] | None = None, *, idle: bool = False
    ) -> Seen:
        """Let all of them ask.

        Args:
            seconds: that count.
            warm: seconds before.
            spent: is asked when those that count begin, and when they are over.
            idle: ask for nothing.
        """
        seen = Seen()
        # One after the other, so that the server's processes share them: all at once are taken by whoever wakes first.
        opened = [await asyncio.open_connection("127.0.0.1", self.port) for _ in range(self.connections)]
        begin = time.monotonic() + 0.5 + len(STEPS)
        counted = (begin + warm, begin + warm + seconds)
        asking = [
            self._connection(seen, lines, begin + n / self.connections - n % len(STEPS), counted, n, idle=idle)
            for n, lines in enumerate(opened)
        ]
        if spent is not None:
            asking += [_note(seen, spent, moment) for moment in counted]
        await asyncio.gather(*asking)
        return seen

    async def _connection(
        self, seen: Seen, lines: Lines, due: float, counted: tuple[float, float], number: int, *, idle: bool
    ) -> None:
        dice, token = random.Random(number), self.tokens[number % len(self.tokens)]
        story, answer = _story(dice, self.owners), b""
        while due < counted[1]:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                name, method, path, body = ("live", "GET", "/health/live", None) if idle else story.send(answer or None)
                status, answer = await _exchange(lines, method, path, body, token)
            except (OSError, asyncio.IncompleteReadError, ValueError, LookupError) as fault:
                seen.faults[type(fault).__name__] += 1
                return
            if due >= counted[0]:
                seen.latencies_ms[name].append(1000 * (time.monotonic() - due))
            if status >= 400:
                seen.faults[f"{name} {status}"] += 1
                story, answer = _story(dice, self.owners), b""
            due += 1
        lines[1].close()


async def _note(seen: Seen, spent: Callable[[], Spent], moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
    seen.spent.append(spent())


def _story(dice: random.Random, owners: Sequence[str]) -> Generator[tuple[str, str, str, object], bytes | None]:
    """Give request after request; each is sent the answer to the one before."""
    while True:
        code = f"H98.00-{dice.randrange(10**12)}"
        search = {"owner": dice.choice(owners), "purpose": "Đo hiệu năng", "legal_basis": "NĐ 45/2020",
                  "dossier_code": code}  # fmt: skip
        asked = json.loads((yield "search", "POST", "/api/v1/results/search", search))
        request, result = asked["request"], asked["results"][0]["result"]
        yield "result", "GET", f"/api/v1/results/{result}?request={request}", None
        link = json.loads((yield "link", "POST", f"/api/v1/results/{result}/link", {"request": request}))
        yield "file", "GET", urlsplit(link["url"]).path, None
        paper = {"result": result, "component": "1", "dossier_code": code}
        yield "accept", "POST", f"/api/v1/reuse/{request}/accept", paper


async def _exchange(lines: Lines, method: str, path: str, body: object, token: str) -> tuple[int, bytes]:
    reader, writer = lines
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    writer.write(head.encode() + content)
    await writer.drain()
    told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = told.partition("content-length: ")[2].partition("\r\n")[0]
    return int(told.split(" ", 2)[1]), await reader.readexactly(int(length or 0))


def _server(url: str, folder: Path, port: int, processes: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "SOHOA_DATA": str(folder), "SOHOA_DATABASE_URL": url, "SOHOA_OBJECTS_FOLDER": str(folder / "objects"),
        "SOHOA_WEBHOOK_KEY": "x" * 40, "SOHOA_LOG_LEVEL": "error", "SOHOA_API_PORT": str(port),
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "api.app:create", "--factory", "--port", str(port), "--no-access-log",
               "--log-level", "warning", "--timeout-worker-healthcheck", "60"]  # fmt: skip
    if processes > 1:
        command += ["--workers", str(processes)]
    return subprocess.Popen(command, env=environment)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _spent(server: int, above: int | None) -> Spent:
    postgresql = None if above is None else cpu_seconds(above)
    return Spent(cpu_seconds(server), postgresql, time.process_time())


def _print(asked: argparse.Namespace, told: Seen, idle: Seen, used: Spent) -> None:
    every = [one for name in STEPS for one in told.latencies_ms[name]]
    print(f"{asked.connections} connections, one request a second each, {asked.seconds} s, {asked.owners} owners")
    for name in (*STEPS, "all"):
        taken = sorted(every if name == "all" else told.latencies_ms[name])
        if taken:
            print(f"{name:8} {len(taken):6} requests  p50 {_at(taken, 50):7.1f} ms  p99 {_at(taken, 99):7.1f} ms  "
                  f"max {taken[-1]:7.1f} ms")  # fmt: skip
    nothing = sorted(idle.latencies_ms["live"])
    print(f"errors   {dict(told.faults) or 0}")
    for name, spent in (("server", used.server), ("postgres", used.postgresql), ("asking", used.generator)):
        told_s = "not on this machine" if spent is None else f"{1000 * spent / max(1, len(every)):.2f} ms a request"
        print(f"{name:8} CPU {told_s}" + ("" if spent is None else f", {spent / asked.seconds:.2f} cores"))
    if nothing and every:
        ratio = statistics.median(every) / statistics.median(nothing)
        print(f"ratio    p50 is {ratio:.1f} times that of an answer to nothing ({statistics.median(nothing):.1f} ms)")


def _at(taken: Sequence[float], percent: int) -> float:
    return taken[min(len(taken) - 1, len(taken) * percent // 100)]


if __name__ == "__main__":
    main()
