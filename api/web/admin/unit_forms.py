"""Changes of units: entered below another, renamed, moved, ended with heirs, merged; each with its day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller
from api.errors import status_of
from api.parts import PartsOf
from api.web.admin.desk import Administrator, changing
from api.web.admin.forms import Form, FormFaults, at_field, faults_of
from api.web.admin.unit_pages import unit_page
from api.web.visiting import Sent, SentForm
from digitize.errors import Conflict, InvalidInput, NotFound, SohoaError
from digitize.targets import Level
from digitize.territory import Branch
from storage import units
from storage.administration import units as administration
from storage.changes import Deed
from storage.units import Unit

router = APIRouter(prefix="/admin/units")

_WHY = "Hãy ghi căn cứ: số, ngày của quyết định."
_MOST_MERGED = 50

Step = Callable[[sa.Connection, Caller, Unit, Sent, Deed], Unit]


def _enter(connection: sa.Connection, _: Caller, above: Unit, sent: Sent, deed: Deed) -> Unit:
    form = Form(sent)
    code = form.text("code", "Thiếu mã đơn vị.", 13)
    name = form.text("name", "Thiếu tên đơn vị.")
    level = form.one_of("level", [each.value for each in Level], "Hãy chọn cấp.")
    branch = form.one_of("branch", [each.value for each in Branch], "Hãy chọn ngành.")
    since = form.needed_day("since", "Thiếu ngày bắt đầu.")
    form.text("reason", _WHY, 500)
    form.settle()
    with at_field("code", Conflict):
        return administration.enter(
            connection, deed, code=code, name=name, level=Level(level), parent=above, valid_from=since,
            branch=Branch(branch), four_eyes=sent.has("four_eyes"),
        )  # fmt: skip


def _rename(connection: sa.Connection, _: Caller, unit: Unit, sent: Sent, deed: Deed) -> Unit:
    form = Form(sent)
    name = form.text("name", "Thiếu tên mới của đơn vị.")
    since = form.needed_day("since", "Thiếu ngày mang tên mới.")
    form.text("reason", _WHY, 500)
    form.settle()
    with at_field("since", Conflict, InvalidInput):
        return administration.rename(connection, unit, name, since, deed)


def _move(connection: sa.Connection, caller: Caller, unit: Unit, sent: Sent, deed: Deed) -> Unit:
    _need_not_own(caller, unit)
    form = Form(sent)
    code = form.text("parent", "Thiếu mã đơn vị cấp trên mới.", 13)
    since = form.needed_day("since", "Thiếu ngày chuyển.")
    form.text("reason", _WHY, 500)
    form.settle()
    (parent,) = _units(connection, caller, "parent", [code])
    with at_field("since", Conflict, InvalidInput):
        return administration.move(connection, unit, parent, since, deed)


def _end(connection: sa.Connection, caller: Caller, unit: Unit, sent: Sent, deed: Deed) -> Unit:
    _need_not_own(caller, unit)
    form = Form(sent)
    codes = _codes(form.text("heirs", "Thiếu mã đơn vị kế thừa.", 1000))
    since = form.needed_day("since", "Thiếu ngày đầu tiên không còn đơn vị.")
    form.text("reason", _WHY, 500)
    form.settle()
    heirs = _units(connection, caller, "heirs", codes)
    with at_field("since", Conflict, InvalidInput):
        return administration.end(connection, unit, since, heirs, deed.reason.strip(), deed)


def _merge(connection: sa.Connection, caller: Caller, heir: Unit, sent: Sent, deed: Deed) -> Unit:
    form = Form(sent)
    codes = _codes(form.text("merged", "Thiếu mã các đơn vị nhập vào.", 1000))
    since = form.needed_day("since", "Thiếu ngày đầu tiên sau sáp nhập.")
    form.text("reason", _WHY, 500)
    if len(codes) > _MOST_MERGED:
        form.faults["merged"] = f"Mỗi lần tối đa {_MOST_MERGED} đơn vị."
    form.settle()
    merged = _units(connection, caller, "merged", codes)
    for unit in merged:
        _need_not_own(caller, unit)
    with at_field("since", Conflict, InvalidInput):
        administration.merge(connection, merged, heir, since, deed.reason.strip(), deed)
    return units.find_unit(connection, heir.id)


def _four_eyes(connection: sa.Connection, _: Caller, unit: Unit, sent: Sent, deed: Deed) -> Unit:
    form = Form(sent)
    form.text("reason", "Hãy ghi lý do.", 500)
    form.settle()
    return administration.ask_four_eyes(connection, unit, sent.has("four_eyes"), deed)


_STEPS: dict[str, Step] = {
    "below": _enter, "name": _rename, "parent": _move, "end": _end, "merger": _merge, "four-eyes": _four_eyes,
}  # fmt: skip


@router.post("/{unit_id}/{step}")
def take_step(
    unit_id: str, step: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:
    """Change a unit, or enter one below it."""
    take = _STEPS.get(step)
    if take is None:
        raise NotFound("bước này")
    with parts.storage.database.read() as connection:
        shown = units.find_unit(connection, unit_id, caller.scope)

    def change(connection: sa.Connection, deed: Deed) -> Response:
        unit = units.find_unit(connection, unit_id, caller.scope)
        return RedirectResponse(f"/admin/units/{take(connection, caller, unit, sent, deed).id}", 303)

    def refused(error: SohoaError) -> Response:
        return unit_page(
            request, parts, caller, shown, status_of(type(error)), failed=step, faults=faults_of(error), sent=sent
        )

    return changing(request, parts, caller, sent, change, refused)


def _need_not_own(caller: Caller, unit: Unit) -> None:
    """Refuse to move or end what the administrator stands on.

    Raises:
        InvalidInput: it is their own unit.
    """
    if caller.session is not None and unit.id == caller.session.person.unit_id:
        raise InvalidInput("đơn vị của chính bạn do quản trị cấp trên chuyển hoặc cho thôi")


def _codes(text: str) -> Sequence[str]:
    return list(dict.fromkeys(re.split(r"[\s,;]+", text.strip(" ,;"))))


def _units(connection: sa.Connection, caller: Caller, field: str, codes: Sequence[str]) -> Sequence[Unit]:
    """Return the units of some codes.

    Raises:
        FormFaults: one of them is none, or lies outside the scope (the two are not told apart).
    """
    found, unknown = [], []
    for code in codes:
        try:
            found.append(units.find_by_code(connection, code, caller.scope))
        except NotFound:
            unknown.append(code[:20])
    if unknown:
        raise FormFaults({field: f"Không có đơn vị mã {', '.join(unknown)} trong phạm vi của bạn."})
    return found
