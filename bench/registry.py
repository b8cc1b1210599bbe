"""A registry of millions: how much slower is it than a small one, and which rows does it touch?

    python -m bench.registry [--large 5000000] [--small 50000] [--runs 200] [--folder FOLDER] [--plans FILE]

Two registries in one private PostgreSQL, drawn by the same rules: a province with its departments and all communes,
names as they are borne, four results in ten published. What is drawn comes in by COPY, the tables are filled from it in
SQL, the indexes are made as the migration makes them. Then two clients at once ask both registries in turn, through the
very functions that the service uses: what counts is the ratio. Nothing stays behind.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import quantiles

import sqlalchemy as sa

from bench.registry_drawing import EVERYBODYS, Drawn, draw
from digitize.lifecycle import State
from digitize.search import parse
from storage import dossiers, registry, targets
from storage.database import Database
from storage.migrate import migrate
from storage.registry import EVERYTHING, Scope
from storage.reuse.owners import owner_hash
from storage.search.finding import Filters, find
from storage.search.reach import reach_of
from storage.search.rounds import owned_by
from storage.search.showing import shown
from tests.servers.plans import plans_of, touched
from tests.servers.postgres import PostgresServer

NOW = datetime(2026, 10, 15, 3, 0, tzinfo=UTC)
TARGET_RATIO, TARGET_P95_MS = 2.0, 150.0
CLIENTS = 2

Act = Callable[[sa.Connection], object]


def main() -> int:
    """Measure and print; exit status 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="A registry of millions beside a small one")
    parser.add_argument("--large", type=int, default=5_000_000)
    parser.add_argument("--small", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=200, help="of each question, on each registry")
    parser.add_argument("--folder", type=Path, help="where the database may lie; some 15 GB for five million")
    parser.add_argument("--plans", type=Path, help="write every statement with what it touched here")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sohoa-", dir=asked.folder))
    folder.chmod(0o711)
    server = PostgresServer(folder / "data")
    try:
        server.prepare()
        server.start()
        _made_quick_to_fill(server)
        drawn = {size: _made(server, size) for size in (asked.small, asked.large)}
        times = _times(drawn, asked.runs)
        _explain(drawn[asked.large], asked.plans)
        return _tell(times, asked.small, asked.large)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _made_quick_to_fill(server: PostgresServer) -> None:
    """Let no log be written of what can be drawn again; questions are answered as ever."""
    database = Database(server.create_database())
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("wal_level = minimal", "max_wal_senders = 0", "max_wal_size = '16GB'", "autovacuum = off"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
    database.close()
    server.stop()
    server.start()


def _made(server: PostgresServer, size: int) -> Drawn:
    url = server.create_database()
    database = Database(url)
    migrate(database)
    began = time.perf_counter()
    drawn = draw(database, url, size, date(2026, 10, 15))
    database.close()
    print(f"{size} results made in {time.perf_counter() - began:.0f} s")
    return drawn


def questions(drawn: Drawn, dice: random.Random) -> dict[str, Act]:
    """Return one of each question about what was drawn."""
    commune = dice.choice(drawn.communes)
    name = " ".join(dice.choice(part) for part in EVERYBODYS)
    number = dice.randrange(drawn.size)
    return {
        "by owner": lambda c: _found(c, drawn.person_number(number), EVERYTHING),
        "by number": lambda c: _found(c, f"{1 + number % 400}/{dice.choice(('QĐ-UBND', 'GP-UBND'))}", EVERYTHING),
        "by name without marks": lambda c: _found(c, name, EVERYTHING),
        "by name in a commune": lambda c: _found(c, name, Scope(commune)),
        "list of a commune": lambda c: registry.listing(c, Scope(commune)),
        "list of the province": lambda c: registry.listing(c, EVERYTHING),
        "what waits in the province": lambda c: registry.listing(c, EVERYTHING, states=[State.TO_CHECK]),
        "counts of the province": lambda c: registry.counts(c, EVERYTHING),
        "dossier by its code": lambda c: dossiers.find_by_code(c, drawn.dossier_code(number), EVERYTHING),
        "board of the province": lambda c: targets.progress(c, 2026, EVERYTHING, NOW),
    }


def _found(connection: sa.Connection, typed: str, scope: Scope) -> object:
    query = parse(typed)
    of_person = None
    if query.person_number is not None:
        of_person = owned_by(query.person_number, owner_hash(connection, query.person_number, NOW))
    page = find(connection, query, reach_of(connection, scope.path), Filters(), owned=of_person)
    return shown(connection, page.hits)


def _times(drawn: dict[int, Drawn], runs: int) -> dict[tuple[str, int], list[float]]:
    """Let the clients ask at the same time; return milliseconds by question and size."""
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        told = pool.starmap(_client, [(drawn, seed, runs // CLIENTS) for seed in range(CLIENTS)])
    together: dict[tuple[str, int], list[float]] = {}
    for one in told:
        for key, values in one.items():
            together.setdefault(key, []).extend(values)
    return together


def _client(drawn: dict[int, Drawn], seed: int, runs: int) -> dict[tuple[str, int], list[float]]:
    dice = random.Random(seed)
    databases = {size: Database(each.url) for size, each in drawn.items()}
    times: dict[tuple[str, int], list[float]] = {}
    for run in range(-5, runs):
        for size, database in databases.items():
            for name, act in questions(drawn[size], dice).items():
                began = time.perf_counter()
                with database.read() as connection:
                    act(connection)
                if run >= 0:
                    times.setdefault((name, size), []).append(1000 * (time.perf_counter() - began))
    for database in databases.values():
        database.close()
    return times


def _explain(drawn: Drawn, file: Path | None) -> None:
    """Print what each question touches of the large registry."""
    database = Database(drawn.url)
    lines = []
    print(f"\n{'rows touched at ' + str(drawn.size):34}{'rows':>8}{'pages':>8}{'ms':>8}  walked from end to end")
    for name, act in questions(drawn, random.Random(7)).items():
        plans = plans_of(database, act)
        walked = sorted({table for plan in plans for table in plan.walked})
        rows, pages = sum(touched(plans).values()), sum(plan.buffers for plan in plans)
        print(f"{name:34}{rows:8}{pages:8}{sum(plan.milliseconds for plan in plans):8.1f}  {', '.join(walked) or '-'}")
        lines += [f"{name}: {dict(plan.rows)} {sorted(plan.indexes)}\n{plan.statement}\n" for plan in plans]
    if file is not None:
        file.write_text("\n".join(lines), encoding="utf-8")
    database.close()


def _tell(times: dict[tuple[str, int], list[float]], small: int, large: int) -> int:
    print(f"\n{'ms':28}{'p50 ' + str(small):>14}{'p95':>8}{'p50 ' + str(large):>14}{'p95':>8}{'ratio p50':>11}")
    missed = False
    for name in dict.fromkeys(name for name, _ in times):
        (few, few_95), (many, many_95) = (_middle(times[name, size]) for size in (small, large))
        kept = many / few <= TARGET_RATIO and many_95 < TARGET_P95_MS
        missed = missed or not kept
        print(
            f"{name:28}{few:14.1f}{few_95:8.1f}{many:14.1f}{many_95:8.1f}{many / few:11.2f}{'' if kept else '  MISSED'}"
        )
    load = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    print(f"load {load}; targets: ratio at most {TARGET_RATIO:g}, p95 under {TARGET_P95_MS:g} ms")
    return int(missed)


def _middle(values: Sequence[float]) -> tuple[float, float]:
    twentieths = quantiles(values, n=20)
    return twentieths[9], twentieths[18]


if __name__ == "__main__":
    raise SystemExit(main())
