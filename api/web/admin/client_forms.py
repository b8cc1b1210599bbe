"""Changes of systems: registered, given another secret, limited, revoked; a secret is shown once and never again."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Caller, Right
from api.errors import status_of
from api.parts import PartsOf
from api.web.admin.client_pages import client_page, new_page, system_of
from api.web.admin.desk import Administrator, admin_page, changing
from api.web.admin.forms import Form, FormFaults, at_field, faults_of
from api.web.visiting import Sent, SentForm
from digitize.errors import InvalidInput, NotFound, SohoaError
from storage import units
from storage.administration import clients as administration
from storage.changes import Deed
from storage.clients import Limits
from storage.systems import System
from storage.units import Unit

router = APIRouter(prefix="/admin/clients")

_WHY = "Hãy ghi lý do."
_MOST = 999_999_999

Step = Callable[[sa.Connection, System, Sent, Deed], str]
"""Makes a change; returns a secret to be shown once, mostly none."""


@router.post("")
def enter(request: Request, sent: SentForm, caller: Administrator, parts: PartsOf) -> Response:
    """Register a system, and show its secret this once."""

    def change(connection: sa.Connection, deed: Deed) -> Response:
        form = Form(sent)
        name = form.text("name", "Thiếu tên hệ thống.", 200)
        unit = _unit(connection, caller, form)
        scopes = form.some_of("scopes", [right.value for right in Right], "Hãy chọn ít nhất một quyền.")
        limits = _limits(form)
        certificate = form.text("certificate", longest=95).replace(":", "").lower() or None
        form.text("reason", "Hãy ghi căn cứ kết nối.", 500)
        form.settle()
        assert unit is not None  # noqa: S101  # a missing one is a fault
        with at_field("certificate", InvalidInput):
            client, secret = administration.enter(
                connection, deed, name=name, unit=unit, scopes=scopes, limits=limits, certificate=certificate
            )
        return _shown_once(request, caller, client.name, client.id, secret)

    def refused(error: SohoaError) -> Response:
        return new_page(request, parts, caller, status_of(type(error)), faults=faults_of(error), sent=sent)

    return changing(request, parts, caller, sent, change, refused)


def _rotate(connection: sa.Connection, system: System, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    return administration.rotate(connection, system, deed)


def _limit(connection: sa.Connection, system: System, sent: Sent, deed: Deed) -> str:
    form = Form(sent)
    limits = _limits(form)
    form.text("reason", _WHY, 500)
    form.settle()
    administration.limit(connection, system, limits, deed)
    return ""


def _revoke(connection: sa.Connection, system: System, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    administration.revoke(connection, system, deed)
    return ""


def _readmit(connection: sa.Connection, system: System, sent: Sent, deed: Deed) -> str:
    _need_reason(sent)
    administration.readmit(connection, system, deed)
    return ""


_STEPS: dict[str, Step] = {"secret": _rotate, "limits": _limit, "revocation": _revoke, "readmission": _readmit}


@router.post("/{client_id}/{step}")
def take_step(
    client_id: str, step: str, request: Request, sent: SentForm, caller: Administrator, parts: PartsOf
) -> Response:
    """Change something of a system."""
    take = _STEPS.get(step)
    if take is None:
        raise NotFound("bước này")
    system = system_of(parts, caller, client_id)

    def change(connection: sa.Connection, deed: Deed) -> Response:
        secret = take(connection, system, sent, deed)
        if secret:
            return _shown_once(request, caller, system.client.name, client_id, secret)
        return RedirectResponse(f"/admin/clients/{client_id}", 303)

    def refused(error: SohoaError) -> Response:
        return client_page(
            request, parts, caller, client_id, status_of(type(error)), failed=step, faults=faults_of(error), sent=sent
        )

    return changing(request, parts, caller, sent, change, refused)


def _shown_once(request: Request, caller: Caller, name: str, client_id: str, secret: str) -> Response:
    return admin_page(
        request, caller, "once.html", back=f"/admin/clients/{client_id}", name=name, username="", password="", days=0,
        client_id=client_id, secret=secret,
    )  # fmt: skip


def _unit(connection: sa.Connection, caller: Caller, form: Form) -> Unit | None:
    code = form.text("unit", "Thiếu mã đơn vị.", 13)
    if not code:
        return None
    try:
        return units.find_by_code(connection, code, caller.scope)
    except NotFound:
        form.faults["unit"] = "Không có đơn vị mã này trong phạm vi của bạn."
        return None


def _limits(form: Form) -> Limits:
    return Limits(*(form.number(name, 1, _MOST) for name in ("per_minute", "per_day", "per_month")))


def _need_reason(sent: Sent) -> None:
    """Ask why.

    Raises:
        FormFaults: it is not said.
    """
    if not sent.get("reason").strip():
        raise FormFaults({"reason": _WHY})
