"""What a work list shows, as its address says: so that it can be sent, kept as a view, and gone back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.schemas import PRINTABLE
from api.web.visiting import iso_day
from digitize.errors import InvalidInput
from digitize.lifecycle import WAITING_FOR, Office, State
from digitize.targets import VIETNAM_TIME
from storage.registry import Sought

MINE = "mine"
"""The filter for what waits for the person's own office."""


class Density(StrEnum):
    """How much of a document a line shows."""

    CLOSE = "close"
    USUAL = "usual"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What is shown; empty: everything."""

    state: str = ""
    """A state, or :data:`MINE`."""
    dossier: str = ""
    unit: str = ""
    """Code; with all that stand below it."""
    first: date | None = None
    """Received from this day, in Vietnam."""
    last: date | None = None
    """Received up to the end of this day."""

    @property
    def pairs(self) -> Mapping[str, str]:
        """Return the filter as the pairs of an address."""
        told = {
            "state": self.state, "dossier": self.dossier, "unit": self.unit,
            "first": self.first.isoformat() if self.first else "", "last": self.last.isoformat() if self.last else "",
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}

    @property
    def query(self) -> str:
        """Return the filter as the query of an address."""
        return urlencode(self.pairs)

    def address(self, **changed: str) -> str:
        """Return the list's address with some of the filter changed; an empty value takes it away."""
        told = {name: value for name, value in {**self.pairs, **changed}.items() if value}
        return f"/?{urlencode(told)}" if told else "/"

    def states(self, office: Office) -> tuple[State, ...]:
        """Return the states that are shown to a person; none: all."""
        if self.state == MINE:
            return waiting_states(office)
        return (State(self.state),) if self.state in set(State) else ()

    @property
    def sought(self) -> Sought:
        """Return what must hold besides the state."""
        behind = None if self.last is None else self.last + timedelta(days=1)
        return Sought(self.unit or None, _morning(self.first), _morning(behind))


def waiting_states(office: Office) -> tuple[State, ...]:
    """Return the states in which a document waits for an office."""
    return tuple(state for state, waiting in WAITING_FOR.items() if waiting.value == office.value)


def read_filter(pairs: Mapping[str, str]) -> ListFilter:
    """Return the filter that the pairs of an address say; what is unknown is left out.

    Raises:
        InvalidInput: a day is none.
    """
    state = pairs.get("state", "")
    return ListFilter(
        state if state == MINE or state in set(State) else "",
        pairs.get("dossier", "").strip(),
        pairs.get("unit", "").strip(),
        _day(pairs.get("first", "")),
        _day(pairs.get("last", "")),
    )


def _filter(
    state: Annotated[str, Query(max_length=40)] = "",
    dossier: Annotated[str, Query(max_length=64, pattern=PRINTABLE)] = "",
    unit: Annotated[str, Query(max_length=64, pattern=PRINTABLE)] = "",
    first: Annotated[str, Query(max_length=10)] = "",
    last: Annotated[str, Query(max_length=10)] = "",
) -> ListFilter:
    return read_filter({"state": state, "dossier": dossier, "unit": unit, "first": first, "last": last})


FilterOf = Annotated[ListFilter, Depends(_filter)]
"""The filter that an address names."""


def _day(word: str) -> date | None:
    try:
        return date.fromisoformat(iso_day(word.strip())) if word.strip() else None
    except ValueError as error:
        raise InvalidInput("ngày lọc không đúng", remedy="Hãy gõ ngày/tháng/năm, chẳng hạn 05/03/2026.") from error


def _morning(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, VIETNAM_TIME)
