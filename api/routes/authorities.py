"""Who may certify: entered and ended by supervisors and administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query

from api.answers import READING, WRITING
from api.auth import Caller, CopyReader, PersonOnly, need_proof
from api.errors import MissingScope
from api.parts import PartsOf
from api.schemas import PRINTABLE
from api.schemas_books import AuthorityBody, AuthorityPath, AuthoritySent
from api.schemas_documents import ReasonSent
from digitize.attest.authority import Authority
from digitize.lifecycle import Office
from storage import authorities, people, shown, units

router = APIRouter(prefix="/api/v1/authorities", tags=["Thẩm quyền chứng thực"])


@router.get("", responses=READING)
def list_authorities(
    caller: CopyReader,
    parts: PartsOf,
    unit: Annotated[
        str | None, Query(max_length=64, pattern=PRINTABLE, description="Mã đơn vị; bỏ trống: mọi đơn vị.")
    ] = None,
) -> list[AuthorityBody]:
    """Thẩm quyền theo chức vụ, ủy quyền, phân công; kể cả đã chấm dứt."""
    with parts.storage.database.read() as connection:
        if unit is None:
            asked = units.subtree(connection, caller.scope)
        else:
            asked = (units.find_by_code(connection, unit, caller.scope),)
        found = [each for one in asked for each in authorities.of_unit(connection, one.id)]
        return [_body(connection, each, parts.now()) for each in found]


@router.post("", status_code=201, responses=WRITING)
def grant_authority(sent: AuthoritySent, caller: PersonOnly, parts: PartsOf) -> AuthorityBody:
    """Ghi một thẩm quyền theo quyết định hoặc văn bản ủy quyền; người được ủy quyền không ủy quyền lại được."""
    _need_office(caller)
    need_proof(caller, parts)
    with parts.storage.database.write() as connection:
        person, _ = people.find_by_username(connection, sent.person, caller.scope)
        unit = units.find_by_code(connection, sent.unit, caller.scope).id if sent.unit else _own_unit(caller)
        new = Authority(
            id="", person=person.id, title=sent.title, unit=unit, acts=frozenset(sent.acts), basis=sent.basis,
            legal_basis=sent.legal_basis, starts_at=sent.starts_at, ends_at=sent.ends_at, granted_by=sent.granted_by,
        )  # fmt: skip
        return _body(connection, authorities.grant(connection, new, caller.actor, parts.now()), parts.now())


@router.post("/{authority_id}/withdrawal", responses=WRITING)
def withdraw_authority(
    authority_id: AuthorityPath, sent: ReasonSent, caller: PersonOnly, parts: PartsOf
) -> AuthorityBody:
    """Chấm dứt một thẩm quyền ngay; việc đã chứng thực vẫn giữ nguyên."""
    _need_office(caller)
    need_proof(caller, parts)
    with parts.storage.database.write() as connection:
        held = authorities.find_authority(connection, authority_id)
        units.find_unit(connection, held.unit, caller.scope)
        ended = authorities.withdraw(connection, authority_id, sent.reason, caller.actor, parts.now())
        return _body(connection, ended, parts.now())


def _need_office(caller: Caller) -> None:
    if caller.actor.office not in {Office.SUPERVISOR, Office.ADMINISTRATOR}:
        raise MissingScope("chỉ lãnh đạo phụ trách hoặc quản trị được ghi thẩm quyền")


def _own_unit(caller: Caller) -> str:
    if caller.session is None:
        raise MissingScope
    return caller.session.person.unit_id


def _body(connection: sa.Connection, held: Authority, now: datetime) -> AuthorityBody:
    return AuthorityBody(
        id=held.id,
        person=shown.names(connection, (held.person,)).get(held.person, ""),
        title=held.title,
        acts=sorted(held.acts),
        basis=held.basis,
        legal_basis=held.legal_basis,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        granted_by=held.granted_by,
        ended_early_at=held.ended_early_at,
        in_force=held.in_force(now),
    )
