"""What every page of the administrators' desk does: who may come in, the tabs beside, and how a change is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.auth import Caller
from api.errors import MissingScope, ProofRequired
from api.parts import Parts
from api.web.admin.forms import at_field
from api.web.proving import proof_page, prove_or_ask
from api.web.rendering import page
from api.web.visiting import Sent, Visitor
from digitize.errors import NotFound, NotIdentified, SohoaError
from digitize.lifecycle import Office
from storage.changes import Deed, checked_reason

TABS: tuple[tuple[str, str], ...] = (
    ("/admin/units", "Đơn vị"),
    ("/admin/people", "Người dùng"),
    ("/admin/roles", "Vai trò"),
    ("/admin/clients", "Hệ thống kết nối"),
    ("/admin/keys", "Khóa ký"),
    ("/admin/targets", "Chỉ tiêu"),
    ("/admin/catalogues", "Danh mục"),
    ("/admin/changes", "Nhật ký thay đổi"),
)
"""Address and name, in the order in which they are shown."""


def _administrator(caller: Visitor) -> Caller:
    if caller.actor.office is not Office.ADMINISTRATOR:
        raise MissingScope("trang này dành cho người quản trị")
    return caller


Administrator = Annotated[Caller, Depends(_administrator)]
"""An administrator; what they see and change is the subtree of their unit."""


def admin_page(request: Request, caller: Caller, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:  # noqa: ANN401  # whatever the template shows
    """Render a page of this desk with its tabs.

    Args:
        request: whose answer it is.
        caller: the administrator.
        template: name of the file within ``templates/admin``.
        status: HTTP status.
        values: what the template shows; of a form that was refused its name as ``failed``, the sentences at its
            fields as ``faults`` and what was typed as ``sent``.
    """
    shown = {"tabs": TABS, "faults": {}, "failed": "f", "sent": Sent(())} | values
    return page(request, f"admin/{template}", status, caller=caller, **shown)


def changing(
    request: Request,
    parts: Parts,
    caller: Caller,
    sent: Sent,
    change: Callable[[sa.Connection, Deed], Response],
    refused: Callable[[SohoaError], Response],
) -> Response:
    """Make a change in one transaction, after a proof of who makes it.

    Args:
        request: that brought the form.
        parts: the service.
        caller: the administrator.
        sent: the form; its ``reason`` becomes the deed's.
        change: makes and records the change; answers the browser.
        refused: shows the form again with what is wrong.

    Raises:
        NotFound: what was to be changed is not there, or outside the scope.
    """
    try:
        prove_or_ask(request, parts, caller, sent)
        with at_field("reason"):
            checked_reason(sent.get("reason"))
        deed = Deed(caller.actor.id, parts.now(), sent.get("reason"), scope=caller.scope)
        with parts.storage.database.write() as connection:
            return change(connection, deed)
    except ProofRequired:
        return proof_page(request, caller, sent, signing=False)
    except NotIdentified as error:
        return proof_page(request, caller, sent, error.message, signing=False)
    except SohoaError as error:
        if error.retryable or isinstance(error, NotFound):
            raise
        return refused(error)
