"""Changes of the targets that authorities set for the units below them, and how they are taken back."""

from __future__ import annotations

from datetime import date

import msgspec
import sqlalchemy as sa

from digitize.errors import NotFound
from digitize.targets import Level, LocalTarget
from storage import changes, local_targets
from storage.changes import Change, Deed, Kind, Reversal, Reversals, State, Subject
from storage.units import Unit


def enter(
    connection: sa.Connection,
    unit: Unit,
    deed: Deed,
    *,
    year: int,
    level: Level | None,
    measure: str,
    percent: int,
    source: str,
    since: date | None = None,
    until: date | None = None,
) -> LocalTarget:
    """Set a target for a unit and all below it; the arguments are those of :func:`storage.local_targets.enter`.

    Raises:
        InvalidInput: source, year, share or days cannot be used.
    """
    entered = local_targets.enter(
        connection, unit, year=year, level=level, measure=measure, percent=percent, source=source, since=since,
        until=until, entered_by=deed.actor, now=deed.at,
    )  # fmt: skip
    changes.record(connection, _subject(entered), "entered", None, _state(entered), deed)
    return entered


def change(
    connection: sa.Connection,
    present: LocalTarget,
    deed: Deed,
    *,
    level: Level | None,
    percent: int,
    source: str,
    since: date | None = None,
    until: date | None = None,
) -> LocalTarget:
    """Let a target ask for something else; the arguments are those of :func:`storage.local_targets.change`.

    Raises:
        InvalidInput: source, share or days cannot be used.
        Forbidden: it was withdrawn.
    """
    after = local_targets.change(
        connection, present, level=level, percent=percent, source=source, since=since, until=until
    )
    return _record(connection, "changed", present, after, deed)


def end(connection: sa.Connection, present: LocalTarget, until: date, deed: Deed) -> LocalTarget:
    """Let a target hold until a day and no longer.

    Raises:
        InvalidInput: the day lies outside the target's time, or it was withdrawn.
    """
    return _record(connection, "target_ended", present, local_targets.end(connection, present, until), deed)


def withdraw(connection: sa.Connection, present: LocalTarget, deed: Deed) -> LocalTarget:
    """Take a target back, as if it had never been set.

    Raises:
        Forbidden: it was withdrawn before.
    """
    return _record(connection, "withdrawn", present, local_targets.withdraw(connection, present), deed)


def _record(connection: sa.Connection, name: str, before: LocalTarget, after: LocalTarget, deed: Deed) -> LocalTarget:
    was, now = changes.differing(_state(before), _state(after))
    if now:
        changes.record(connection, _subject(after), name, was, now, deed)
    return after


def _subject(target: LocalTarget) -> Subject:
    label = f"{target.unit_code}, {target.year}, {target.measure}"
    return Subject(Kind.TARGET, target.id, label, target.unit_id)


def _state(target: LocalTarget) -> State:
    told: State = msgspec.to_builtins(target)
    return {name: value for name, value in told.items() if name not in {"id", "unit_id"}}


def _present(connection: sa.Connection, target_id: str) -> State | None:
    try:
        return _state(local_targets.find(connection, target_id))
    except NotFound:
        return None


def _withdraw_again(connection: sa.Connection, change: Change, deed: Deed) -> None:
    """Undo that a target was set: it stays in the register, withdrawn."""
    withdraw(connection, local_targets.find(connection, change.subject.id, to_change=True), deed)


def _put_back(connection: sa.Connection, change: Change, deed: Deed) -> None:
    present = local_targets.find(connection, change.subject.id, to_change=True)
    was = msgspec.convert({**msgspec.to_builtins(present), **(change.before or {})}, LocalTarget)
    local_targets.put(connection, was)
    _record(connection, "put_back", present, was, deed)


REVERSALS: Reversals = {
    (Kind.TARGET, "entered"): Reversal(_present, _withdraw_again),
    **{
        (Kind.TARGET, name): Reversal(_present, _put_back)
        for name in ("changed", "target_ended", "withdrawn", "put_back")
    },
}
