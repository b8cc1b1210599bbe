"""Pages over a large embedded registry: processor time of the server for boards, work list and register.

    python -m bench.boards [--size 100000] [--runs 7]

A town with a hundred communes on SQLite, entered row by row, counted by the service's own counting; then each page is
asked through the application, without a network. Processor time is told, because it does not depend on who else is at
work; nothing stays behind.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from statistics import median

import sqlalchemy as sa
import structlog

from api.parts import Parts
from digitize.targets import Level
from storage import units
from storage.connect import open_storage
from storage.migrate import migrate
from storage.registry import EVERYTHING
from storage.settings import Settings
from tests.door.town import open_town, settle
from tests.registry.grown import grow

TARGET_MS = 200.0
COMMUNES = 96
UNIT = "000.11.31.H99"
PAGES = (
    ("quantri", "/board"),
    ("quantri", f"/board/unit?unit={UNIT}"),
    ("quantri", f"/board/things?unit={UNIT}"),
    ("lanhdao", "/board/late"),
    ("quantri", "/board/plan"),
    ("quantri", "/targets"),
    ("quantri", "/operations"),
    ("quantri", "/operations/history?since=01/09/2021"),
    ("lanhdao", "/"),
    ("canbo", "/"),
    ("canbo", "/books"),
)


def main() -> int:
    """Measure and print; exit status 1 when a page needs longer than the target."""
    parser = argparse.ArgumentParser(description="Pages over a large embedded registry")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    folder = Path(tempfile.mkdtemp(prefix="sohoa-"))
    try:
        return _measured(folder, _made(folder, asked.size), asked.runs)
    finally:
        shutil.rmtree(folder)


def _made(folder: Path, size: int) -> Mapping[str, str]:
    settings = Settings(data=folder)
    parts = Parts(settings, open_storage(settings))
    migrate(parts.storage.database)
    tokens = settle(parts)
    with parts.storage.database.write() as connection:
        district = next(unit for unit in units.subtree(connection, EVERYTHING) if unit.level is Level.HUYEN)
        for n in range(COMMUNES):
            units.add_unit(
                connection, code=f"{n // 48 + 1:03d}.{n % 48:02d}.31.H99", name=f"Ủy ban nhân dân xã {n}",
                level=Level.XA, parent_id=district.id, valid_from=date(2010, 1, 1),
            )  # fmt: skip
        every = [unit.id for unit in units.subtree(connection, EVERYTHING)]
        grow(connection, every, size, date(2021, 11, 22), {unit: 0.05 + 0.04 * (n % 9) for n, unit in enumerate(every)})
    parts.storage.close()
    return tokens


def _measured(folder: Path, tokens: Mapping[str, str], runs: int) -> int:
    town = open_town(folder, tokens)
    town.renew_sessions()
    statements = 0

    def note(*_told: object) -> None:
        nonlocal statements
        statements += 1

    sa.event.listen(town.parts.storage.database.engine, "before_cursor_execute", note)
    missed = False
    print(f"{'page':44}{'status':>7}{'ms':>7}{'statements':>12}{'KiB':>6}")
    for username, path in PAGES:
        visitor = town.visitor(username)
        visitor.get(path)
        times = []
        for _ in range(runs):
            statements, began = 0, time.process_time()
            answer = visitor.get(path)
            times.append(1000 * (time.process_time() - began))
        missed = missed or median(times) > TARGET_MS
        size = len(answer.content) // 1024
        print(f"{path:44}{answer.status_code:7}{median(times):7.0f}{statements:12}{size:6}", flush=True)
    print(f"target: {TARGET_MS:g} ms of processor time")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
