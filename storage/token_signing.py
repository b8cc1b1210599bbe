"""What waits for a token, documents and copies alike: what it has to sign, what it answered, the end of its term.

The person who gave the order answers it or takes it back, and nobody else. The same answer sent twice is one answer,
whatever has become of the subject meanwhile: the history names what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.attest.lifecycle import (
    COPY_STATE_NAMES,
    COPY_WAITING_FOR,
    AttestAnswered,
    AttestPreparationExpired,
    CopyState,
)
from digitize.attest.lifecycle import SealAnswered as CopySealAnswered
from digitize.attest.lifecycle import SigningFailed as CopySigningFailed
from digitize.errors import Forbidden, Impossible, InvalidInput, SigningRefused
from digitize.halves import SignatureAnswer, SignatureRequest
from digitize.lifecycle import (
    STATE_NAMES,
    WAITING_FOR,
    Actor,
    CaptureAnswered,
    CaptureGivenUp,
    Office,
    SealAnswered,
    SealGivenUp,
    State,
)
from digitize.model import Role, from_json, to_json
from storage import certifications, history, registry, subjects
from storage.certifications import Copy
from storage.objects import ObjectStore, key_of
from storage.registry import EVERYTHING, NOTHING_MADE, Cursor, Document, Scope
from storage.subjects import SubjectKind
from storage.tables import copies, documents, events, seal_orders, units

_ROLES: Mapping[State, Role] = {State.CAPTURE_PREPARED: Role.CLERK, State.SEAL_PREPARED: Role.AGENCY}
_COPY_ROLES: Mapping[CopyState, Role] = {
    CopyState.ATTEST_PREPARED: Role.CERTIFIER,
    CopyState.SEAL_PREPARED: Role.AGENCY,
}
_ANSWERS = frozenset(event.__name__ for event in (CaptureAnswered, SealAnswered, AttestAnswered, CopySealAnswered))

NOT_ANSWERED = (
    "Thiết bị ký không gửi chữ ký trong thời hạn nên lệnh ký đã được rút lại. Hãy cắm thiết bị rồi yêu cầu ký lại."
)
"""What the next list shows of a subject whose token did not answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document or a copy, as far as a token is concerned."""

    kind: SubjectKind
    id: str
    version: int
    state_name: str
    role: Role | None
    """Whose signature is waited for; None: no token is."""
    ordered_by: str | None
    """Id of the person who gave the order; None: no token is waited for."""
    prepared_key: str | None
    prepared_until: datetime | None
    dossier_code: str | None
    """None: it is a copy."""
    ordinal: int
    """Of the result in its dossier, or of the original in its visit."""


def asked(connection: sa.Connection, subject: str, scope: Scope = EVERYTHING) -> Asked:
    """Return what a subject waits for.

    Raises:
        NotFound: there is no such subject in the scope.
    """
    if subjects.kind_of(connection, subject) is SubjectKind.COPY:
        return asked_of_copy(connection, certifications.find(connection, subject, scope))
    return asked_of_document(connection, registry.find(connection, subject, scope))


def asked_of_document(connection: sa.Connection, document: Document) -> Asked:
    """Return what a document waits for: the capture is ordered by the clerk, the seal by an officer."""
    role, making = _ROLES.get(document.state), document.making
    person = document.signer if role is Role.CLERK else _officer(connection, document.seal_order_id)
    return Asked(
        SubjectKind.DOCUMENT, document.id, document.record.version, STATE_NAMES[document.state], role,
        person if role else None, making.prepared_key, making.prepared_until, document.dossier_code, document.ordinal,
    )  # fmt: skip


def asked_of_copy(connection: sa.Connection, copy: Copy) -> Asked:
    """Return what a copy waits for: the attestation is ordered by the certifier, the seal by an officer."""
    role = _COPY_ROLES.get(copy.state)
    person = copy.signer if role is Role.CERTIFIER else _officer(connection, copy.seal_order_id)
    return Asked(
        SubjectKind.COPY, copy.id, copy.record.version, COPY_STATE_NAMES[copy.state], role,
        person if role else None, copy.prepared_key, copy.prepared_until, None, copy.ordinal,
    )  # fmt: skip


def waiting_for(
    connection: sa.Connection, person: str, scope: Scope, *, after: Cursor | None = None, limit: int = 50
) -> Sequence[Asked]:
    """Return what waits for a token of a person, the first to expire first, a page at a time."""
    found = sa.union_all(
        _waiting(documents, person, scope, State.CAPTURE_PREPARED, State.SEAL_PREPARED),
        _waiting(copies, person, scope, CopyState.ATTEST_PREPARED, CopyState.SEAL_PREPARED),
    ).subquery()
    until, identity = found.c.prepared_until, found.c.id
    query = sa.select(identity).order_by(until, identity).limit(limit)
    if after is not None:
        later = sa.and_(until == after.received_at, identity > after.document)
        query = query.where(sa.or_(until > after.received_at, later))
    return [asked(connection, each, scope) for each in connection.execute(query).scalars().all()]


def request_of(objects: ObjectStore, subject: Asked, person: str) -> SignatureRequest:
    """Return what a person's token has to sign.

    Raises:
        SigningRefused: the subject waits for no token.
        Forbidden: it waits for somebody else's.
    """
    _refuse_stranger(subject, person)
    if subject.prepared_key is None:
        raise Impossible(f"{subject.id} waits for a token that was asked nothing")
    return from_json(objects.get(subject.prepared_key), SignatureRequest)


def answer(
    connection: sa.Connection,
    objects: ObjectStore,
    subject: str,
    values: Sequence[bytes],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Take what a token signed; whether it fits, a worker finds out.

    Args:
        connection: a writing transaction.
        objects: the store.
        subject: id of a document or copy that the person may see.
        values: in the order of the request.
        actor: the person who gave the order.
        now: when.
        version: what the person saw; None skips the check.

    Raises:
        SigningRefused: the subject waits for no token, or the term is over.
        Forbidden: it waits for somebody else's.
        InvalidInput: too few or too many values.
        Conflict: the person saw an older version.
    """
    subjects.lock(connection, subject)
    standing = asked(connection, subject)
    given = to_json(SignatureAnswer(tuple(values)))
    if standing.role is None and _gave(connection, subject, key_of(given), actor):
        return
    wanted = len(request_of(objects, standing, actor.id).halves)
    if len(values) != wanted:
        raise InvalidInput(f"cần {wanted} giá trị ký, đã gửi {len(values)}")
    if standing.prepared_until is None or now > standing.prepared_until:
        raise SigningRefused("phiên ký đã hết hạn", remedy="Hãy bắt đầu ký lại.")
    key = objects.put(given)
    changes: dict[str, Any] = {"answer_key": key}
    if standing.kind is SubjectKind.DOCUMENT:
        kind = CaptureAnswered if standing.role is Role.CLERK else SealAnswered
        event = kind(actor=actor, answer_key=key)
        registry.record(connection, subject, event, now, version=version, changes=changes)
        return
    answered: AttestAnswered | CopySealAnswered = CopySealAnswered(actor=actor, answer_key=key)
    if standing.role is Role.CERTIFIER:
        certifier = Actor(actor.id, Office.CERTIFIER)
        answered = AttestAnswered(actor=certifier, answer_key=key, answered_at=now.isoformat())
    certifications.record(connection, subject, answered, now, version=version, changes=changes)


def answered_at(connection: sa.Connection, subject: str) -> datetime:
    """Return when the token gave the answer that is to be taken in: the last one of the history.

    When the subject was last changed says nothing of it: what befalls a copy in between moves that moment too.

    Raises:
        Impossible: no token ever answered.
    """
    given: datetime | None = connection.execute(
        sa.select(events.c.at)
        .where(events.c.subject_id == subject, events.c.name.in_(_ANSWERS))
        .order_by(events.c.sequence.desc())
        .limit(1)
    ).scalar_one_or_none()
    if given is None:
        raise Impossible(f"an answer of {subject} is to be taken in that the history knows nothing of")
    return given


def give_up(
    connection: sa.Connection, document: Document, actor: Actor, now: datetime, version: int | None = None
) -> None:
    """Take back an order over a document that no token has answered.

    Raises:
        SigningRefused: the document waits for no token.
        Forbidden: it waits for somebody else's.
        Conflict: the person saw an older version.
    """
    standing = asked_of_document(connection, document)
    _refuse_stranger(standing, actor.id)
    event = CaptureGivenUp(actor=actor) if standing.role is Role.CLERK else SealGivenUp(actor=actor)
    registry.record(connection, document.id, event, now, version=version, changes={"signer": None, **NOTHING_MADE})


def overdue(connection: sa.Connection, now: datetime) -> Sequence[str]:
    """Return the subjects whose token has let its term pass."""
    # The few that wait for a person are found by index; the sweep asks every minute.
    late = sa.union_all(
        sa.select(documents.c.id).where(
            documents.c.waiting_for.in_({WAITING_FOR[state].value for state in _ROLES}),
            documents.c.state.in_(list(_ROLES)),
            documents.c.prepared_until < now,
        ),
        sa.select(copies.c.id).where(
            copies.c.waiting_for.in_({COPY_WAITING_FOR[state].value for state in _COPY_ROLES}),
            copies.c.state.in_(list(_COPY_ROLES)),
            copies.c.prepared_until < now,
        ),
    )
    return connection.execute(late).scalars().all()


def give_up_overdue(connection: sa.Connection, subject: str, actor: Actor, now: datetime) -> bool:
    """Take back the order of one subject of :func:`overdue`, looked at again under its lock; False if it went on.

    An attestation is asked for anew under its number, which holds until the printed day is over.
    """
    subjects.lock(connection, subject)
    standing = asked(connection, subject)
    if standing.role is None or standing.prepared_until is None or standing.prepared_until >= now:
        return False
    if standing.kind is SubjectKind.DOCUMENT:
        summary = asdict(replace(registry.find(connection, subject).summary, problem=NOT_ANSWERED))
        given_up = CaptureGivenUp(actor=actor) if standing.role is Role.CLERK else SealGivenUp(actor=actor)
        changes = {"signer": None, "summary": summary, **NOTHING_MADE}
        registry.record(connection, subject, given_up, now, changes=changes, by_clock=True)
    elif standing.role is Role.CERTIFIER:
        expired = AttestPreparationExpired(actor=actor)
        again = {"prepared_key": None, "prepared_until": None}
        certifications.record(connection, subject, expired, now, changes=again, by_clock=True)
    else:
        failed = CopySigningFailed(actor=actor, code=SigningRefused.code(), message=NOT_ANSWERED)
        back = {"signer": None, "problem": NOT_ANSWERED, **certifications.NOTHING_MADE}
        certifications.record(connection, subject, failed, now, changes=back, by_clock=True)
    return True


def _waiting(
    table: sa.Table, person: str, scope: Scope, own: State | CopyState, office: State | CopyState
) -> sa.Select[tuple[str, datetime]]:
    ordered = sa.exists().where(seal_orders.c.id == table.c.seal_order_id, seal_orders.c.ordered_by == person)
    mine = sa.or_(
        sa.and_(table.c.state == own.value, table.c.signer == person), sa.and_(table.c.state == office.value, ordered)
    )
    return (
        sa.select(table.c.id, table.c.prepared_until)
        .join(units, units.c.id == table.c.unit_id)
        .where(mine, units.c.path.startswith(scope.path, autoescape=True))
    )


def _refuse_stranger(subject: Asked, person: str) -> None:
    if subject.role is None:
        raise SigningRefused(f"đang ở trạng thái “{subject.state_name}”, không chờ chữ ký từ thiết bị")
    if subject.ordered_by != person:
        raise Forbidden("chỉ người đã ra lệnh ký mới xem và gửi được chữ ký từ thiết bị")


def _officer(connection: sa.Connection, seal_order: str | None) -> str | None:
    officer: str | None = connection.execute(
        sa.select(seal_orders.c.ordered_by).where(seal_orders.c.id == seal_order)
    ).scalar_one_or_none()
    return officer


def _gave(connection: sa.Connection, subject: str, answer_key: str, actor: Actor) -> bool:
    """Tell whether this person gave this very answer before."""
    return any(
        entry.name in _ANSWERS and entry.actor.id == actor.id and entry.payload.get("answer_key") == answer_key
        for entry in history.entries(connection, subject)
    )
