"""A backlog that is fed into the ordinary route behind live work: which items wait, whose turn it is, how far it is.

Nothing of it is kept by a process: whoever feeds asks here before each item, so that any number of feeders may die, and
a pause holds for all of them.
"""

from storage.backfill.choosing import load, turns, waiting_row
from storage.backfill.keeping import (
    Backfill,
    Item,
    Pace,
    add_items,
    begin,
    end_item,
    find,
    find_in,
    finish,
    pause,
    resume,
)
from storage.backfill.progress import Progress, progress
from storage.backfill.words import ItemState

__all__ = [
    "Backfill",
    "Item",
    "ItemState",
    "Pace",
    "Progress",
    "add_items",
    "begin",
    "end_item",
    "find",
    "find_in",
    "finish",
    "load",
    "pause",
    "progress",
    "resume",
    "turns",
    "waiting_row",
]
