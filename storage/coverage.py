"""Counting how far the service of certified copies reaches: recorded facts only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from digitize import targets
from digitize.attest.coverage import Coverage, UnitService, coverage
from digitize.targets import VIETNAM_TIME, Level, Period
from storage.register import BookKind
from storage.registry import Scope
from storage.tables import authorities, books, copies
from storage.units import subtree

_KIND = BookKind.ELECTRONIC_COPIES


def reach(connection: sa.Connection, year: int, scope: Scope, now: datetime, level: Level = Level.XA) -> Coverage:
    """Return which units of a level offer electronic certified copies, beside the target of the year.

    Args:
        connection: a reading transaction, so that all counts see the same moment.
        year: from 2021 to the present one.
        scope: whose units are counted.
        now: the end of the period while the year lasts.
        level: of the units; the target is about communes.

    Raises:
        InvalidInput: the year lies before 2021 or has not begun.
    """
    period = targets.period(year, now)
    opened, issued = _with_books(connection, period), _issued(connection, period)
    staffed = _with_certifiers(connection, period)
    counted = [
        UnitService(
            unit.id,
            unit.code,
            unit.name,
            unit.level,
            has_book=unit.id in opened,
            has_certifier=unit.id in staffed,
            issued=issued.get(unit.id, 0),
        )
        for unit in subtree(connection, scope)
        if unit.level is level
        and unit.valid_from <= period.last_day
        and (unit.valid_to is None or unit.valid_to >= period.first_day)
    ]
    return coverage(counted, level, period)


def _began(period: Period) -> datetime:
    return datetime.combine(period.first_day, time(), VIETNAM_TIME)


def _with_certifiers(connection: sa.Connection, period: Period) -> frozenset[str]:
    ends = (authorities.c.ends_at, authorities.c.ended_early_at)
    lasted = [sa.or_(end.is_(None), end > _began(period)) for end in ends]
    rows = connection.execute(
        sa.select(authorities.c.unit_id, authorities.c.acts).where(authorities.c.starts_at <= period.end, *lasted)
    )
    return frozenset(unit for unit, acts in rows.tuples() if _KIND.act.value in acts)


def _with_books(connection: sa.Connection, period: Period) -> frozenset[str]:
    still_open = sa.or_(books.c.closed_on.is_(None), books.c.closed_on >= period.first_day)
    return frozenset(
        connection.execute(
            sa.select(books.c.unit_id).where(
                books.c.kind == _KIND.value, books.c.opened_on <= period.last_day, still_open
            )
        ).scalars()
    )


def _issued(connection: sa.Connection, period: Period) -> Mapping[str, int]:
    until = period.end + timedelta(microseconds=1)
    rows = connection.execute(
        sa.select(copies.c.unit_id, sa.func.count())
        .where(copies.c.issued_at >= _began(period), copies.c.issued_at < until)
        .group_by(copies.c.unit_id)
    )
    return dict(rows.tuples().all())
