"""Targets that an authority sets for the units below it: entered by people, changed, ended or withdrawn, never removed.

What each was before stands in the journal of changes: :mod:`storage.administration.targets`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from digitize.errors import Forbidden, InvalidInput, NotFound
from digitize.targets import FIRST_YEAR, Level, LocalTarget, Period
from storage.registry import EVERYTHING, Scope
from storage.tables import local_targets, units
from storage.units import Unit

FAR_FUTURE = 2199
"""The last year for which a target can be set."""

SOURCE_MAX = 500
"""Characters."""

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
    first = _checked(year, percent, source, since, until)
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


def _checked(year: int, percent: int, source: str, since: date | None, until: date | None) -> date:
    """Return the first day of a target that can be set.

    Raises:
        InvalidInput: it cannot.
    """
    if not source.strip():
        raise InvalidInput("thiếu căn cứ của chỉ tiêu (số, ngày văn bản)")
    if len(source.strip()) > SOURCE_MAX:
        raise InvalidInput(f"căn cứ dài quá {SOURCE_MAX} ký tự")
    in_a_year = f"chỉ tiêu phải nằm trong một năm, từ {FIRST_YEAR}, ngày cuối không trước ngày đầu"
    if not FIRST_YEAR <= year <= FAR_FUTURE:
        raise InvalidInput(in_a_year)
    first = since or date(year, 1, 1)
    if first.year != year or (until is not None and (until < first or until.year != year)):
        raise InvalidInput(in_a_year)
    if not 0 <= percent <= 100:
        raise InvalidInput("chỉ tiêu phải từ 0 đến 100 phần trăm")
    return first


def find(
    connection: sa.Connection, target_id: str, scope: Scope = EVERYTHING, *, to_change: bool = False
) -> LocalTarget:
    """Return a target, withdrawn or not.

    Args:
        connection: of a transaction, a writing one where it is to be changed.
        target_id: of the target.
        scope: the caller's units.
        to_change: nobody else changes it until the transaction ends.

    Raises:
        NotFound: there is none, or it is set for a unit outside the scope.
    """
    query = _SELECT.where(local_targets.c.id == target_id, units.c.path.startswith(scope.path, autoescape=True))
    if to_change:
        query = query.with_for_update(of=local_targets)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("chỉ tiêu địa phương")
    return _target(row)


def change(
    connection: sa.Connection,
    present: LocalTarget,
    *,
    level: Level | None,
    percent: int,
    source: str,
    since: date | None,
    until: date | None,
) -> LocalTarget:
    """Let a target ask for something else; its unit, year and measure stay.

    Args:
        connection: a writing transaction.
        present: as it stands.
        level: of the units that are asked; None: all.
        percent: 0 to 100.
        source: the decision or plan, as it is cited.
        since: first day; None: 1 January of the year.
        until: last day; None: the end of the year.

    Raises:
        InvalidInput: source, share or days cannot be used.
        Forbidden: it was withdrawn.
    """
    if present.withdrawn:
        raise Forbidden("chỉ tiêu này đã rút", remedy="Hãy hoàn tác việc rút, hoặc giao chỉ tiêu mới.")
    first = _checked(present.year, percent, source, since, until)
    after = replace(present, level=level, percent=percent, source=source.strip(), since=first, until=until)
    put(connection, after)
    return after


def withdraw(connection: sa.Connection, present: LocalTarget) -> LocalTarget:
    """Take a target back, as if it had never been set.

    Raises:
        Forbidden: it was withdrawn before.
    """
    if present.withdrawn:
        raise Forbidden("chỉ tiêu này đã rút", remedy="")
    after = replace(present, withdrawn=True)
    put(connection, after)
    return after


def put(connection: sa.Connection, target: LocalTarget) -> None:
    """Write down all that can change of a target."""
    connection.execute(
        local_targets.update()
        .where(local_targets.c.id == target.id)
        .values(
            level=None if target.level is None else target.level.value, percent=target.percent, source=target.source,
            since=target.since, until=target.until, withdrawn=target.withdrawn,
        )
    )  # fmt: skip


def end(connection: sa.Connection, present: LocalTarget, until: date) -> LocalTarget:
    """Let a target hold until a day and no longer.

    Raises:
        InvalidInput: the day lies before its first one or after its end, or the target was withdrawn.
    """
    if present.withdrawn or not present.since <= until <= (present.until or date(present.year, 12, 31)):
        raise InvalidInput("ngày thôi áp dụng phải nằm trong thời gian áp dụng của chỉ tiêu")
    after = replace(present, until=until)
    put(connection, after)
    return after


def listing(connection: sa.Connection, year: int, scope: Scope) -> Sequence[LocalTarget]:
    """Return the targets of a year that are set for units of the scope and were not withdrawn."""
    inside = units.c.path.startswith(scope.path, autoescape=True)
    rows = connection.execute(
        _SELECT.where(local_targets.c.year == year, sa.not_(local_targets.c.withdrawn), inside).order_by(
            units.c.code, local_targets.c.since
        )
    )
    return [_target(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """A target as administrators see it in a list."""

    target: LocalTarget
    unit_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    unit_code: str
    since: date
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of targets, by unit and first day."""

    targets: tuple[Listed, ...]
    following: Place | None
    """None: there are no more."""


def register(
    connection: sa.Connection, year: int, scope: Scope, *, after: Place | None = None, limit: int = 50
) -> Found:
    """Return the targets of a year for units of the scope, those that were withdrawn too, a page at a time.

    Args:
        connection: a reading transaction.
        year: of the targets.
        scope: the caller's units.
        after: where the page before ended.
        limit: length of the page.
    """
    order = (units.c.code, local_targets.c.since, local_targets.c.id)
    query = _SELECT.add_columns(units.c.name.label("unit_name")).where(
        local_targets.c.year == year, units.c.path.startswith(scope.path, autoescape=True)
    )
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, (after.unit_code, after.since, after.id))))
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    found = tuple(Listed(_target(row), row.unit_name) for row in rows[:limit])
    last = found[-1].target if len(rows) > limit else None
    return Found(found, None if last is None else Place(last.unit_code, last.since, last.id))


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
        _SELECT.where(
            local_targets.c.year == period.year, local_targets.c.measure.in_(sorted(measures)),
            sa.not_(local_targets.c.withdrawn),
        )
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
        row.percent, row.source, row.since, row.until, row.withdrawn,
    )  # fmt: skip
