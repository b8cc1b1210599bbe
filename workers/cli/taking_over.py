"""Commands that take over what earlier software holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from digitize.dossiers.rows import RowFault
from digitize.errors import InvalidInput
from digitize.takeover import MOST_SYSTEM
from storage.connect import open_storage
from storage.settings import load_settings
from storage.takeovers import Outcome
from workers import takeover
from workers.cli.answer import print_json
from workers.cli.intake import clerk_of
from workers.takeover import Done, Hand, Opened

MOST_TOLD = 50
"""Bad rows that are told one by one; ``--json`` tells all."""

MANIFEST = click.argument("path", type=click.Path(path_type=Path), metavar="BẢNG_KÊ")
AS = click.option("--as", "username", required=True, help="Cán bộ chịu trách nhiệm (tên đăng nhập).")
UNIT = click.option("--unit", help="Mã đơn vị giải quyết, khi bảng kê không có cột đơn vị.")
SOURCE = click.option("--source", help="Hệ thống nguồn của các dòng không ghi (tối đa 40 ký tự).")
JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")

_WORDS = {
    Outcome.ENTERED.value: "mới", Outcome.KNOWN.value: "hồ sơ đã có tệp này", Outcome.BEFORE.value: "đã nhận trước đây",
    "refused": "không nhận",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A manifest that was opened, and by whom."""

    opened: Opened
    hand: Hand


@click.group(name="takeover", help="Tiếp nhận tệp và dữ liệu từ phần mềm cũ theo bảng kê, giữ nguồn gốc từng tệp.")
def taking_over() -> None:
    """Hold the commands together."""


@taking_over.command("plan", help="Chạy thử: nêu từng dòng hỏng và lý do; không ghi gì.")
@MANIFEST
@AS
@UNIT
@SOURCE
@JSON
def plan(path: Path, username: str, unit: str | None, source: str | None, as_json: bool) -> int:
    """Try every row and keep nothing."""
    order = opened(path, username, unit, source)
    return _tell(order.opened, takeover.try_out(order.opened, order.hand), as_json=as_json, dry_run=True)


@taking_over.command("run", help="Tiếp nhận; bị dừng giữa chừng thì chạy lại lệnh này, không nhận trùng.")
@MANIFEST
@AS
@UNIT
@SOURCE
@JSON
def run(path: Path, username: str, unit: str | None, source: str | None, as_json: bool) -> int:
    """Take every row over."""
    order = opened(path, username, unit, source)
    begun = takeover.begin(order.opened, order.hand)
    done = (takeover.take_over(order.opened, begun, piece, order.hand) for piece in order.opened.pieces)
    return _tell(order.opened, done, as_json=as_json, dry_run=False)


def opened(path: Path, username: str, unit: str | None, source: str | None) -> Order:
    """Open a manifest in the name of a clerk.

    Raises:
        DocumentAtFault: it cannot be used as a whole.
        Forbidden, NotFound: the account may not, or there is no such account or unit.
    """
    if source is not None and not 1 <= len(source.strip()) <= MOST_SYSTEM:
        raise InvalidInput(f"tên hệ thống nguồn có từ 1 đến {MOST_SYSTEM} ký tự")
    settings = load_settings()
    storage = open_storage(settings)
    actor, scope = clerk_of(storage, username)
    hand = Hand(storage, actor, scope, lambda: datetime.now(UTC), settings.upload_max_bytes)
    told = None if source is None else source.strip()
    return Order(takeover.open_manifest(path, storage, scope, source=told, unit=unit), hand)


def tell_faults(faults: Iterable[RowFault]) -> None:
    """Tell what is wrong with rows."""
    told = list(faults)
    for fault in told[:MOST_TOLD]:
        place = f"dòng {fault.row}" + (f", cột “{fault.column}”" if fault.column else "")
        click.echo(f"{place}{f' (“{fault.value}”)' if fault.value else ''}: {fault.reason}", err=True)
    if len(told) > MOST_TOLD:
        click.echo(f"… và {len(told) - MOST_TOLD} lỗi nữa; --json nêu tất cả.", err=True)


def fault_of(done: Done) -> RowFault | None:
    """Return why a row was refused."""
    return None if done.problem is None else RowFault(done.piece.row, "", "", done.problem.message)


def _tell(manifest: Opened, rows: Iterable[Done], *, as_json: bool, dry_run: bool) -> int:
    done = list(rows)
    refused = [fault for fault in map(fault_of, done) if fault is not None]
    faults = sorted([*manifest.faults, *refused], key=lambda fault: fault.row)
    bad_rows = len({fault.row for fault in faults})
    counted = takeover.tally(done) | {"refused": bad_rows}
    if as_json:
        print_json(_json(manifest, done, counted, faults, dry_run=dry_run))
    else:
        tell_faults(faults)
        told = ", ".join(f"{words} {counted[name]}" for name, words in _WORDS.items() if counted[name])
        click.echo(f"{len(manifest.lines)} dòng: {told or 'không có gì'}.")
        if dry_run:
            click.echo("Chỉ chạy thử, chưa ghi gì.")
    return 2 if faults else 0


def _json(
    manifest: Opened, done: Iterable[Done], counted: dict[str, int], faults: Iterable[RowFault], *, dry_run: bool
) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "manifest": {"name": manifest.manifest.name, "sha256": manifest.manifest.sha256},
        "rows": len(manifest.lines),
        "outcomes": counted,
        "items": [
            {
                "row": one.piece.row, "file": one.piece.file, "source_system": one.piece.source_system,
                "source_id": one.piece.source_id, "outcome": one.outcome.value, "document": one.document,
            }
            for one in done if one.outcome is not None
        ],
        "faults": [{"row": one.row, "column": one.column, "value": one.value, "reason": one.reason} for one in faults],
    }  # fmt: skip
