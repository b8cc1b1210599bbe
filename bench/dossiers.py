"""A file of dossiers goes into the register, beside a bare COPY of the very rows that it leaves there.

    python -m bench.dossiers --database postgresql://… --bare postgresql://… [--dossiers 200000] [--kind csv]

Both databases must be empty; they are filled. The file is written first and is not part of the time; reading it, the
rules, the events, the counts and the search index are. The bare COPY takes the same rows, as PostgreSQL itself wrote
them out, into the same tables with the same indexes and foreign keys.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import sqlalchemy as sa
from psycopg import sql

from bench.spent import cpu_seconds, postmaster
from digitize.targets import Level
from storage import units
from storage.database import Database
from storage.dossiers.importing import Order, Report
from storage.migrate import migrate
from storage.registry import EVERYTHING
from workers.dossier_import import import_file

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
UNITS = 120
A_DAY = 500
"""Dossiers received in one day by all units together: 1,000,000 in 2,000 days."""
FIRST_DAY = date(2021, 1, 1)
TABLES = (
    "dossiers", "results", "components", "dossier_events", "tallies", "tally_days", "result_search", "search_spellings",
)  # fmt: skip
_NAMES = ("Nguyễn Văn", "Trần Thị", "Lê Đức", "Phạm Hồng", "Lò Văn", "Hoàng Thị", "Vũ Minh", "Đặng Thu")
_GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Ngọc", "Oanh", "Phúc", "Quân", "Sơn")
_PROCEDURES = tuple((f"1.{n:06d}", f"Thủ tục hành chính số {n}") for n in range(1000, 1040))


@dataclass(frozen=True, slots=True)
class Copied:
    """A bare COPY."""

    seconds: float
    cpu_s: float
    """Of this process and of PostgreSQL; 0 where that runs elsewhere."""
    rows: dict[str, int]
    """By table."""
    size_bytes: int
    """Of the text that was copied."""


def main() -> None:
    """Import, copy, compare, print."""
    parser = argparse.ArgumentParser(description="dossiers from a file, beside a bare COPY of the same rows")
    parser.add_argument("--database", required=True, help="URL of an empty PostgreSQL database")
    parser.add_argument("--bare", required=True, help="URL of another one, for the bare COPY")
    parser.add_argument("--dossiers", type=int, default=200_000)
    parser.add_argument("--kind", choices=("csv", "ndjson"), default="csv")
    asked = parser.parse_args()
    database = Database(asked.database)
    migrate(database)
    _enter_units(database)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"dossiers.{asked.kind}"
        write_file(file, asked.dossiers, asked.kind)
        size = file.stat().st_size
        above = postmaster(asked.database)
        report, seconds, cpu_s = _import(database, file, above)
    database.close()
    copied = bare_copy(asked.database, asked.bare, above)
    print(f"file: {asked.kind}, {size / 1e6:.0f} MB, {asked.dossiers} dossiers, {report.results} results")
    print(f"outcomes: { {one.value: n for one, n in report.outcomes.items()} }")
    print(f"import: {seconds:.1f} s, {asked.dossiers / seconds:.0f} dossiers a second")
    print(f"bare COPY: {copied.seconds:.1f} s, {asked.dossiers / copied.seconds:.0f} dossiers a second")
    print(f"rows: {copied.rows}, {copied.size_bytes / 1e6:.0f} MB")
    print(f"pace of the import: {copied.seconds / seconds:.2f} of the bare COPY")
    if above is not None:
        told = f"{cpu_s:.1f} s for the import, {copied.cpu_s:.1f} s for the COPY"
        print(f"CPU, Python and PostgreSQL together: {told}: {copied.cpu_s / cpu_s:.2f}")


def write_file(path: Path, dossiers: int, kind: str, seed: int = 1) -> None:
    """Write a file of invented dossiers in the order in which they were received, as one-stop systems export them.

    One in twenty is late, two fifths came online, nine in ten have a result.
    """
    dice = random.Random(seed)  # the dossiers hide nothing
    with path.open("w", encoding="utf-8", newline="") as file:
        if kind == "csv":
            file.write(
                "Mã hồ sơ,Mã đơn vị,Mã TTHC,Tên thủ tục,Chủ hồ sơ,Số CCCD,Kênh thực hiện,Ngày tiếp nhận,Ngày hẹn trả,"
                "Trạng thái,Ngày kết thúc xử lý,Lệ phí,Hình thức thanh toán,Tên kết quả,Số ký hiệu,Ngày cấp\r\n"
            )
        for told in _told(dossiers, dice):
            file.write(_csv(told) if kind == "csv" else _line(told))


def _told(dossiers: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(dossiers):
        received = FIRST_DAY + timedelta(days=number // A_DAY)
        finished = received + timedelta(days=dice.randrange(1, 10))
        late = dice.random() < 0.05
        due = finished + timedelta(days=-1 if late else dice.randrange(3))
        procedure, name = dice.choice(_PROCEDURES)
        unit = f"H99.{number % UNITS:03d}"
        yield {
            "code": f"{unit}-{received:%y%m%d}-{number:07d}", "unit": unit, "procedure": procedure, "name": name,
            "holder": f"{dice.choice(_NAMES)} {dice.choice(_GIVEN)} {dice.choice(_GIVEN)}",
            "id": f"{dice.randrange(10**12):012d}", "channel": 2 if dice.random() < 0.4 else 1,
            "received": received, "due": due, "finished": finished, "fee": dice.choice((0, 8000, 50_000)),
            "paid": dice.choice((1, 2, 3)), "result": f"{number % 900 + 1}/GCN-UBND" if dice.random() < 0.9 else None,
        }  # fmt: skip


def _csv(told: dict[str, Any]) -> str:
    result = f"Giấy chứng nhận,{told['result']},{told['finished']:%d/%m/%Y}" if told["result"] else ",,"
    return (
        f"{told['code']},{told['unit']},{told['procedure']},{told['name']},{told['holder']},{told['id']},"
        f"{told['channel']},{told['received']:%d/%m/%Y},{told['due']:%d/%m/%Y} 17:00,9,"
        f"{told['finished']:%d/%m/%Y} 09:30,{told['fee']},{told['paid']},{result}\r\n"
    )


def _line(told: dict[str, Any]) -> str:
    line = {
        "code": told["code"], "unit": told["unit"], "procedure_code": told["procedure"],
        "procedure_name": told["name"], "holder_name": told["holder"], "holder_id": told["id"],
        "channel": told["channel"], "received_on": told["received"].isoformat(),
        "due_at": f"{told['due']}T17:00:00+07:00", "status": 9, "finished_at": f"{told['finished']}T09:30:00+07:00",
        "fee_vnd": told["fee"], "paid_how": told["paid"],
    }  # fmt: skip
    if told["result"]:
        day = told["finished"].isoformat()
        line["results"] = [{"title": "Giấy chứng nhận", "number": told["result"], "issued_on": day}]
    return msgspec.json.encode(line).decode() + "\n"


def _enter_units(database: Database) -> None:
    since = date(2020, 1, 1)
    with database.write() as connection:
        top = units.add_unit(connection, code="H99", name="Tỉnh", level=Level.TINH, parent_id=None, valid_from=since)
        for number in range(UNITS):
            units.add_unit(
                connection, code=f"H99.{number:03d}", name=f"Xã {number}", level=Level.XA, parent_id=top.id,
                valid_from=since,
            )  # fmt: skip


def _import(database: Database, file: Path, above: int | None) -> tuple[Report, float, float]:
    order = Order("bench", EVERYTHING, source="bench")
    with file.open("rb") as opened:
        began, spent = time.monotonic(), _spent(above)
        report = import_file(database, opened, order, lambda: NOW, print)
        return report, time.monotonic() - began, _spent(above) - spent


def _spent(above: int | None) -> float:
    return time.process_time() + (0.0 if above is None else cpu_seconds(above))


def bare_copy(filled: str, empty: str, above: int | None) -> Copied:
    """Take the rows out of one database, and time their COPY into another one with the same tables.

    Args:
        filled: URL of the one.
        empty: URL of the other.
        above: process that all backends of PostgreSQL stem from; None: it does not run on this machine.
    """
    database = Database(empty)
    migrate(database)
    database.close()
    rows: dict[str, int] = {}
    size, seconds, cpu_s = 0, 0.0, 0.0
    with _connected(filled) as source, _connected(empty) as target:
        present = [name for name in TABLES if source.execute("SELECT to_regclass(%s)", (name,)).fetchone() != (None,)]
        _copy_table(source, target, "units")
        for name in present:
            taken = io.BytesIO()
            with source.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))) as copy:
                for piece in copy:
                    taken.write(piece)
            size += taken.tell()
            taken.seek(0)
            began, spent = time.monotonic(), _spent(above)
            with target.cursor() as cursor:
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))) as copy:
                    while piece := taken.read(1024 * 1024):
                        copy.write(piece)
                rows[name] = cursor.rowcount
            target.commit()
            seconds += time.monotonic() - began
            cpu_s += _spent(above) - spent
    return Copied(seconds, cpu_s, rows, size)


def _copy_table(source: psycopg.Connection[Any], target: psycopg.Connection[Any], name: str) -> None:
    order = sql.Identifier(name)
    with (
        source.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(order)) as out,
        target.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(order)) as into,
    ):
        for piece in out:
            into.write(piece)
    target.commit()


def _connected(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


if __name__ == "__main__":
    main()
