"""Commands for an archive that is digitised in bulk: feed it in, pause, resume, look; :mod:`estimating` plans it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from digitize.backfill import parse_window
from digitize.lifecycle import Actor
from digitize.targets import VIETNAM_TIME
from storage import backfill as kept
from storage.backfill import Backfill, ItemState, Pace, Progress
from storage.connect import Storage, open_storage
from storage.registry import Scope
from storage.settings import load_settings
from workers.backfill.feeding import Fed, Feeder, Step, begin, feed
from workers.cli.answer import print_json
from workers.cli.estimating import WINDOW, plan
from workers.cli.intake import clerk_of
from workers.cli.taking_over import AS, JSON, MANIFEST, SOURCE, UNIT, opened, tell_faults

_BACKFILL = click.argument("backfill_id", required=False, metavar="[ĐỢT]")

_HELD_UP = {
    Step.NO_ROOM: "nhường việc đang chờ đọc",
    Step.CLOSED: "ngoài khung giờ",
    Step.PAUSED: "đang tạm dừng; sohoa backfill resume để chạy tiếp",
}
_ITEM_WORDS = {
    ItemState.ENTERED: "đã đưa vào", ItemState.KNOWN: "đã có từ trước", ItemState.WAITING: "còn chờ",
    ItemState.REFUSED: "không nhận",
}  # fmt: skip


@click.group(help="Số hóa hàng loạt một kho lưu trữ: ước tính, chạy sau việc hằng ngày, tạm dừng, chạy tiếp.")
def backfill() -> None:
    """Hold the commands together."""


backfill.add_command(plan)


@backfill.command("run", help="Đưa các tệp của bảng kê vào, sau việc hằng ngày; dừng hay bị tắt thì chạy lại lệnh này.")
@MANIFEST
@AS
@WINDOW
@click.option("--at-once", type=click.IntRange(1, 64), default=2, show_default=True,
              help="Số văn bản của đợt được chờ đọc cùng lúc: không quá số worker read.")  # fmt: skip
@click.option("--per-unit-at-once", type=click.IntRange(1, 64), default=1, show_default=True,
              help="Trong đó của một đơn vị.")  # fmt: skip
@UNIT
@SOURCE
@JSON
def run(
    path: Path,
    username: str,
    window: str | None,
    at_once: int,
    per_unit_at_once: int,
    unit: str | None,
    source: str | None,
    as_json: bool,
) -> int:
    """Feed a backlog in until nothing of it waits."""
    pace = Pace(parse_window(window) if window else None, at_once, per_unit_at_once)
    order = opened(path, username, unit, source)
    backlog = begin(order.opened, pace, order.hand)
    if not as_json:
        tell_faults(order.opened.faults)
        click.echo(f"Đợt {backlog.id}: {len(order.opened.pieces)} tệp. Ctrl-C để thôi; chạy lại lệnh này để làm tiếp.")
    for fed in feed(Feeder(order.opened, backlog, order.hand), time.sleep):
        if not as_json:
            _tell(fed)
    with order.hand.storage.database.read() as connection:
        done = kept.progress(connection, kept.find(connection, backlog.id), datetime.now(UTC))
    if as_json:
        faults = [{"row": one.row, "column": one.column, "reason": one.reason} for one in order.opened.faults]
        print_json(_progress_json(backlog, done) | {"bad_rows": faults})
    else:
        click.echo(_items_told(done))
    return 2 if order.opened.faults or done.items[ItemState.REFUSED] else 0


@backfill.command("pause", help="Tạm dừng đưa vào, ở mọi nơi đang chạy; văn bản đã vào vẫn đi tiếp.")
@_BACKFILL
@AS
def pause(backfill_id: str | None, username: str) -> None:
    """Pause a backlog."""
    storage, actor, scope = _clerk(username)
    with storage.database.write() as connection:
        backlog = kept.find_in(connection, backfill_id, scope)
        kept.pause(connection, backlog.id, actor, datetime.now(UTC))
    click.echo(f"Đã tạm dừng đợt {backlog.id}.")


@backfill.command("resume", help="Cho đưa vào tiếp.")
@_BACKFILL
@AS
def resume(backfill_id: str | None, username: str) -> None:
    """Resume a backlog."""
    storage, _, scope = _clerk(username)
    with storage.database.write() as connection:
        backlog = kept.find_in(connection, backfill_id, scope)
        kept.resume(connection, backlog.id)
    click.echo(f"Đợt {backlog.id} được chạy tiếp.")


@backfill.command("status", help="Đã đến đâu, nhanh chậm ra sao, bao giờ xong.")
@_BACKFILL
@AS
@JSON
def status(backfill_id: str | None, username: str, as_json: bool) -> None:
    """Show how far a backlog is."""
    storage, _, scope = _clerk(username)
    with storage.database.read() as connection:
        backlog = kept.find_in(connection, backfill_id, scope)
        done = kept.progress(connection, backlog, datetime.now(UTC))
    if as_json:
        print_json(_progress_json(backlog, done))
        return
    click.echo(f"Đợt {backlog.id} ({backlog.manifest.name}), bắt đầu {_moment(backlog.begun_at)}: {_standing(backlog)}")
    click.echo(_items_told(done))
    click.echo(f"Đang chờ đọc: {done.in_flight} văn bản.")
    pace = "không rõ" if done.per_hour is None else f"{done.per_hour:.0f} tệp/giờ"
    click.echo(f"Tốc độ: {pace}. Dự kiến xong: {'không rõ' if done.through_at is None else _moment(done.through_at)}.")
    for row, fault in done.faults.items():
        click.echo(f"dòng {row}: {fault}")


def _clerk(username: str) -> tuple[Storage, Actor, Scope]:
    storage = open_storage(load_settings())
    actor, scope = clerk_of(storage, username)
    return storage, actor, scope


def _tell(fed: Fed) -> None:
    if fed.done is not None and fed.done.problem is not None:
        click.echo(f"dòng {fed.done.piece.row}: {fed.done.problem.message}", err=True)
    elif fed.done is not None:
        click.echo(f"dòng {fed.done.piece.row}: {fed.done.document}")
    elif fed.problem is not None:
        click.echo(f"{fed.problem.message} Sẽ thử lại.", err=True)
    elif fed.step in _HELD_UP:
        until = f" đến {_moment(fed.opens_at)}" if fed.opens_at else ""
        click.echo(f"Đang chờ: {_HELD_UP[fed.step]}{until}.", err=True)


def _standing(backlog: Backfill) -> str:
    if backlog.finished_at is not None:
        return f"đã đưa vào hết lúc {_moment(backlog.finished_at)}"
    if backlog.paused_at is not None:
        return f"tạm dừng từ {_moment(backlog.paused_at)}"
    return f"trong khung giờ {backlog.window}" if backlog.window else "mọi giờ"


def _items_told(done: Progress) -> str:
    told = ", ".join(f"{words} {done.items[state]}" for state, words in _ITEM_WORDS.items() if done.items[state])
    return f"{done.total} tệp: {told or 'không có gì'}."


def _progress_json(backlog: Backfill, done: Progress) -> dict[str, Any]:
    return {
        "id": backlog.id, "manifest": {"name": backlog.manifest.name, "sha256": backlog.manifest.sha256},
        "window": None if backlog.window is None else str(backlog.window), "at_once": backlog.at_once,
        "per_unit_at_once": backlog.per_unit_at_once, "begun_at": backlog.begun_at, "paused_at": backlog.paused_at,
        "finished_at": backlog.finished_at, "items": {state.value: count for state, count in done.items.items()},
        "documents": dict(done.states), "in_flight": done.in_flight, "per_hour": done.per_hour,
        "through_at": done.through_at, "faults": [{"row": row, "reason": why} for row, why in done.faults.items()],
    }  # fmt: skip


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
