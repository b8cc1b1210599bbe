"""A year of the register: where its serials stand, and its close with the total.

One row for each (unit, book kind, year). Whoever gives a number, opens or closes locks it first, so serials run without
gap or repetition: who rolls back or is killed gives the number back with the transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from digitize.attest.lifecycle import CopyState
from digitize.attest.register import Totals
from digitize.errors import Forbidden, NotFound
from digitize.lifecycle import Actor
from digitize.targets import VIETNAM_TIME
from storage.tables import copies, register_entries, register_years

_SETTLED = (CopyState.SEALED.value, CopyState.ISSUED.value, CopyState.CANCELLED.value, CopyState.VOID.value)
"""What happens to these copies changes no total any more."""


@dataclass(frozen=True, slots=True)
class RegisterYear:
    """A year of one unit's register of one kind."""

    unit_id: str
    kind: str
    year: int
    last: int
    """The last serial given; 0 when none was."""
    closed_on: date | None
    """Day in Vietnam; None while numbers are given."""
    closed_by: str | None
    totals: Totals | None
    """As they were confirmed at the close."""


def hold_year(connection: sa.Connection, unit: str, kind: str, year: int) -> RegisterYear:
    """Lock a year of the register until the transaction ends; it begins with the first one who asks."""
    locked = sa.select(register_years).where(*_of(unit, kind, year)).with_for_update()
    row = connection.execute(locked).one_or_none()
    if row is None:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        begun = dialect.insert(register_years).values(unit_id=unit, kind=kind, year=year, last=0)
        connection.execute(begun.on_conflict_do_nothing())
        row = connection.execute(locked).one()
    return _year(row)


def next_serial(connection: sa.Connection, unit: str, kind: str, year: int) -> int:
    """Take the next serial of a year, from 1.

    Raises:
        Forbidden: the year is closed.
    """
    held = hold_year(connection, unit, kind, year)
    if held.closed_on is not None:
        raise Forbidden(f"sổ chứng thực năm {year} đã khóa ngày {held.closed_on:%d/%m/%Y}")
    connection.execute(register_years.update().where(*_of(unit, kind, year)).values(last=held.last + 1))
    return held.last + 1


def close_year(connection: sa.Connection, unit: str, kind: str, year: int, actor: Actor, now: datetime) -> RegisterYear:
    """Close a year with its total (NĐ 23/2015/NĐ-CP Art 13); its book may be carried into the next year.

    Raises:
        NotFound: nothing was entered in that year.
        Forbidden: the year is not over but for its last day, it is closed already, or an act of it is unfinished.
    """
    today = now.astimezone(VIETNAM_TIME).date()
    if today < date(year, 12, 31):
        raise Forbidden(f"chỉ khóa sổ năm {year} từ ngày 31/12/{year}")
    if find_year(connection, unit, kind, year) is None:
        raise NotFound(f"sổ chứng thực năm {year}")
    if hold_year(connection, unit, kind, year).closed_on is not None:
        raise Forbidden(f"sổ chứng thực năm {year} đã khóa")
    unfinished = connection.execute(
        sa.select(sa.func.count())
        .select_from(register_entries)
        .join(copies, copies.c.id == register_entries.c.copy_id)
        .where(*_entered(unit, kind, year), copies.c.state.not_in(_SETTLED))
    ).scalar_one()
    if unfinished:
        raise Forbidden(f"còn {unfinished} số chứng thực chưa ký xong hoặc chưa bỏ; hãy làm xong rồi khóa sổ")
    added = totals_of(connection, unit, kind, year)
    connection.execute(
        register_years.update()
        .where(*_of(unit, kind, year))
        .values(closed_on=today, closed_by=actor.id, void=added.void, copies=added.copies, fee_vnd=added.fee_vnd)
    )
    return hold_year(connection, unit, kind, year)


def find_year(connection: sa.Connection, unit: str, kind: str, year: int) -> RegisterYear | None:
    """Return a year as it stands; None if it has not begun."""
    row = connection.execute(sa.select(register_years).where(*_of(unit, kind, year))).one_or_none()
    return None if row is None else _year(row)


def totals_of(
    connection: sa.Connection, unit: str, kind: str, year: int, days: tuple[date, date] | None = None
) -> Totals:
    """Add a year up from its entries, or only those of some days, both included."""
    void = register_entries.c.void_reason.is_not(None)

    def added(counted: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(counted), 0)

    row = connection.execute(
        sa.select(
            sa.func.count(),
            added(sa.case((void, 1), else_=0)),
            added(sa.case((void, 0), else_=register_entries.c.quantity)),
            added(sa.case((void, 0), else_=register_entries.c.fee_vnd)),
        ).where(*_entered(unit, kind, year), *([] if days is None else [register_entries.c.printed_on.between(*days)]))
    ).one()
    return Totals(*(int(number) for number in row))


def _of(unit: str, kind: str, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (register_years.c.unit_id == unit, register_years.c.kind == kind, register_years.c.year == year)


def _entered(unit: str, kind: str, year: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (register_entries.c.unit_id == unit, register_entries.c.kind == kind, register_entries.c.year == year)


def _year(row: sa.Row[Any]) -> RegisterYear:
    confirmed = None
    if row.closed_on is not None:
        confirmed = Totals(entries=row.last, void=row.void, copies=row.copies, fee_vnd=row.fee_vnd)
    return RegisterYear(row.unit_id, row.kind, row.year, row.last, row.closed_on, row.closed_by, confirmed)
