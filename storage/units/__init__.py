"""The units that resolve dossiers: a tree through time, whose subtrees are what an actor may see.

``units`` holds what is so today: name, parent, and the path of ids from the top down. A unit that is gone stands below
its principal heir, so that the heir's scope covers what it inherited. Names, parents and heirs of every day are in
``unit_names``, ``unit_parents`` and ``unit_heirs``; :func:`settle` makes today's columns agree with them. Whatever else
needs a unit's path joins ``units``: nothing keeps a copy of it.
"""

from storage.units.changing import abolish, ask_four_eyes, move, put_back, remove_unused, rename
from storage.units.entering import add_unit
from storage.units.resolving import Candidate, Resolution, resolve
from storage.units.settling import due, settle
from storage.units.standing import UnitOnDay, answering, as_they_are, heir_on, on_day
from storage.units.unit import Unit, find_by_code, find_unit, subtree, way_down

__all__ = [
    "Candidate",
    "Resolution",
    "Unit",
    "UnitOnDay",
    "abolish",
    "add_unit",
    "answering",
    "as_they_are",
    "ask_four_eyes",
    "due",
    "find_by_code",
    "find_unit",
    "heir_on",
    "move",
    "on_day",
    "put_back",
    "remove_unused",
    "rename",
    "resolve",
    "settle",
    "subtree",
    "way_down",
]
