"""The operator's board: is every part well, what waits, what does not work, when was it last proved."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from api.auth import Caller
from api.degraded import PARTS, Looked, Mode, Watch, modes
from api.errors import MissingScope
from api.parts import Parts, PartsOf
from api.web.boards import charts
from api.web.boards.charts import Column
from api.web.boards.support import Support, support_text
from api.web.rendering import page
from api.web.visiting import Visitor
from api.words import LANE_NAMES, PART_NAMES
from digitize.lifecycle import Office
from storage import operations, queues, signature_health, sizes
from storage.operations import Kind, Record
from storage.queues import LaneQueue
from storage.signature_health import Month

router = APIRouter()

CALENDAR = timedelta(days=731)
"""How far the calendar of signatures looks ahead."""

DRILL_AGE = timedelta(days=90)
BACKUP_AGE = timedelta(days=2)
"""After so long the board asks for the next one (docs/operate.md)."""


@dataclass(frozen=True, slots=True)
class PartSeen:
    """A process of the service."""

    name: str
    """As people call it."""
    verdict: str
    """``ok``, ``warning`` or ``failed``."""
    told: str
    """Vietnamese."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the board shows."""

    parts: Sequence[PartSeen]
    modes: Sequence[Mode]
    queues: Sequence[LaneQueue]
    records: Mapping[Kind, Record | None]
    months: Sequence[Month]
    database_bytes: int
    disk_free: int | None
    disk_total: int | None
    now: datetime


@router.get("/operations")
def show_operations(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Show how the service is."""
    seen = _seen(request, caller, parts)
    return page(
        request, "boards/operations.html", caller=caller, charts=charts, seen=seen, kinds=Kind,
        lane_names=LANE_NAMES, kind_names=operations.KIND_NAMES, columns=_columns(seen),
        old={Kind.BACKUP: BACKUP_AGE, Kind.DRILL: DRILL_AGE}, support=_support(seen),
    )  # fmt: skip


@router.get("/operations/support.txt")
def show_support_text(request: Request, caller: Visitor, parts: PartsOf) -> Response:
    """Give the same as plain text, for whoever is asked for help."""
    return PlainTextResponse(_support(_seen(request, caller, parts)))


def _seen(request: Request, caller: Caller, parts: Parts) -> Seen:
    if caller.actor.office is not Office.ADMINISTRATOR:
        raise MissingScope
    watch: Watch = request.app.state.watch
    looked = watch.looked()
    now = parts.now()
    with parts.storage.database.read() as connection:
        records = {kind: operations.last(connection, kind) for kind in Kind}
        waiting = queues.waiting(connection)
        months = signature_health.months(connection, now + CALENDAR)
        size = sizes.database_bytes(connection)
    free, total = _disk(parts.settings.data)
    return Seen(
        parts_seen(looked), () if looked is None else modes(looked), waiting, records, months, size, free, total, now
    )


def parts_seen(looked: Looked | None) -> Sequence[PartSeen]:
    """Return every process with when it was last heard of."""
    found = [PartSeen("Máy chủ trang (API)", "ok", "đang trả lời trang này")]
    if looked is None:
        return [*found, PartSeen("Các tiến trình", "warning", "chưa hỏi được")]
    well, told = ("ok", "trả lời") if looked.objects_answer else ("failed", "không trả lời")
    found.append(PartSeen("Kho tệp", well, told))
    if looked.heard is None:
        return [*found, PartSeen("Hàng đợi (Redis)", "failed", "không trả lời")]
    found.append(PartSeen("Hàng đợi (Redis)", "ok", "trả lời"))
    for part in PARTS:
        of_part = [each for each in looked.heard if each.part == part]
        alive = [each for each in of_part if each.lives(looked.at)]
        if alive:
            found.append(PartSeen(PART_NAMES[part], "ok", "chạy trên " + ", ".join(each.host for each in alive)))
        elif of_part:
            last = max(of_part, key=lambda each: each.at)
            found.append(PartSeen(PART_NAMES[part], "failed", f"im lặng từ {_when(last.at)} ({last.host})"))
        else:
            found.append(PartSeen(PART_NAMES[part], "failed", "chưa thấy chạy lần nào"))
    return found


def _columns(seen: Seen) -> Sequence[Column]:
    """Return what fades, by quarter of a year; what has faded already is marked."""
    counted: dict[str, int] = {}
    for each in seen.months:
        year, month = each.month.split("-")
        quarter = f"Q{(int(month) + 2) // 3}/{year[2:]}"
        counted[quarter] = counted.get(quarter, 0) + each.files
    present = f"{(seen.now + timedelta(days=31)):%Y-%m}"
    soon = {f"Q{(int(each.month[5:]) + 2) // 3}/{each.month[2:4]}" for each in seen.months if each.month <= present}
    return [Column(quarter, files, quarter in soon) for quarter, files in counted.items()]


def _disk(folder: Path) -> tuple[int | None, int | None]:
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None, None
    return found.free, found.total


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d/%m/%Y %H:%M} UTC"


def _support(seen: Seen) -> str:
    checked = seen.records.get(Kind.DOCTOR)
    checks = [] if checked is None else checked.details.get("checks", [])
    return support_text(
        Support(
            seen.now, [(each.name, each.verdict, each.told) for each in seen.parts],
            [each.sentence for each in seen.modes],
            [(each.lane.value, each.files, each.pages, each.unread) for each in seen.queues],
            [(each.lane.value, fault.code, fault.files) for each in seen.queues for fault in each.faults],
            [(str(one["name"]), str(one["verdict"]), str(one["sentence"])) for one in checks],
            [(kind.value, None if one is None else (one.at, one.well)) for kind, one in seen.records.items()],
            seen.database_bytes, seen.disk_free,
        )
    )  # fmt: skip
