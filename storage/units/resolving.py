"""Which unit a paper's agency was: by the names that were borne on the paper's date, then by who answers today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from digitize.offices import OfficeName, read_name
from storage.registry import EVERYTHING, Scope
from storage.tables import unit_names, unit_parents, units
from storage.units.standing import answering, heir_on

SURE, WITHOUT_MARKS, UNPLACED = 1.0, 0.95, 0.9
"""Scores: name and every territory around it agree; the text had no marks to compare; it named no territory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that bore the name on the date."""

    unit_id: str
    code: str
    name: str
    """As borne on the date."""
    score: float
    """0.0 to 1.0."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a name."""

    unit: Candidate | None
    """None: không rõ."""
    answering: str | None
    """Id of the unit that answers for it today; None when the unit is not known."""
    candidates: tuple[Candidate, ...]
    """All that fit, best first; more than one equally good: không rõ."""
    reason: str
    """A Vietnamese sentence."""


def resolve(
    connection: sa.Connection, name: str, on: date, today: date, *, above: str = "", scope: Scope = EVERYTHING
) -> Resolution:
    """Find the unit that a paper names.

    Args:
        connection: of a transaction.
        name: the agency as printed.
        on: the paper's date.
        today: the day whose heirs answer.
        above: the agency over it in the letterhead.
        scope: among which units.
    """
    wanted = read_name(name, above)
    if not wanted.key:
        return Resolution(None, None, (), "Không rõ: tên cơ quan để trống.")
    bearers = _bearers(connection, wanted.key, scope, on)
    if not bearers:
        return Resolution(None, None, (), _unknown(connection, wanted.key, scope, on))
    found = sorted(_fitting(connection, wanted, bearers, on), key=lambda one: (-one.score, one.code))
    if not found:
        return Resolution(None, None, (), "Không rõ: có đơn vị tên này nhưng không thuộc địa bàn được nêu.")
    best = [one for one in found if one.score == found[0].score]
    if len(best) > 1:
        return Resolution(None, None, tuple(found), f"Không rõ: {len(best)} đơn vị cùng phù hợp vào ngày đó.")
    answers = heir_on(connection, best[0].unit_id, today)
    told = "Đơn vị còn hoạt động." if answers == best[0].unit_id else "Đơn vị đã thôi; đơn vị kế thừa trả lời thay."
    return Resolution(best[0], answers, tuple(found), told)


def _bearers(connection: sa.Connection, key: str, scope: Scope, on: date | None) -> Sequence[tuple[str, str, str]]:
    """Give id, code and name of the units of the scope that bore a name on a day, or ever."""
    query = (
        sa.select(units.c.id, units.c.code, unit_names.c.name)
        .join(unit_names, unit_names.c.unit_id == units.c.id)
        .where(unit_names.c.folded == key, units.c.path.startswith(scope.path, autoescape=True))
    )
    return [tuple(row) for row in connection.execute(query if on is None else query.where(_on(unit_names, on)))]


def _on(table: sa.Table, day: date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.valid_from <= day, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day))


def _unknown(connection: sa.Connection, key: str, scope: Scope, on: date) -> str:
    if _bearers(connection, key, scope, None):
        return f"Không rõ: vào ngày {on:%d/%m/%Y} không đơn vị nào mang tên này, chỉ vào ngày khác."
    return "Không rõ: chưa có đơn vị nào tên này trong danh mục."


def _fitting(
    connection: sa.Connection, wanted: OfficeName, bearers: Sequence[tuple[str, str, str]], on: date
) -> list[Candidate]:
    around = _territories(connection, [unit_id for unit_id, _, _ in bearers], on)
    fitting = []
    for unit_id, code, name in bearers:
        borne = read_name(name)
        if wanted.has_marks and borne.has_marks and borne.marked != wanted.marked:
            continue
        if not set(wanted.within) <= {*around[unit_id], *borne.within}:
            continue
        score = SURE if wanted.has_marks else WITHOUT_MARKS
        fitting.append(Candidate(unit_id, code, name, score if wanted.within else min(score, UNPLACED)))
    return fitting


def _territories(connection: sa.Connection, found: Sequence[str], on: date) -> Mapping[str, frozenset[str]]:
    """Give the territories in which units lay on a day: the names of all that stood above them."""
    rows = connection.execute(
        sa.select(unit_parents.c.unit_id, unit_parents.c.parent_id).where(_on(unit_parents, on))
    ).tuples()
    heirs = answering(connection, EVERYTHING, on)
    parents = {unit: None if parent is None else heirs.get(parent, parent) for unit, parent in rows}
    ways = {unit_id: _way_up(unit_id, parents) for unit_id in found}
    wanted = {each for way in ways.values() for each in way}
    borne = sa.select(unit_names.c.unit_id, unit_names.c.folded).where(unit_names.c.unit_id.in_(wanted))
    keys = dict(connection.execute(borne.where(_on(unit_names, on))).tuples().all())
    return {unit_id: frozenset(keys[each] for each in way if each in keys) for unit_id, way in ways.items()}


def _way_up(unit_id: str, parents: Mapping[str, str | None]) -> list[str]:
    way: list[str] = []
    at = parents.get(unit_id)
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way
