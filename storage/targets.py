"""Counting for the targets: recorded facts only, one grouped query for each rate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from digitize import targets
from digitize.targets import Period, Rate, UnitProgress
from storage.registry import Scope
from storage.tables import documents, dossiers, results, units
from storage.units import Unit, subtree

_NOTHING = Rate(0, 0)


def progress(
    connection: sa.Connection, year: int, scope: Scope, now: datetime, *, counted_until: datetime | None = None
) -> tuple[UnitProgress, ...]:
    """Return where every unit of the scope stands, and after them every level.

    Args:
        connection: a reading transaction, so that all rates see the same moment.
        year: from 2021 to the present one.
        scope: whose units are counted.
        now: the end of the period while the year lasts.
        counted_until: count digitisation until this moment, over the register as it stood at the end of the period.

    Raises:
        InvalidInput: the year lies before the first target or has not begun, or the moment before the period's end.
    """
    period = targets.period(year, now, counted_until)
    stock, flow = _stock(connection, period, scope), _flow(connection, period, scope)
    counted = tuple(
        UnitProgress(
            unit.id,
            unit.code,
            unit.name,
            unit.level,
            period,
            stock=stock.get(unit.id, _NOTHING),
            flow=flow.get(unit.id, _NOTHING),
            target=targets.target(unit.level, period),
        )
        for unit in subtree(connection, scope)
        if _existed(unit, period) or unit.id in stock
    )
    return counted + targets.levels(counted, period)


def _existed(unit: Unit, period: Period) -> bool:
    return unit.valid_from <= period.last_day and (unit.valid_to is None or unit.valid_to >= period.first_day)


def _within(scope: Scope) -> sa.Select[tuple[str]]:
    return sa.select(units.c.id).where(units.c.path.startswith(scope.path, autoescape=True))


def _published(period: Period) -> sa.ColumnElement[bool]:
    """Say that a document was published in time and had not ended."""
    return sa.and_(
        documents.c.published_at <= period.counted_until,
        sa.or_(documents.c.ended_at.is_(None), documents.c.ended_at > period.counted_until),
    )


def _stock(connection: sa.Connection, period: Period, scope: Scope) -> Mapping[str, Rate]:
    digitised = sa.exists().where(documents.c.result_id == results.c.id, _published(period))
    in_force = sa.and_(
        results.c.issued_on <= period.last_day,
        sa.or_(results.c.valid_until.is_(None), results.c.valid_until >= period.last_day),
        sa.or_(results.c.cancelled_on.is_(None), results.c.cancelled_on > period.last_day),
    )
    return _rates(
        connection,
        sa.select(results.c.unit_id, _how_many(digitised), sa.func.count())
        .where(in_force, results.c.unit_id.in_(_within(scope)))
        .group_by(results.c.unit_id),
    )


def _flow(connection: sa.Connection, period: Period, scope: Scope) -> Mapping[str, Rate]:
    of_dossier = sa.and_(results.c.dossier_id == dossiers.c.id, documents.c.result_id == results.c.id)
    digitised = sa.exists().where(of_dossier, _published(period))
    return _rates(
        connection,
        sa.select(dossiers.c.unit_id, _how_many(digitised), sa.func.count())
        .where(
            dossiers.c.resolved_on.between(period.first_day, period.last_day),
            dossiers.c.unit_id.in_(_within(scope)),
        )
        .group_by(dossiers.c.unit_id),
    )


def _how_many(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _rates(connection: sa.Connection, query: sa.Select[tuple[str, int, int]]) -> Mapping[str, Rate]:
    return {unit: Rate(numerator, denominator) for unit, numerator, denominator in connection.execute(query).tuples()}
