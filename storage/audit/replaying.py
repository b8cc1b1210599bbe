"""Events of the history, made again from what was written down, and the state that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from digitize.errors import SohoaError
from storage.history import REASON, Entry

E = TypeVar("E")
R = TypeVar("R")

GONE = "(đã xóa theo quyết định)"
"""Stands for a reason that a purge took away."""


@dataclass(frozen=True, slots=True)
class Told(Generic[R]):
    """An entry with its values, and the record before and after it."""

    entry: Entry
    values: Mapping[str, Any]
    """Payload and personal values together."""
    before: R
    after: R


class NotReplayed(Exception):
    """An entry that the rules do not allow, or that is none of ours."""

    def __init__(self, entry: Entry, problem: str) -> None:
        """Name the entry and say what is wrong with it."""
        super().__init__(problem)
        self.entry = entry
        self.problem = problem


def values_of(entry: Entry, private: Mapping[tuple[int, str], str]) -> dict[str, Any]:
    """Return what an entry says, its personal values among it; those that are gone are named as gone."""
    told = dict(entry.payload)
    for name in told.pop("private", {}):
        told[name] = private.get((entry.sequence, name), GONE if name == REASON else None)
    return told


def replay(
    first: R,
    chain: Sequence[Entry],
    private: Mapping[tuple[int, str], str],
    kinds: Mapping[str, type[E]],
    apply: Callable[[R, E], R],
) -> Iterator[Told[R]]:
    """Give every entry behind the first with the records around it.

    Raises:
        NotReplayed: the rules do not allow what the history says.
    """
    record = first
    for entry in chain:
        kind = kinds.get(entry.name)
        if kind is None:
            raise NotReplayed(entry, "là sự kiện không có trong quy tắc")
        values = values_of(entry, private)
        actor = {"id": entry.actor.id, "office": entry.actor.office.value}
        try:
            after = apply(record, msgspec.convert({**values, "actor": actor}, kind))
        except (SohoaError, msgspec.ValidationError) as fault:
            raise NotReplayed(entry, "không theo quy tắc của vòng đời") from fault
        yield Told(entry, values, record, after)
        record = after
