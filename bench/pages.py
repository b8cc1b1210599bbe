"""Pages over a large registry: how long the server takes for every page that lists or adds up.

    python -m bench.pages [--size 120000] [--runs 30] [--engine sqlite|postgres|both] [--folder FOLDER] [--keep]

A province of a hundred communes whose clerks have scanned some 100,000 documents, two fifths of them in one commune
(:mod:`bench.pages_drawing`), once on SQLite and once in a private PostgreSQL. Each page is asked through the
application, without a network. Told are the time of the clock (median and 95th percentile), what the application used
of the processor, and what PostgreSQL used of it, which is another process: processor time does not depend on who else
is at work. Nothing stays behind unless it is to be kept.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import sqlalchemy as sa
import structlog

from bench.pages_drawing import COMMUNE, TODAY, draw
from digitize.targets import VIETNAM_TIME
from storage.settings import Settings
from storage.tables import books, certifications, copies, documents, dossiers, units
from tests.door.town import Clock, Town, open_town
from tests.servers.postgres import PostgresServer

TARGET_MS = 200.0
ENGINES = ("sqlite", "postgres")
_NOON = Clock(datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=VIETNAM_TIME))
_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Asked:
    """A page, and who looks at it."""

    name: str
    username: str
    path: str
    form: Mapping[str, str] | None = None
    """Sent as a form; None: the page is only opened."""


def main() -> int:
    """Measure and print; exit status 1 when a page needs longer than the target."""
    parser = argparse.ArgumentParser(description="Pages over a large registry")
    parser.add_argument("--size", type=int, default=120_000, help="results; 86 of 100 are scanned")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--folder", type=Path, help="where the registry may lie; taken as it is when it was kept")
    parser.add_argument("--keep", action="store_true", help="leave what was drawn, for another run")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="sohoa-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    missed = 0
    try:
        for engine in ENGINES if asked.engine == "both" else (asked.engine,):
            with _registry(folder, engine, asked.size) as town:
                missed += _measured(town, engine, asked.runs)
    finally:
        if not asked.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return int(missed > 0)


@contextmanager
def _registry(folder: Path, engine: str, size: int) -> Iterator[Town]:
    """Open what was drawn on an engine; draw it first if nothing was."""
    data, kept = folder / engine, folder / f"{engine}.json"
    server = PostgresServer(folder / "cluster") if engine == "postgres" else None
    try:
        if server is not None:
            if not server.folder.exists():
                server.prepare()
            server.start()
        if not kept.exists():
            data.mkdir()
            url = {} if server is None else {"database_url": server.create_database()}
            tokens = draw(Settings.model_validate({"data": data} | url), size)
            kept.write_text(json.dumps({"tokens": dict(tokens), "name": url.get("database_url", "")}))
        found = json.loads(kept.read_text())
        town = open_town(
            data, found["tokens"], _NOON, **({} if server is None else {"database_url": _moved(found, server)})
        )
        town.renew_sessions()
        yield town
        town.parts.storage.close()
    finally:
        if server is not None:
            server.stop()


def _moved(found: Mapping[str, str], server: PostgresServer) -> str:
    """Return the address of the database that was kept: each start has a port of its own."""
    return f"postgresql+psycopg://postgres@127.0.0.1:{server.port}/{found['name'].rsplit('/', 1)[1]}"


def pages(town: Town) -> Iterator[Asked]:
    """Return the pages that list or add up, and the public ones."""
    with town.parts.storage.database.read() as connection:
        own = connection.execute(sa.select(units.c.id).where(units.c.code == COMMUNE)).scalar_one()

        def one(column: sa.Column[str], *conditions: sa.ColumnElement[bool]) -> str:
            found = connection.execute(sa.select(column).where(*conditions).order_by(column).limit(1))
            return str(found.scalar_one())

        waits = one(documents.c.id, documents.c.unit_id == own, documents.c.state == "to_check")
        done = one(documents.c.id, documents.c.unit_id == own, documents.c.state == "published")
        result = one(documents.c.result_id, documents.c.id == done)
        dossier = one(dossiers.c.code, dossiers.c.unit_id == own)
        book = one(books.c.id, books.c.unit_id == own)
        visit = one(certifications.c.id, certifications.c.unit_id == own)
        code = one(copies.c.verification_code, copies.c.unit_id == own)
    province, keeper = "tinh", "quantri"
    yield from (
        Asked("work list of a commune", "canbo", "/"),
        Asked("… what waits for me", "canbo", "/?state=mine"),
        Asked("… published, some days", "canbo", "/?state=published&first=2025-03-01&last=2025-04-01"),
        Asked("… of a dossier", "canbo", f"/?dossier={dossier}"),
        Asked("work list of the province", province, "/"),
        Asked("… a commune in it, some days", province, f"/?unit={COMMUNE}&first=2025-03-01&last=2025-04-01"),
        Asked("… published, an old day", province, "/?state=published&last=2025-01-15"),
        Asked("search by name", "canbo", "/find", {"q": "lo van mau"}),
        Asked("search by name, province", province, "/find", {"q": "lo van mau"}),
        Asked("search by number, province", province, "/find", {"q": "17/QĐ-UBND"}),
        Asked("review, with the batch beside", "canbo", f"/review/{waits}"),
        Asked("to sign", "canbo", "/sign"),
        Asked("a document", "canbo", f"/documents/{done}"),
        Asked("its job", "canbo", f"/documents/{waits}/job"),
        Asked("intake", "canbo", "/intake"),
        Asked("intake, a dossier", "canbo", f"/intake?dossier={dossier}"),
        Asked("upload", "canbo", "/upload"),
        Asked("pages of a document", "canbo", f"/documents/{waits}/pages"),
        Asked("visits on the desk", "lanhdao", "/certifications"),
        Asked("all visits of a commune", "lanhdao", "/certifications?tab=all"),
        Asked("visits on the desk, province", province, "/certifications"),
        Asked("all visits of the province", province, "/certifications?tab=all"),
        Asked("a visit", "lanhdao", f"/certifications/{visit}"),
        Asked("books of the province", province, "/books"),
        Asked("register, a year", "lanhdao", f"/books/{book}?year=2024"),
        Asked("register, late in a year", "lanhdao", f"/books/{book}?year=2024&above=3000"),
        Asked("register, a month", "lanhdao", f"/books/{book}?year=2024&month=9"),
        Asked("board of the province", province, "/board"),
        Asked("board of a commune", "lanhdao", "/board"),
        Asked("a unit and its procedures", province, f"/board/unit?unit={COMMUNE}"),
        Asked("… the flow", province, f"/board/unit?unit={COMMUNE}&measure=flow"),
        Asked("a procedure by clerk", province, f"/board/clerks?unit={COMMUNE}&procedure=1.001193"),
        Asked("its results", province, f"/board/things?unit={COMMUNE}"),
        Asked("… what is missing", province, f"/board/things?unit={COMMUNE}&procedure=1.001193&side=missing"),
        Asked("late dossiers, province", province, "/board/late"),
        Asked("late dossiers of a commune", "lanhdao", "/board/late"),
        Asked("what to scan this week", province, "/board/plan"),
        Asked("targets", province, "/targets"),
        Asked("results behind a target", province, f"/targets/things?unit={COMMUNE}"),
        Asked("operation", keeper, "/operations"),
        Asked("history, 83 days", province, "/operations/history?since=30/08/2025"),
        Asked("history of a commune", "lanhdao", "/operations/history?since=30/08/2025&what=Published"),
        Asked("history of a dossier", province, f"/operations/history?since=30/08/2025&document={dossier}"),
        Asked("history of a person", province, "/operations/history?since=30/08/2025&who=canbo"),
        Asked("public: check a file", "", "/kiem-tra"),
        Asked("public: a copy", "", f"/k/{code}"),
        Asked("public: status of a result", "", f"/ket-qua/{result}"),
    )  # fmt: skip


def _measured(town: Town, engine: str, runs: int) -> int:
    database = town.parts.storage.database
    statements = 0

    def note(*_told: object) -> None:
        nonlocal statements
        statements += 1

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as connection:
        size = connection.execute(sa.select(sa.func.count()).select_from(documents)).scalar_one()
    print(f"\n{engine}, {size} documents, {runs} runs")
    print(f"{'page':32}{'status':>7}{'median ms':>11}{'p95':>7}{'cpu':>7}{'db cpu':>8}{'statements':>12}{'KiB':>6}")
    missed = 0
    for asked in pages(town):
        visitor = town.visitor(asked.username or None)
        walls, used, servers = [], [], _servers_ms()
        for _ in range(runs + 1):
            statements, began, clock = 0, time.process_time(), time.perf_counter()
            answer = visitor.get(asked.path) if asked.form is None else visitor.post(asked.path, data=asked.form)
            walls.append(1000 * (time.perf_counter() - clock))
            used.append(1000 * (time.process_time() - began))
        behind = (_servers_ms() - servers) / (runs + 1)
        late = median(used[1:]) + behind > TARGET_MS
        missed += late
        print(
            f"{asked.name:32}{answer.status_code:7}{median(walls[1:]):11.0f}{quantiles(walls[1:], n=20)[18]:7.0f}"
            f"{median(used[1:]):7.0f}{behind:8.0f}{statements:12}{len(answer.content) // 1024:6}"
            f"{'  MISSED' if late else ''}",
            flush=True,
        )
    sa.event.remove(database.engine, "before_cursor_execute", note)
    print(f"target: {TARGET_MS:g} ms; load {Path('/proc/loadavg').read_text(encoding='ascii').split()[0]}")
    return missed


def _servers_ms() -> float:
    """Return what all processes of PostgreSQL below this one have used of the processor."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(stat.parent.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        used[pid] = _TICK_MS * (int(fields[11]) + int(fields[12]))
    below, found = list(parents.get(os.getpid(), ())), 0.0
    while below:
        pid = below.pop()
        found += used[pid]
        below += parents.get(pid, ())
    return found


if __name__ == "__main__":
    raise SystemExit(main())
