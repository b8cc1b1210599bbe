"""Turning the pages of a list that is whole in memory: a cursor names the last thing that was shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from api import list_cursors

Thing = TypeVar("Thing")


def some(
    things: Sequence[Thing], name: Callable[[Thing], str], cursor: str | None, limit: int
) -> tuple[Sequence[Thing], str | None]:
    """Return a page, and the cursor of the next one.

    A thing that left the list meanwhile begins it anew: nothing is skipped.

    Args:
        things: all of them, in their order.
        name: of a thing, in ASCII.
        cursor: of the page before.
        limit: length of the page.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    after = None if cursor is None else list_cursors.from_word(cursor, 1)[0]
    places = [place for place, thing in enumerate(things) if name(thing) == after]
    start = places[0] + 1 if places else 0
    shown = things[start : start + limit]
    more = start + limit < len(things)
    return shown, list_cursors.to_word(name(shown[-1])) if more else None
