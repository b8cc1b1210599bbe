"""Visits of requesters: opened for a certifier at a unit, for the JSON routes."""

from __future__ import annotations

import sqlalchemy as sa

from api.auth import Caller, Right
from api.errors import MissingScope
from api.parts import Parts
from api.schemas_copies import CertificationSent, OriginalSent
from digitize.attest.visit import Act, CertificationOrder, Original, Requester
from digitize.errors import InvalidInput
from digitize.lifecycle import Actor, Office
from storage import certifications, people, units
from storage.certifications import Certification


def open_visit(connection: sa.Connection, parts: Parts, caller: Caller, sent: CertificationSent) -> Certification:
    """Open a visit with its originals.

    Raises:
        NotFound: unit or certifier are not in the caller's units.
        InvalidInput: a system named no unit or no certifier.
        Forbidden: the certifier has no authority in force, or the act is another procedure.
    """
    now = parts.now()
    requester = Requester(**sent.requester.model_dump())
    originals = tuple(original_of(each) for each in sent.originals)
    unit = _unit(connection, caller, sent.unit)
    order = CertificationOrder(unit, requester, originals, sent.received_at or now, Act(sent.act))
    certifier = _certifier(connection, caller, sent.certifier)
    actor = Actor(caller.actor.id, Office.CERTIFIER) if certifier == caller.actor.id else caller.actor
    return certifications.open_visit(connection, order, certifier=certifier, actor=actor, now=now)


def concerned(caller: Caller, visit: Certification) -> Actor:
    """Return the caller as the certifier of the visit if they are, else in their own office."""
    return Actor(caller.actor.id, Office.CERTIFIER) if visit.certifier == caller.actor.id else caller.actor


def giving_up(caller: Caller, visit: Certification) -> Actor:
    """Return the caller as whoever gives a visit, or an original of it, up.

    Raises:
        MissingScope: a system without the right, or of a visit that it did not open itself.
    """
    if caller.session is None:
        caller.need(Right.ISSUE_COPIES)
        if visit.opened_by != caller.actor.id:
            raise MissingScope("hệ thống chỉ được thôi phiên chứng thực do chính nó mở")
    return concerned(caller, visit)


def original_of(sent: OriginalSent) -> Original:
    """Return the original as it was described."""
    return Original(**sent.model_dump())


def _unit(connection: sa.Connection, caller: Caller, code: str | None) -> str:
    if code is not None:
        return units.find_by_code(connection, code, caller.scope).id
    if caller.session is None:
        raise InvalidInput("hệ thống gọi phải nêu mã đơn vị (unit)")
    return caller.session.person.unit_id


def _certifier(connection: sa.Connection, caller: Caller, username: str | None) -> str:
    if username is None:
        if caller.session is None:
            raise InvalidInput("hệ thống gọi phải nêu người thực hiện chứng thực (certifier)")
        return caller.actor.id
    return people.find_by_username(connection, username, caller.scope)[0].id
