"""Targets that an authority sets for the units below it: entered by people, ended, never changed or removed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import InvalidInput, NotFound
from digitize.targets import FIRST_YEAR, Level, LocalTarget, Period
from storage.registry import Scope
from storage.tables import local_targets, units
from storage.units import Unit

_SELECT = sa.select(local_targets, units.c.code.label("unit_code")).join(units, units.c.id == local_targets.c.unit_id)


def enter(
    connection: sa.Connection,
    unit: Unit,
    *,
    year: int,
    level: Level | None,
    measure: str,
    percent: int,
    source: str,
    since: date | None,
    until: date | None,
    entered_by: str,
    now: datetime,
) -> LocalTarget:
    """Enter a target for a unit and all below it.

    Args:
        connection: a writing transaction.
        unit: within the caller's scope.
        year: from 2021 on.
        level: of the units that are asked; None: all.
        measure: ``stock``, ``flow`` or the code of an indicator; the caller knows it.
        percent: 0 to 100.
        source: the decision or plan, as it is cited.
        since: first day; None: 1 January of the year.
        until: last day; None: the end of the year.
        entered_by: id of the person.
        now: when.

    Raises:
        InvalidInput: source, year, share or days cannot be used.
    """
    first = since or date(max(year, 1), 1, 1)
    if not source.strip():
        raise InvalidInput("thiếu căn cứ của chỉ tiêu (số, ngày văn bản)")
    if year < FIRST_YEAR or first.year != year or (until is not None and (until < first or until.year != year)):
        raise InvalidInput(f"chỉ tiêu phải nằm trong một năm, từ {FIRST_YEAR}, ngày cuối không trước ngày đầu")
    if not 0 <= percent <= 100:
        raise InvalidInput("chỉ tiêu phải từ 0 đến 100 phần trăm")
    entered = LocalTarget(
        uuid.uuid4().hex, unit.id, unit.code, year, level, measure, percent, source.strip(), first, until
    )
    connection.execute(
        local_targets.insert().values(
            id=entered.id, unit_id=unit.id, year=year, level=None if level is None else level.value, measure=measure,
            percent=percent, source=entered.source, since=first, until=until, entered_by=entered_by, entered_at=now,
        )
    )  # fmt: skip
    return entered


def end(connection: sa.Connection, target_id: str, until: date, scope: Scope) -> LocalTarget:
    """Let a target hold until a day and no longer.

    Raises:
        NotFound: there is none, or it is set for a unit outside the scope.
        InvalidInput: the day lies before its first one or after its end.
    """
    inside = units.c.path.startswith(scope.path, autoescape=True)
    row = connection.execute(_SELECT.where(local_targets.c.id == target_id, inside)).one_or_none()
    if row is None:
        raise NotFound("chỉ tiêu địa phương")
    present = _target(row)
    if not present.since <= until <= (present.until or date(present.year, 12, 31)):
        raise InvalidInput("ngày thôi áp dụng phải nằm trong thời gian áp dụng của chỉ tiêu")
    connection.execute(local_targets.update().where(local_targets.c.id == target_id).values(until=until))
    return _target(connection.execute(_SELECT.where(local_targets.c.id == target_id)).one())


def listing(connection: sa.Connection, year: int, scope: Scope) -> Sequence[LocalTarget]:
    """Return the targets of a year that are set for units of the scope."""
    inside = units.c.path.startswith(scope.path, autoescape=True)
    rows = connection.execute(
        _SELECT.where(local_targets.c.year == year, inside).order_by(units.c.code, local_targets.c.since)
    )
    return [_target(row) for row in rows]


def asking(
    connection: sa.Connection, of: Sequence[Unit], measures: Collection[str], period: Period
) -> Mapping[str, tuple[LocalTarget, ...]]:
    """Return what each unit is asked for at the end of a period: of each measure, by the nearest authority.

    Args:
        connection: of a transaction.
        of: the units.
        measures: which.
        period: of the question.
    """
    rows = connection.execute(
        _SELECT.where(local_targets.c.year == period.year, local_targets.c.measure.in_(sorted(measures)))
        .order_by(local_targets.c.entered_at, local_targets.c.id)
    )  # fmt: skip
    by_unit: dict[str, list[LocalTarget]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(_target(row))
    return {unit.id: found for unit in of if (found := tuple(_nearest(unit, by_unit, period).values()))}


def _nearest(unit: Unit, by_unit: Mapping[str, Sequence[LocalTarget]], period: Period) -> Mapping[str, LocalTarget]:
    """Take the target of the unit itself or of the nearest one above; entered later counts before entered earlier."""
    found: dict[str, LocalTarget] = {}
    for above in unit.path.strip("/").split("/"):
        found |= {each.measure: each for each in by_unit.get(above, ()) if each.asks(unit.level, period)}
    return found


def _target(row: sa.Row[Any]) -> LocalTarget:
    return LocalTarget(
        row.id, row.unit_id, row.unit_code, row.year, None if row.level is None else Level(row.level), row.measure,
        row.percent, row.source, row.since, row.until,
    )  # fmt: skip
