"""Changes of local targets: set, changed, ended, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.admin_words import MEASURE_NAMES
from api.errors import status_of
from api.parts import PartsOf
from api.web.admin.desk import Administrator, changing
from api.web.admin.forms import Form, at_field, faults_of
from api.web.admin.target_pages import list_page, target_page
from api.web.visiting import Sent, SentForm
from digitize.errors import InvalidInput, NotFound, SohoaError
from digitize.tally import day_of
from digitize.targets import FIRST_YEAR, Level, LocalTarget
from storage import local_targets, units
from storage.administration import targets as administration
from storage.changes import Deed
from storage.local_targets import FAR_FUTURE, SOURCE_MAX

router = APIRouter(prefix="/admin/targets")

Step = Callable[[sa.Connection, LocalTarget, Sent, Deed], object]

_EVERY_LEVEL = ""


class _Asked(TypedDict):
    """What can be changed of a target."""

    level: Level | None
    percent: int
    source: str
    since: date | None
    until: date | None


@router.post("")
def enter(request: Request, sent: SentForm, caller: Administrator, parts: PartsOf) -> Response:
    """Set a target for a unit and all below it."""

    def change(connection: sa.Connection, deed: Deed) -> Response:
        form = Form(sent)
        code = form.text("unit", "Thiếu mã đơn vị.", 13)
        year = form.number("year", FIRST_YEAR, FAR_FUTURE) or 0
        if not year:
            form.faults.setdefault("year", "Thiếu năm.")
        measure = form.one_of("measure", tuple(MEASURE_NAMES), "Hãy chọn cách đo.")
        asked = _asked(form)
        form.settle()
        with at_field("unit", NotFound):
            unit = units.find_by_code(connection, code, caller.scope)
        with at_field("since"):
            entered = administration.enter(connection, unit, deed, year=year, measure=measure, **asked)
        return RedirectResponse(f"/admin/targets/{entered.id}", 303)

    def refused(error: SohoaError) -> Response:
        typed = sent.get("year")
        year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else day_of(parts.now()).year
        return list_page(
            request, parts, caller, year, status_of(type(error)), failed="new", faults=faults_of(error), sent=sent
        )

    return changing(request, parts, caller, sent, change, refused)


def _change(connection: sa.Connection, target: LocalTarget, sent: Sent, deed: Deed) -> object:
    form = Form(sent)
    asked = _asked(form)
    form.settle()
    with at_field("since"):
        return administration.change(connection, target, deed, **asked)


def _end(connection: sa.Connection, target: LocalTarget, sent: Sent, deed: Deed) -> object:
    form = Form(sent)
    until = form.needed_day("until", "Thiếu ngày thôi áp dụng.")
    _why(form)
    form.settle()
    with at_field("until", InvalidInput):
        return administration.end(connection, target, until, deed)


def _withdraw(connection: sa.Connection, target: LocalTarget, sent: Sent, deed: Deed) -> object:
    form = Form(sent)
    _why(form)
    form.settle()
    return administration.withdraw(connection, target, deed)


_STEPS: dict[str, Step] = {"change": _change, "end": _end, "withdrawal": _withdraw}


@router.post("/{target_id}/{step}")
def take_step(
    target_id: str, step: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:
    """Change something of a local target."""
    take = _STEPS.get(step)
    if take is None:
        raise NotFound("bước này")

    def change(connection: sa.Connection, deed: Deed) -> Response:
        take(connection, local_targets.find(connection, target_id, caller.scope, to_change=True), sent, deed)
        return RedirectResponse(f"/admin/targets/{target_id}", 303)

    def refused(error: SohoaError) -> Response:
        return target_page(
            request, parts, caller, target_id, status_of(type(error)), failed=step, faults=faults_of(error), sent=sent
        )

    return changing(request, parts, caller, sent, change, refused)


def _asked(form: Form) -> _Asked:
    """Read what a target asks for; what is wrong is told at its field."""
    level = form.one_of("level", (_EVERY_LEVEL, *Level), "Hãy chọn cấp.")
    percent = form.number("percent", 0, 100)
    if percent is None:
        form.faults.setdefault("percent", "Thiếu phần trăm.")
    source = form.text("source", "Thiếu căn cứ (số, ngày văn bản).", SOURCE_MAX)
    since, until = form.day("since"), form.day("until")
    _why(form)
    return {
        "level": Level(level) if level else None, "percent": percent or 0, "source": source, "since": since,
        "until": until,
    }  # fmt: skip


def _why(form: Form) -> None:
    form.text("reason", "Hãy ghi lý do.", 500)
