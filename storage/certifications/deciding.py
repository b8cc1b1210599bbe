"""What people decide on a copy: the certifier attests or refuses, the request is given up, the copy is handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from digitize.attest.foreign import ground_against
from digitize.attest.lifecycle import Abandoned, AttestOrdered, CopyRecord, Delivered, Refused
from digitize.attest.lifecycle import SealOrdered as CopySealOrdered
from digitize.attest.refusal import RefusalGround
from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import Actor
from digitize.targets import VIETNAM_TIME
from storage import announcements, authorities, tallies
from storage.certifications.changing import record
from storage.certifications.finding import find, find_visit, of_visit
from storage.certifications.opening import close_visit, hold_visit
from storage.certifications.visit import Copy
from storage.leases import Lease
from storage.registry import EVERYTHING, Scope
from storage.tables import copies, refusals


def order_attestation(
    connection: sa.Connection,
    copy_id: str,
    actor: Actor,
    now: datetime,
    *,
    compared: bool,
    certificates: Sequence[str] = (),
    version: int | None = None,
    scope: Scope = EVERYTHING,
) -> CopyRecord:
    """Order the certifier's own signature, after the capture was compared with the original on the desk.

    Args:
        connection: a writing transaction.
        copy_id: of the copy.
        actor: the certifier.
        now: when.
        compared: the certifier says that the capture shows every page of the original exactly.
        certificates: of the token that will sign, DER in base64; none: the key is held by the sealing worker.
        version: what the certifier saw; None skips the check.
        scope: whose copies the actor may see.

    Raises:
        NotFound: there is no such copy in the scope.
        InvalidInput: it was not compared, or the capture has fewer pages than the original.
        Forbidden: no authority is in force, or the paper must be refused.
        Conflict: a person saw an older version.
    """
    copy = find(connection, copy_id, scope)
    if not compared:
        raise InvalidInput("chưa xác nhận đã đối chiếu bản chụp với bản chính")
    _refuse_incomplete(copy)
    _refuse_foreign(copy, now)
    visit = find_visit(connection, copy.certification_id)
    if actor.id != visit.certifier:
        raise Forbidden("chỉ người đã tiếp nhận và chụp bản chính trong phiên mới được ký chứng thực")
    authority = authorities.require(connection, actor.id, visit.act, copy.unit_id, now)
    event = AttestOrdered(actor=actor, signer=actor.id, authority=authority.id, ordered_at=now.isoformat())
    token = list(certificates) or None
    changes = {"authority_id": authority.id, "signer": actor.id, "token_certificates": token, "problem": ""}
    return record(connection, copy_id, event, now, version=version, changes=changes)


def refuse(
    connection: sa.Connection,
    copy_id: str,
    ground: RefusalGround,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    version: int | None = None,
    scope: Scope = EVERYTHING,
) -> CopyRecord:
    """Refuse a paper with one of the six grounds; the letter is made by whoever answers the request.

    Raises:
        NotFound: there is no such copy in the scope.
        Forbidden: the actor has no authority in force, or a number was given.
        InvalidInput: the reason is missing.
        Conflict: a person saw an older version.
    """
    copy = find(connection, copy_id, scope)
    act = find_visit(connection, copy.certification_id).act
    authorities.require(connection, actor.id, act, copy.unit_id, now)
    event = Refused(actor=actor, ground=ground, reason=reason)
    after = record(connection, copy_id, event, now, version=version, changes={"signer": None})
    connection.execute(
        refusals.insert().values(
            copy_id=copy_id, ground=ground.value, reason=reason, refused_by=actor.id, refused_at=now, letter_key=None
        )
    )
    return after


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a paper was refused."""

    ground: RefusalGround
    reason: str
    """The certifier's own words."""
    refused_by: str
    """Id of the certifier."""
    refused_at: datetime
    letter_key: str | None
    """Object of the printed refusal."""


def refusal_of(connection: sa.Connection, copy_id: str) -> Refusal | None:
    """Return how a copy was refused; None: it was not."""
    return refusals_of(connection, [copy_id]).get(copy_id)


def refusals_of(connection: sa.Connection, ids: Sequence[str]) -> Mapping[str, Refusal]:
    """Return how each copy that was refused was."""
    rows = connection.execute(sa.select(refusals).where(refusals.c.copy_id.in_(ids)))
    return {
        row.copy_id: Refusal(RefusalGround(row.ground), row.reason, row.refused_by, row.refused_at, row.letter_key)
        for row in rows
    }


def keep_letter(connection: sa.Connection, copy_id: str, letter_key: str) -> None:
    """Note the printed refusal of a copy; its object is stored already."""
    connection.execute(refusals.update().where(refusals.c.copy_id == copy_id).values(letter_key=letter_key))


def abandon(
    connection: sa.Connection,
    copy_id: str,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    version: int | None = None,
    scope: Scope = EVERYTHING,
) -> CopyRecord:
    """Give the request for one original up, before it has a number.

    Raises:
        NotFound: there is no such copy in the scope.
        Forbidden: it has a number, which can only become void (:func:`storage.register.void`).
        InvalidInput: the reason is missing.
        Conflict: a person saw an older version.
    """
    find(connection, copy_id, scope)
    event = Abandoned(actor=actor, reason=reason)
    return record(connection, copy_id, event, now, version=version, changes={"signer": None})


def abandon_visit(
    connection: sa.Connection,
    certification: str,
    reason: str,
    actor: Actor,
    now: datetime,
    scope: Scope = EVERYTHING,
) -> tuple[str, ...]:
    """Give up every copy of a visit that has no number yet, and close the visit; return their ids.

    Raises:
        NotFound: there is no such visit in the scope.
        InvalidInput: the reason is missing.
    """
    # The visit first, as whoever captures does, or the two wait for each other for ever.
    hold_visit(connection, certification, scope)
    given_up = [
        copy.id
        for copy in sorted(of_visit(connection, certification), key=lambda each: each.id)
        if copy.state in Abandoned.sources and copy.numbering is None
    ]
    for copy_id in given_up:
        abandon(connection, copy_id, reason, actor, now)
    close_visit(connection, certification, now)
    return tuple(given_up)


def order_seal_of(
    connection: sa.Connection,
    copy_id: str,
    order: str,
    actor: Actor,
    scope: Scope,
    now: datetime,
    certificates: Sequence[str] = (),
) -> None:
    """Order the agency's signature for one copy of the list (:func:`storage.sealing.order_seal`).

    Raises:
        NotFound: there is no such copy in the scope.
        Forbidden: it is another unit's, or it does not wait for the seal.
    """
    copy = find(connection, copy_id, scope)
    if copy.unit_path != scope.path:
        raise Forbidden("chỉ văn thư của chính đơn vị chứng thực được đóng dấu")
    event = CopySealOrdered(actor=actor, order=order, office_key=copy.unit_id)
    token = list(certificates) or None
    changes = {"signer": copy.unit_id, "seal_order_id": order, "token_certificates": token, "problem": ""}
    record(connection, copy_id, event, now, changes=changes)


def issue(
    connection: sa.Connection, copy_id: str, channel: str, actor: Actor, now: datetime, lease: Lease
) -> CopyRecord:
    """Note that the first channel of delivery has the copy, and announce it.

    Raises:
        LeaseLost: somebody else works on it.
    """
    delivered = Delivered(actor=actor, channel=channel)
    after = record(connection, copy_id, delivered, now, lease=lease, changes={"issued_at": now})
    announcements.put(connection, copy_id, announcements.COPY_ISSUED, now)
    visit = sa.select(copies.c.certification_id).where(copies.c.id == copy_id)
    tallies.count_certification(connection, connection.execute(visit).scalar_one())
    return after


def note_problem(connection: sa.Connection, copy_id: str, problem: str) -> None:
    """Show people why the last step did not go through."""
    connection.execute(copies.update().where(copies.c.id == copy_id).values(problem=problem[:1000]))


def _refuse_incomplete(copy: Copy) -> None:
    """Hold to TT 01/2020/TT-BTP Art 10: every page that carries information."""
    if copy.captured_pages is not None and copy.captured_pages < copy.original.pages:
        raise InvalidInput(
            f"bản chụp có {copy.captured_pages} trang, bản chính có {copy.original.pages} trang",
            remedy="Hãy chụp lại đủ các trang có thông tin (Điều 10 Thông tư 01/2020/TT-BTP).",
        )


def _refuse_foreign(copy: Copy, now: datetime) -> None:
    if ground_against(copy.original, now.astimezone(VIETNAM_TIME).date()) is not None:
        raise Forbidden(
            "giấy tờ nước ngoài chưa được hợp pháp hóa lãnh sự: phải từ chối theo khoản 5 Điều 22 "
            "Nghị định 23/2015/NĐ-CP"
        )
