"""How a visit begins, grows, is put off, paid and closed."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

import sqlalchemy as sa

from digitize.attest import clock
from digitize.attest.codes import RANDOM_BYTES, new_verification_code
from digitize.attest.fees import fee
from digitize.attest.lifecycle import COPY_WAITING_FOR, CopyState
from digitize.attest.rules import certification_rules, the_one
from digitize.attest.visit import Act, CertificationOrder, Original
from digitize.errors import Conflict, Forbidden, InvalidInput
from digitize.lifecycle import Actor
from digitize.targets import VIETNAM_TIME
from storage import authorities, subjects
from storage.certifications.finding import find_visit
from storage.certifications.visit import Certification
from storage.registry import EVERYTHING, Scope
from storage.subjects import SubjectKind
from storage.tables import certifications, copies, payments


def open_visit(
    connection: sa.Connection, order: CertificationOrder, *, certifier: str, actor: Actor, now: datetime
) -> Certification:
    """Open a visit with its first originals; each becomes a copy that waits for its capture.

    Args:
        connection: a writing transaction.
        order: what the requester asks for.
        certifier: id of the person who will capture, compare and sign.
        actor: the person or system that opens it.
        now: from here on a capture counts.

    Raises:
        Forbidden: the certifier has no authority in force for this act at this unit.
        InvalidInput: the request came later than now.
    """
    if order.received_at > now:
        raise InvalidInput("thời điểm tiếp nhận ở tương lai")
    authorities.require(connection, certifier, order.act, order.unit, now)
    due = clock.deadline(order.received_at, clock.state_calendar())
    visit = uuid.uuid4().hex
    connection.execute(
        certifications.insert().values(
            id=visit,
            unit_id=order.unit,
            act=order.act.value,
            procedure_code=_procedure(order.act, now),
            certifier=certifier,
            opened_by=actor.id,
            received_at=order.received_at,
            opened_at=now,
            due_on=due.due_on,
            due_at=due.due_at,
            same_day=due.same_day,
            requester_name=order.requester.full_name,
            requester_id_number=order.requester.id_number,
            requester_address=order.requester.address,
            requester_email=order.requester.email,
            requester_phone=order.requester.phone,
        )
    )
    for ordinal, original in enumerate(order.originals, start=1):
        _enter(connection, visit, order.unit, ordinal, original, actor, now)
    return find_visit(connection, visit)


def add_original(
    connection: sa.Connection,
    certification: str,
    original: Original,
    actor: Actor,
    now: datetime,
    scope: Scope = EVERYTHING,
) -> str:
    """Add an original to an open visit; return the id of its copy.

    Raises:
        NotFound: there is no such visit in the scope.
        Forbidden: the visit is over.
    """
    visit = hold_visit(connection, certification, scope)
    _refuse_closed(visit)
    last = connection.execute(
        sa.select(sa.func.max(copies.c.ordinal)).where(copies.c.certification_id == certification)
    ).scalar_one()
    return _enter(connection, certification, visit.unit_id, last + 1, original, actor, now)


def extend(
    connection: sa.Connection,
    certification: str,
    working_days: int,
    reason: str,
    *,
    agreed_in_writing: bool = False,
    scope: Scope = EVERYTHING,
) -> Certification:
    """Put the deadline off (NĐ 23/2015/NĐ-CP Art 21).

    Raises:
        NotFound: there is no such visit in the scope.
        InvalidInput: the reason is missing, or more than two working days without a written agreement.
    """
    visit = hold_visit(connection, certification, scope)
    if not reason.strip():
        raise InvalidInput("thiếu lý do kéo dài thời hạn")
    agreed = agreed_in_writing
    due = clock.extended(visit.deadline, working_days, clock.state_calendar(), agreed_in_writing=agreed)
    connection.execute(
        certifications.update()
        .where(certifications.c.id == certification)
        .values(
            due_on=due.due_on,
            due_at=due.due_at,
            same_day=due.same_day,
            extended_days=due.extended_days,
            extension_reason=reason,
            agreed_in_writing=agreed or certifications.c.agreed_in_writing,
        )
    )
    return find_visit(connection, certification)


def pay(
    connection: sa.Connection,
    certification: str,
    amount_vnd: int,
    receipt_number: str,
    actor: Actor,
    now: datetime,
    scope: Scope = EVERYTHING,
) -> Certification:
    """Note that money was received; a visit may be paid in several parts, never more than its fee.

    Raises:
        NotFound: there is no such visit in the scope.
        InvalidInput: the amount is not positive, or the receipt has no number.
        Conflict: it is more than what is owed.
    """
    visit = hold_visit(connection, certification, scope)
    if amount_vnd < 1 or not receipt_number.strip():
        raise InvalidInput("số tiền phải từ 1 đồng trở lên và phải có số biên lai")
    if visit.paid_vnd + amount_vnd > visit.fee_vnd:
        raise Conflict("số tiền vượt quá phí còn phải nộp", remedy="Hãy xem lại phí của phiên chứng thực.")
    connection.execute(
        payments.insert().values(
            id=uuid.uuid4().hex,
            certification_id=certification,
            amount_vnd=amount_vnd,
            receipt_number=receipt_number,
            received_by=actor.id,
            received_at=now,
        )
    )
    return find_visit(connection, certification)


def close_visit(
    connection: sa.Connection, certification: str, now: datetime, scope: Scope = EVERYTHING
) -> Certification:
    """End a visit: nothing is captured from now on; what was captured goes on. Closing again changes nothing.

    Raises:
        NotFound: there is no such visit in the scope.
        Forbidden: an original was neither captured nor refused nor given up.
    """
    visit = hold_visit(connection, certification, scope)
    if visit.closed_at is not None:
        return visit
    waiting = connection.execute(
        sa.select(sa.func.count())
        .select_from(copies)
        .where(copies.c.certification_id == certification, copies.c.state == CopyState.OPENED.value)
    ).scalar_one()
    if waiting:
        raise Forbidden(f"còn {waiting} bản chính chưa chụp; hãy chụp, từ chối hoặc thôi yêu cầu trước khi kết thúc")
    connection.execute(certifications.update().where(certifications.c.id == certification).values(closed_at=now))
    return find_visit(connection, certification)


def hold_visit(connection: sa.Connection, certification: str, scope: Scope = EVERYTHING) -> Certification:
    """Lock a visit until the transaction ends.

    Raises:
        NotFound: there is none, or it lies outside the scope.
    """
    connection.execute(
        sa.select(certifications.c.id).where(certifications.c.id == certification).with_for_update()
    ).one_or_none()
    return find_visit(connection, certification, scope)


def _refuse_closed(visit: Certification) -> None:
    if visit.closed_at is not None:
        raise Forbidden("phiên chứng thực đã kết thúc; hãy mở phiên mới")


def _procedure(act: Act, now: datetime) -> str:
    named = tuple(procedure for procedure in certification_rules().procedure if procedure.act is act)
    return the_one(named, now.astimezone(VIETNAM_TIME).date(), "thủ tục chứng thực").code


def _enter(
    connection: sa.Connection, visit: str, unit: str, ordinal: int, original: Original, actor: Actor, now: datetime
) -> str:
    cost = fee(original.pages, original.quantity, now.astimezone(VIETNAM_TIME).date())
    opened = {"certification": visit, "ordinal": ordinal, "pages": original.pages, "quantity": original.quantity}
    copy = subjects.enter(
        connection, SubjectKind.COPY, "Opened", actor, opened, None, now, {"title": original.title}
    )  # fmt: skip
    connection.execute(
        copies.insert().values(
            id=copy,
            certification_id=visit,
            ordinal=ordinal,
            unit_id=unit,
            title=original.title,
            kind=original.kind,
            number=original.number,
            issuer=original.issuer,
            issued_on=original.issued_on,
            pages=original.pages,
            quantity=original.quantity,
            foreign_paper=original.foreign,
            foreign_kind=original.foreign_kind,
            legalised=original.legalised,
            fee_vnd=cost.total_vnd,
            verification_code=new_verification_code(secrets.token_bytes(RANDOM_BYTES)).text,
            state=CopyState.OPENED.value,
            waiting_for=COPY_WAITING_FOR[CopyState.OPENED].value,
            opened_at=now,
            changed_at=now,
        )
    )
    return copy
