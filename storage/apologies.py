"""Which dossiers are late, and the letters of apology that were sent for them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from digitize.errors import Conflict, Forbidden, InvalidInput
from digitize.reports.report import LateDossier
from digitize.tally import day_of
from storage.dossiers import Dossier, find_by_code
from storage.dossiers.events import DossierEvent, record
from storage.registry import Scope
from storage.tables import apologies, dossiers, units


class SentHow(StrEnum):
    """How a letter went out."""

    POST = "post"
    EMAIL = "email"
    BY_HAND = "by_hand"


SENT_HOW_NAMES: Mapping[SentHow, str] = {
    SentHow.POST: "bưu chính", SentHow.EMAIL: "thư điện tử", SentHow.BY_HAND: "trao tay",
}  # fmt: skip


class Lateness(StrEnum):
    """Which late dossiers are asked for."""

    ENDED = "ended"
    """Ended after their day."""
    OPEN = "open"
    """Past their day and still open."""


@dataclass(frozen=True, slots=True)
class Late:
    """A late dossier in the list."""

    id: str
    """Opaque."""
    code: str
    unit_code: str
    unit: str
    procedure: str
    holder: str | None
    due_at: datetime
    finished_at: datetime | None
    """None: still open."""
    apologised_on: date | None
    """When the last letter was sent; None: no letter is recorded."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended."""

    at: datetime
    """End of the dossier, or its day while it is open."""
    id: str


def late(
    connection: sa.Connection,
    scope: Scope,
    which: Lateness,
    now: datetime,
    *,
    since: datetime,
    until: datetime,
    after: Place | None = None,
    limit: int = 50,
) -> Sequence[Late]:
    """Return late dossiers of the scope, the oldest first, a page at a time.

    Args:
        connection: of a transaction.
        scope: the caller's units.
        which: those that ended within the time asked about, or whose day lay within it and that are open.
        now: what is due later is not late.
        since: first moment.
        until: the moment after the last one.
        after: where the page before ended.
        limit: length of the page.
    """
    at = dossiers.c.finished_at if which is Lateness.ENDED else dossiers.c.due_at
    is_late = (
        dossiers.c.finished_at > dossiers.c.due_at
        if which is Lateness.ENDED
        else sa.and_(dossiers.c.finished_at.is_(None), dossiers.c.due_at < now)
    )
    query = (
        sa.select(dossiers, units.c.code.label("unit_code"), units.c.name.label("unit"), _last_letter())
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(units.c.path.startswith(scope.path, autoescape=True), at >= since, at < until, is_late)
    )
    if after is not None:
        query = query.where(sa.or_(at > after.at, sa.and_(at == after.at, dossiers.c.id > after.id)))
    return [_late(row) for row in connection.execute(query.order_by(at, dossiers.c.id).limit(limit))]


def count_open(connection: sa.Connection, scope: Scope, now: datetime) -> int:
    """Count the dossiers of the scope that are open past their day.

    Args:
        connection: of a transaction.
        scope: the caller's units.
        now: what is due later is not late.
    """
    inside = sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))
    # The few that are open are found by the index of ends; nearly all dossiers were due before now.
    due = sa.func.coalesce(dossiers.c.due_at, now, type_=dossiers.c.due_at.type)
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(dossiers)
        .where(dossiers.c.unit_id.in_(inside), dossiers.c.finished_at.is_(None), due < now)
    ).scalar_one()


def count_apologised(connection: sa.Connection, scope: Scope, since: date, until: date) -> int:
    """Count the dossiers of the scope with a letter that was sent within some days.

    Args:
        connection: of a transaction.
        scope: the caller's units.
        since: first day.
        until: last day.
    """
    return connection.execute(
        sa.select(sa.func.count(sa.distinct(apologies.c.dossier_id)))
        .select_from(apologies)
        .join(dossiers, dossiers.c.id == apologies.c.dossier_id)
        .join(units, units.c.id == dossiers.c.unit_id)
        .where(apologies.c.sent_on.between(since, until), units.c.path.startswith(scope.path, autoescape=True))
    ).scalar_one()


def need_late(connection: sa.Connection, code: str, scope: Scope, now: datetime) -> tuple[Dossier, LateDossier]:
    """Return a dossier that an apology is due for.

    Raises:
        NotFound: there is none, or it lies outside the scope.
        Forbidden: it is not late, or the register knows no day for it.
    """
    dossier = find_by_code(connection, code, scope)
    if dossier.due_at is None:
        raise Forbidden("hồ sơ không có ngày hẹn trả nên không tính được trễ hẹn")
    if (dossier.finished_at or now) <= dossier.due_at:
        raise Forbidden("hồ sơ không trễ hẹn nên không có gì để xin lỗi")
    told = LateDossier(
        dossier.code, dossier.procedure_name, dossier.holder_name or "", dossier.due_at, dossier.finished_at
    )
    return dossier, told


def note_sent(
    connection: sa.Connection, dossier: Dossier, letter_key: str, sent_on: date, how: SentHow, actor: str, now: datetime
) -> str:
    """Record that a letter was sent; return the record's id. The same letter sent the same way again is the same.

    Args:
        connection: of a writing transaction.
        dossier: from :func:`need_late` in the same transaction.
        letter_key: of the stored letter.
        sent_on: day in Vietnam.
        how: it went out.
        actor: id of who records it.
        now: with an offset.

    Raises:
        InvalidInput: the day lies ahead, or before the dossier was due.
        Conflict: a letter was recorded for that day already.
    """
    if sent_on > day_of(now):
        raise InvalidInput("ngày gửi thư không được ở tương lai")
    if dossier.due_at is not None and sent_on < day_of(dossier.due_at):
        raise InvalidInput("ngày gửi thư không được trước ngày hẹn trả")
    recorded = connection.execute(
        sa.select(apologies).where(apologies.c.dossier_id == dossier.id, apologies.c.sent_on == sent_on)
    ).first()
    if recorded is not None:
        if (recorded.letter_key, recorded.sent_how) == (letter_key, how.value):
            return str(recorded.id)
        raise Conflict("ngày này đã ghi một thư xin lỗi khác cho hồ sơ", remedy="Hãy xem lịch sử của hồ sơ.")
    apology_id = uuid.uuid4().hex
    connection.execute(
        apologies.insert().values(
            id=apology_id, dossier_id=dossier.id, letter_key=letter_key, sent_on=sent_on, sent_how=how.value,
            recorded_by=actor, recorded_at=now,
        )
    )  # fmt: skip
    record(connection, dossier.id, DossierEvent.APOLOGY_SENT, now, actor, apology=apology_id, sent_on=sent_on, how=how)
    return apology_id


def _last_letter() -> sa.ColumnElement[Any]:
    return (
        sa.select(sa.func.max(apologies.c.sent_on))
        .where(apologies.c.dossier_id == dossiers.c.id)
        .correlate(dossiers)
        .scalar_subquery()
        .label("apologised_on")
    )


def _late(row: sa.Row[Any]) -> Late:
    return Late(
        row.id, row.code, row.unit_code, row.unit, row.procedure_name, row.holder_name, row.due_at, row.finished_at,
        row.apologised_on,
    )  # fmt: skip
