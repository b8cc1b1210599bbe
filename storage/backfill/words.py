"""States of the items of a backlog."""

from __future__ import annotations

from enum import StrEnum


class ItemState(StrEnum):
    """Where an item of a backlog stands."""

    WAITING = "waiting"
    ENTERED = "entered"
    """Its document goes the ordinary way."""
    KNOWN = "known"
    """It was there already."""
    REFUSED = "refused"
    """Its file or its row cannot be used; running the backlog again tries it again."""
