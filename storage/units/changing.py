"""Changes of the tree from a day on: another name, another parent, an end with heirs; and what was entered wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import sqlalchemy as sa

from digitize import territory
from digitize.errors import Conflict, InvalidInput, NotFound
from digitize.territory import History
from storage.tables import unit_heirs, unit_names, unit_parents, units
from storage.units.histories import read_tree, write_histories
from storage.units.settling import settle
from storage.units.unit import Unit, find_unit


def rename(connection: sa.Connection, unit_id: str, name: str, since: date, today: date) -> Unit:
    """Let a unit bear another name from a day on; a day to come takes effect by itself.

    Raises:
        NotFound: there is no such unit.
        InvalidInput: the name is empty, or the unit does not exist on that day.
        Conflict: it was renamed on that day or later already.
    """
    return _change(connection, unit_id, lambda unit: territory.renamed(unit, name, since), today)


def move(connection: sa.Connection, unit_id: str, parent_id: str | None, since: date, today: date) -> Unit:
    """Let a unit stand below another parent from a day on, with all below it.

    Raises:
        NotFound: there is no such unit or parent.
        InvalidInput: one of them does not exist on that day, or the unit would stand below itself.
        Conflict: it was moved on that day or later already.
    """
    parent = None if parent_id is None else find_unit(connection, parent_id).code
    return _change(connection, unit_id, lambda unit: territory.moved(unit, parent, since), today)


def abolish(
    connection: sa.Connection, unit_id: str, since: date, heirs: Sequence[str], *, source: str, today: date
) -> Unit:
    """Let a unit be gone from a day on; merging is abolishing several into one heir.

    Args:
        connection: a writing transaction.
        unit_id: what ends.
        since: the first day without it.
        heirs: ids of those who take over, the principal first.
        source: the decision.
        today: the day in Vietnam.

    Raises:
        NotFound: there is no such unit or heir.
        InvalidInput: an heir does not exist on that day, none is named, or the unit would stand below itself.
        Conflict: the unit ended already, on another day or with other heirs.
    """
    codes = [find_unit(connection, heir).code for heir in heirs]
    return _change(connection, unit_id, lambda unit: territory.ended(unit, since, codes, source), today)


def put_back(connection: sa.Connection, unit_id: str, history: History, today: date) -> Unit:
    """Let a unit have a history that it had before: a change that was entered wrongly is taken back.

    Raises:
        NotFound: there is no such unit.
        InvalidInput: the history does not fit the tree as it is now.
    """
    return _change(connection, unit_id, lambda _: history, today)


def ask_four_eyes(connection: sa.Connection, unit_id: str, asked: bool) -> None:
    """Let data of a unit need a second person, or no longer.

    Raises:
        NotFound: there is no such unit.
    """
    if connection.execute(units.update().where(units.c.id == unit_id).values(four_eyes=asked)).rowcount == 0:
        raise NotFound("đơn vị")


def remove_unused(connection: sa.Connection, unit_id: str) -> None:
    """Remove a unit that was entered by mistake and that nothing refers to.

    Raises:
        NotFound: there is no such unit.
        Conflict: people, dossiers or other units refer to it already.
    """
    find_unit(connection, unit_id)
    try:
        with connection.begin_nested():
            for each in (unit_names, unit_parents, unit_heirs):
                connection.execute(each.delete().where(each.c.unit_id == unit_id))
            connection.execute(units.delete().where(units.c.id == unit_id))
    except sa.exc.IntegrityError as error:
        raise Conflict(
            "đơn vị này đã có người dùng, hồ sơ hoặc đơn vị khác gắn vào",
            remedy="Hãy cho đơn vị thôi, nêu đơn vị kế thừa.",
        ) from error


def _change(connection: sa.Connection, unit_id: str, change: Callable[[History], History], today: date) -> Unit:
    code = find_unit(connection, unit_id).code
    kept = read_tree(connection, to_change=True)
    before = kept.tree[code]
    after = change(before)
    if after != before:
        kept.tree[code] = after
        fault = next(territory.contradictions(kept.tree, [code]), None)
        if fault is not None:
            raise InvalidInput(f"đơn vị {fault.code}: {fault.sentence}")
        write_histories(connection, kept.ids, [after], today)
        settle(connection, today)
    return find_unit(connection, unit_id)
