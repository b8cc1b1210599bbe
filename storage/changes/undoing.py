"""Taking a change back: by the function that made it, unless the thing has changed since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from digitize.errors import Conflict, Impossible
from storage.changes.change import Change, Deed, Kind, State
from storage.changes.finding import find, undoing_of
from storage.changes.recording import plain
from storage.registry import Scope
from storage.tables import units


@dataclass(frozen=True, slots=True)
class Reversal:
    """How changes of one name are taken back."""

    present: Callable[[sa.Connection, str], State | None]
    """Returns the subject's state as it is now, by its id; None: there is no such thing any more."""
    restore: Callable[[sa.Connection, Change, Deed], None]
    """Brings ``before`` back and records that, with the deed it is given."""


Reversals = Mapping[tuple[Kind, str], Reversal]
"""By kind of subject and name of the change; what is not in it cannot be undone."""


def undo(connection: sa.Connection, change_id: str, scope: Scope, deed: Deed, reversals: Reversals) -> Change:
    """Take a change back: a new change restores what was so before.

    Args:
        connection: a writing transaction.
        change_id: of the change.
        scope: the caller's units.
        deed: who undoes it, when and why.
        reversals: how each kind of change is taken back.

    Raises:
        NotFound: there is no such change in the scope.
        Conflict: it was undone already, cannot be undone, or the subject has changed since.
    """
    change = find(connection, change_id, scope)
    if change.undone_by is not None:
        raise Conflict("thay đổi này đã được hoàn tác", remedy="")
    reversal = reversals.get((change.subject.kind, change.name))
    if reversal is None:
        raise Conflict("loại thay đổi này không hoàn tác được", remedy="")
    if not _still_so(plain(reversal.present(connection, change.subject.id)), change.after):
        raise Conflict(
            f"{change.subject.label} đã thay đổi tiếp sau đó",
            remedy="Hãy xem lịch sử rồi hoàn tác thay đổi mới hơn trước, hoặc sửa trực tiếp.",
        )
    reversal.restore(connection, change, replace(deed, undoes=change.id))
    made = undoing_of(connection, change)
    if made is None:
        raise Impossible(f"undoing {change.subject.kind}/{change.name} recorded nothing")
    return made


def need_within(connection: sa.Connection, unit_ids: Collection[str], deed: Deed) -> None:
    """Refuse to put something back to where the actor may not reach.

    Raises:
        Conflict: one of the units lies outside the actor's scope.
    """
    inside = units.c.id.in_(unit_ids), units.c.path.startswith(deed.scope.path, autoescape=True)
    reached = connection.execute(sa.select(sa.func.count()).select_from(units).where(*inside)).scalar_one()
    if reached < len(set(unit_ids)):
        raise Conflict("hoàn tác sẽ động đến đơn vị ngoài phạm vi của bạn", remedy="Hãy nhờ quản trị cấp trên.")


def _still_so(present: State | None, after: State | None) -> bool:
    if present is None or after is None:
        return present is None and after is None
    return all(present.get(name) == value for name, value in after.items())
