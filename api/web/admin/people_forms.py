"""Changes of people: entered, given roles, locked, helped when a password or a second factor is lost."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller
from api.errors import status_of
from api.parts import PartsOf
from api.web.admin.desk import Administrator, admin_page, changing
from api.web.admin.forms import Form, FormFaults, at_field, faults_of
from api.web.admin.people_pages import ROLES, member_of, new_page, person_page
from api.web.visiting import Sent, SentForm
from digitize.errors import Conflict, InvalidInput, NotFound, SohoaError
from digitize.lifecycle import Office
from storage import units
from storage.administration import people as administration
from storage.changes import Deed
from storage.people import Person
from storage.roles import Role

router = APIRouter(prefix="/admin/people")

_WHY = "Hãy ghi lý do."

Step = Callable[[sa.Connection, Caller, Person, Sent, Deed], str]
"""Makes a change; returns a password to be shown once, mostly none."""


@router.post("")
def enter(request: Request, sent: SentForm, caller: Administrator, parts: PartsOf) -> Response:
    """Enter a person, and show their first password this once."""

    def change(connection: sa.Connection, deed: Deed) -> Response:
        form = Form(sent)
        username = form.text("username", "Thiếu tên đăng nhập.", 100)
        full_name = form.text("full_name", "Thiếu họ tên.", 200)
        if " " in username:
            form.faults["username"] = "Tên đăng nhập không có khoảng trắng."
        role = _role(connection, caller, form)
        form.settle()
        with at_field("username", Conflict), at_field("since", InvalidInput):
            entered = administration.enter(connection, username, full_name, role, deed)
        return _shown_once(request, caller, entered.person, entered.password)

    def refused(error: SohoaError) -> Response:
        return new_page(request, parts, caller, status_of(type(error)), faults=faults_of(error), sent=sent)

    return changing(request, parts, caller, sent, change, refused)


def _rename(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    form = Form(sent)
    name = form.text("full_name", "Thiếu họ tên.", 200)
    form.text("reason", _WHY, 500)
    form.settle()
    administration.rename(connection, person, name, deed)
    return ""


def _appoint(connection: sa.Connection, caller: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    form = Form(sent)
    form.text("reason", "Hãy ghi căn cứ giao vai trò.", 500)
    role = _role(connection, caller, form)
    form.settle()
    with at_field("since", Conflict, InvalidInput):
        administration.appoint(connection, person, role, deed)
    return ""


def _end_role(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    form = Form(sent)
    until = form.needed_day("until", "Thiếu ngày cuối.")
    form.text("reason", _WHY, 500)
    form.settle()
    with at_field("until", InvalidInput):
        administration.end_role(connection, person, until, deed)
    return ""


def _lock(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    administration.lock(connection, person, deed)
    return ""


def _unlock(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    administration.unlock(connection, person, deed)
    return ""


def _give_password(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    return administration.give_password(connection, person, deed).password


def _reset_factor(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    administration.reset_factor(connection, person, deed)
    return ""


def _end_sessions(connection: sa.Connection, _: Caller, person: Person, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    administration.end_sessions(connection, person, deed)
    return ""


_STEPS: dict[str, Step] = {
    "name": _rename, "role": _appoint, "role-end": _end_role, "lock": _lock, "unlock": _unlock,
    "new-password": _give_password, "factor-reset": _reset_factor, "sessions-end": _end_sessions,
}  # fmt: skip


@router.post("/{person_id}/{step}")
def take_step(
    person_id: str, step: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:
    """Change something of a person."""
    take = _STEPS.get(step)
    if take is None:
        raise NotFound("bước này")
    member = member_of(parts, caller, person_id)

    def change(connection: sa.Connection, deed: Deed) -> Response:
        password = take(connection, caller, member.person, sent, deed)
        if password:
            return _shown_once(request, caller, member.person, password)
        return RedirectResponse(f"/admin/people/{person_id}", 303)

    def refused(error: SohoaError) -> Response:
        return person_page(
            request, parts, caller, member, status_of(type(error)), failed=step, faults=faults_of(error), sent=sent
        )

    return changing(request, parts, caller, sent, change, refused)


def _shown_once(request: Request, caller: Caller, person: Person, password: str) -> Response:
    return admin_page(
        request, caller, "once.html", back=f"/admin/people/{person.id}", name=person.full_name,
        username=person.username, password=password, days=administration.FIRST_PASSWORD_LIVES.days, client_id="",
        secret="",
    )  # fmt: skip


def _role(connection: sa.Connection, caller: Caller, form: Form) -> Role:
    office = Office(form.one_of("office", [office.value for office in ROLES], "Hãy chọn vai trò."))
    code = form.text("unit", "Thiếu mã đơn vị.", 13)
    since = form.needed_day("since", "Thiếu ngày bắt đầu.")
    until = form.day("until")
    unit_id = ""
    if code:
        try:
            unit_id = units.find_by_code(connection, code, caller.scope).id
        except NotFound:
            form.faults["unit"] = "Không có đơn vị mã này trong phạm vi của bạn."
    return Role(office, unit_id, since, until)


def _need_reason(sent: Sent) -> None:
    """Ask why.

    Raises:
        FormFaults: it is not said.
    """
    if not sent.get("reason").strip():
        raise FormFaults({"reason": _WHY})
