"""Changes of units by administrators, and how they are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import msgspec
import sqlalchemy as sa

from digitize.errors import InvalidInput
from digitize.tally import day_of
from digitize.targets import Level
from digitize.territory import Branch, History
from storage import changes, units
from storage.changes import Change, Deed, Kind, Reversal, Reversals, State, Subject
from storage.units import Unit
from storage.units.histories import read_history


def enter(
    connection: sa.Connection,
    deed: Deed,
    *,
    code: str,
    name: str,
    level: Level,
    parent: Unit | None,
    valid_from: date,
    branch: Branch = Branch.LOCAL,
    four_eyes: bool = False,
) -> Unit:
    """Enter a unit below another one.

    Raises:
        InvalidInput: the code, the name or the day cannot be used.
        Conflict: the code is taken.
    """
    unit = units.add_unit(
        connection, code=code, name=name, level=level, parent_id=None if parent is None else parent.id,
        valid_from=valid_from, branch=branch, four_eyes=four_eyes,
    )  # fmt: skip
    units.settle(connection, day_of(deed.at))
    subject = replace(_subject(unit), unit_id=unit.id if parent is None else parent.id)
    changes.record(connection, subject, "entered", None, state(connection, unit.id), deed)
    return units.find_unit(connection, unit.id)


def rename(connection: sa.Connection, unit: Unit, name: str, since: date, deed: Deed) -> Unit:
    """Let a unit bear another name from a day on.

    Raises:
        InvalidInput: the name is empty, or the unit does not exist on that day.
        Conflict: it was renamed on that day or later already.
    """
    before = _known(connection, unit.id)
    changed = units.rename(connection, unit.id, name, since, day_of(deed.at))
    return _record(connection, changed, "renamed", before, deed)


def move(connection: sa.Connection, unit: Unit, parent: Unit, since: date, deed: Deed) -> Unit:
    """Let a unit stand below another one from a day on, with all below it.

    Raises:
        InvalidInput: one of them does not exist on that day, or the unit would stand below itself.
        Conflict: it was moved on that day or later already.
    """
    before = _known(connection, unit.id)
    changed = units.move(connection, unit.id, parent.id, since, day_of(deed.at))
    return _record(connection, changed, "moved", before, deed)


def end(connection: sa.Connection, unit: Unit, since: date, heirs: Sequence[Unit], source: str, deed: Deed) -> Unit:
    """Let a unit be gone from a day on, with heirs of which the first answers for what it left.

    Raises:
        InvalidInput: no heir is named, or one does not exist on that day.
        Conflict: the unit ended already, on another day or with other heirs.
    """
    before = _known(connection, unit.id)
    changed = units.abolish(
        connection, unit.id, since, [heir.id for heir in heirs], source=source, today=day_of(deed.at)
    )
    return _record(connection, changed, "ended", before, deed)


def merge(
    connection: sa.Connection, merged: Sequence[Unit], heir: Unit, since: date, source: str, deed: Deed
) -> None:  # fmt: skip
    """Let several units be gone from a day on, all into one that is there already.

    Raises:
        InvalidInput: none is named, or one of them cannot end on that day.
        Conflict: one of them ended already.
    """
    if not merged:
        raise InvalidInput("chưa nêu đơn vị nào được nhập vào")
    for unit in merged:
        end(connection, unit, since, [heir], source, deed)


def ask_four_eyes(connection: sa.Connection, unit: Unit, asked: bool, deed: Deed) -> Unit:
    """Let data of a unit need a second person, or no longer."""
    before = _known(connection, unit.id)
    units.ask_four_eyes(connection, unit.id, asked)
    return _record(connection, units.find_unit(connection, unit.id), "four_eyes", before, deed)


def state(connection: sa.Connection, unit_id: str) -> State | None:
    """Return all that was, is and will be of a unit; None: there is none."""
    history = read_history(connection, unit_id)
    if history is None:
        return None
    told: State = msgspec.to_builtins(history)
    return {**told, "four_eyes": units.find_unit(connection, unit_id).four_eyes}


def _known(connection: sa.Connection, unit_id: str) -> State:
    return state(connection, unit_id) or {}


def _record(connection: sa.Connection, unit: Unit, name: str, before: State, deed: Deed) -> Unit:
    was, now = changes.differing(before, _known(connection, unit.id))
    if now:
        changes.record(connection, _subject(unit), name, was, now, deed)
    return unit


def _subject(unit: Unit) -> Subject:
    return Subject(Kind.UNIT, unit.id, f"{unit.name} ({unit.code})", unit.id)


def _put_back(connection: sa.Connection, change: Change, deed: Deed) -> None:
    present = _known(connection, change.subject.id)
    wanted = {**present, **(change.before or {})}
    four_eyes = wanted.pop("four_eyes")
    history = msgspec.convert(wanted, History)
    units.put_back(connection, change.subject.id, history, day_of(deed.at))
    units.ask_four_eyes(connection, change.subject.id, four_eyes)
    changes.need_within(connection, {change.subject.id}, deed)
    _record(connection, units.find_unit(connection, change.subject.id), "put_back", present, deed)


def _remove(connection: sa.Connection, change: Change, deed: Deed) -> None:
    units.remove_unused(connection, change.subject.id)
    changes.record(connection, change.subject, "removed", change.after, None, deed)


REVERSALS: Reversals = {
    (Kind.UNIT, "entered"): Reversal(state, _remove),
    **{
        (Kind.UNIT, name): Reversal(state, _put_back) for name in ("renamed", "moved", "ended", "four_eyes", "put_back")
    },
}
