"""Who may certify: authorities by office and delegations, entered, withdrawn and asked for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from digitize.attest.authority import Authority, Basis, admit, may_certify
from digitize.attest.visit import Act
from digitize.errors import Conflict, Forbidden, InvalidInput, NotFound
from digitize.lifecycle import Actor
from storage.tables import authorities, people, units


def grant(connection: sa.Connection, new: Authority, actor: Actor, now: datetime) -> Authority:
    """Write an authority down; it gets an id of its own.

    Args:
        connection: a writing transaction.
        new: what was decided; its ``id`` is not looked at.
        actor: who enters it.
        now: when.

    Raises:
        NotFound: there is no such unit or person, or no such grantor.
        Forbidden: a delegation passed on, or one that goes beyond what its grantor holds.
    """
    if connection.execute(sa.select(units.c.id).where(units.c.id == new.unit)).first() is None:
        raise NotFound("đơn vị")
    if connection.execute(sa.select(people.c.id).where(people.c.id == new.person)).first() is None:
        raise NotFound("người thực hiện chứng thực")
    entered = replace(new, id=uuid.uuid4().hex)
    admit(of_unit(connection, new.unit), entered)
    connection.execute(
        authorities.insert().values(
            id=entered.id,
            person_id=entered.person,
            title=entered.title,
            unit_id=entered.unit,
            acts=sorted(entered.acts),
            basis=entered.basis.value,
            legal_basis=entered.legal_basis,
            starts_at=entered.starts_at,
            ends_at=entered.ends_at,
            granted_by=entered.granted_by,
            entered_by=actor.id,
            entered_at=now,
            ended_early_at=entered.ended_early_at,
        )
    )
    return entered


def withdraw(
    connection: sa.Connection, authority_id: str, reason: str, actor: Actor, now: datetime
) -> Authority:  # fmt: skip
    """End an authority now, before its time; what was certified under it stays.

    Raises:
        NotFound: there is no such authority.
        InvalidInput: the reason is missing.
        Conflict: it has ended already.
    """
    if not reason.strip():
        raise InvalidInput("thiếu lý do chấm dứt thẩm quyền")
    row = connection.execute(
        sa.select(authorities).where(authorities.c.id == authority_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("thẩm quyền chứng thực")
    held = _authority(row)
    if held.ended_early_at is not None or (held.ends_at is not None and held.ends_at <= now):
        raise Conflict("thẩm quyền này đã chấm dứt", remedy="")
    connection.execute(
        authorities.update()
        .where(authorities.c.id == authority_id)
        .values(ended_early_at=now, ended_by=actor.id, end_reason=reason)
    )
    return replace(held, ended_early_at=now)


def require(connection: sa.Connection, person: str, act: Act, unit: str, at: datetime) -> Authority:
    """Return the authority on which a person may do an act at a unit at this moment.

    Raises:
        Forbidden: none covers it; the sentence says what is missing.
    """
    return may_certify(of_unit(connection, unit), person, act, unit, at)


def of_unit(connection: sa.Connection, unit: str) -> Sequence[Authority]:
    """Return every authority at a unit, ended ones included, the oldest first."""
    rows = connection.execute(
        sa.select(authorities).where(authorities.c.unit_id == unit).order_by(authorities.c.starts_at, authorities.c.id)
    )
    return [_authority(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who may certify at a unit at a moment."""

    person: str
    """Opaque id."""
    username: str
    full_name: str
    title: str
    """Under which they sign."""


def holders(connection: sa.Connection, act: Act, unit: str, at: datetime) -> Sequence[Holder]:
    """Return who may do an act at a unit at this moment, each person once, by name."""
    known = of_unit(connection, unit)
    able: dict[str, str] = {}
    for person in sorted({each.person for each in known}):
        with suppress(Forbidden):
            able[person] = may_certify(known, person, act, unit, at).title
    rows = connection.execute(
        sa.select(people.c.id, people.c.username, people.c.full_name)
        .where(people.c.id.in_(able), people.c.active)
        .order_by(people.c.full_name, people.c.username)
    )
    return [Holder(row.id, row.username, row.full_name, able[row.id]) for row in rows]


def find_authority(connection: sa.Connection, authority_id: str) -> Authority:
    """Return an authority.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(authorities).where(authorities.c.id == authority_id)).one_or_none()
    if row is None:
        raise NotFound("thẩm quyền chứng thực")
    return _authority(row)


def _authority(row: sa.Row[Any]) -> Authority:
    return Authority(
        id=row.id, person=row.person_id, title=row.title, unit=row.unit_id,
        acts=frozenset(Act(act) for act in row.acts), basis=Basis(row.basis), legal_basis=row.legal_basis,
        starts_at=row.starts_at, ends_at=row.ends_at, granted_by=row.granted_by, ended_early_at=row.ended_early_at,
    )  # fmt: skip
