"""Changes as administrators read them: who, when, why, what it was before and is now, and whether it can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from api import list_cursors
from api.change_words import ADDRESSES, FIELD_NAMES, VALUE_NAMES
from api.web.language import told
from digitize.errors import NotFound
from storage import changes, shown
from storage.administration.undoing import REVERSALS
from storage.changes import COMMAND_LINE, Change, Found, Kind, Place, Wanted
from storage.registry import Scope

PAGE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change, in the words of the language spoken."""

    field: str
    """Its name in a state."""
    before: str
    """Empty: nothing was there."""
    after: str


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change as it is read."""

    change: Change
    who: str
    """Empty: the command line."""
    address: str
    """Of the subject's page; empty: it has none."""
    can_be_undone: bool

    @property
    def lines(self) -> Sequence[Line]:
        """The fields that changed; asked while the page is rendered, when its language is known."""
        before, after = self.change.before or {}, self.change.after or {}
        lines = []
        for name in dict.fromkeys([*before, *after]):
            was, now = _apart(before.get(name), after.get(name))
            lines.append(Line(name, told_value(name, was), told_value(name, now)))
        return [line for line in lines if line.before or line.after]


@dataclass(frozen=True, slots=True)
class ShownChanges:
    """A page of them."""

    changes: tuple[ShownChange, ...]
    following: str | None
    """Cursor of the next page; None: there is none."""
    at_start: bool


def of_subject(
    connection: sa.Connection, kind: Kind, subject_id: str, scope: Scope, cursor: str | None = None
) -> ShownChanges:
    """Return the changes of one thing, the newest first."""
    return search(connection, Wanted(kind, subject_id), scope, cursor)


def search(
    connection: sa.Connection, wanted: Wanted, scope: Scope, cursor: str | None = None, limit: int = PAGE_LENGTH
) -> ShownChanges:
    """Return changes of the scope, the newest first, a page at a time.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    after = None if cursor is None else _place(cursor)
    return _shown(connection, changes.search(connection, wanted, scope, after=after, limit=limit), cursor)


def _shown(connection: sa.Connection, found: Found, cursor: str | None) -> ShownChanges:
    names = shown.names(connection, (each.deed.actor for each in found.changes))
    following = None if found.following is None else _word(found.following)
    return ShownChanges(tuple(_change(each, names) for each in found.changes), following, cursor is None)


def _change(change: Change, names: Mapping[str, str]) -> ShownChange:
    actor = change.deed.actor
    kind = change.subject.kind
    page = ADDRESSES.get(kind.value)
    return ShownChange(
        change, "" if actor == COMMAND_LINE else names.get(actor, actor),
        f"{page}{change.subject.id}" if page and change.after is not None else "",
        (kind, change.name) in REVERSALS and change.undone_by is None,
    )  # fmt: skip


def _apart(was: object, now: object) -> tuple[object, object]:
    """Leave out of two lists what stands in both."""
    if isinstance(was, list) and isinstance(now, list):
        return [each for each in was if each not in now], [each for each in now if each not in was]
    return was, now


def told_value(field: str, value: object) -> str:
    """Write a value of a state for people, in the language spoken."""
    match value:
        case None | "" | [] | ():
            return ""
        case bool():
            return told("có") if value else told("không")
        case list() | tuple():
            return "; ".join(told_value(field, each) for each in value)
        case dict():
            shown_parts = (_told_part(name, each) for name, each in value.items() if not name.endswith("_id"))
            return ", ".join(part for part in shown_parts if part)
    words = VALUE_NAMES.get(field, {})
    return told(words[str(value)]) if str(value) in words else _day(str(value))


def _told_part(name: str, value: object) -> str:
    said = told_value(name, value)
    word = FIELD_NAMES.get(name)
    return said if not said or word is None else f"{told(word).lower()} {said}"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).strftime("%d/%m/%Y") if len(text) == 10 else text
    except ValueError:
        return text


def _word(place: Place) -> str:
    return list_cursors.to_word(place.at.isoformat(), place.subject, str(place.sequence))


def _place(cursor: str) -> Place:
    at, subject, sequence = list_cursors.from_word(cursor, 3)
    try:
        return Place(datetime.fromisoformat(at).astimezone(UTC), subject, int(sequence))
    except (ValueError, OverflowError) as error:
        raise list_cursors.not_ours() from error


def kind_of(word: str) -> Kind | None:
    """Read a kind out of an address; None when it is empty.

    Raises:
        NotFound: there is no such kind.
    """
    if not word:
        return None
    try:
        return Kind(word)
    except ValueError as error:
        raise NotFound("loại thay đổi") from error
