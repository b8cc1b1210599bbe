"""What the rules know of a document, and what every event is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from digitize.errors import InvalidInput
from digitize.lifecycle.states import Office, State


@dataclass(frozen=True, slots=True)
class Actor:
    """Who causes an event."""

    id: str
    """Of the person, the client or the worker process."""
    office: Office


@dataclass(frozen=True, slots=True)
class Record:
    """What the rules need to know of a document."""

    document: str
    """Opaque id."""
    state: State
    version: int
    """Raised by one with every event; 0 right after receipt."""
    capture: int
    """1-based number of the scan in force."""
    hands: frozenset[str] = frozenset()
    """Ids of those who entered or changed the data of this capture."""
    four_eyes: bool = False
    """The unit asks for a second person."""
    cleared: bool = False
    """A supervisor found that the secrecy mark is none."""
    metadata_version: int = 0
    """0 before the first confirmation."""
    purge_proposed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a document; the class name is its name in the history."""

    actor: Actor

    offices: ClassVar[frozenset[Office]] = frozenset()
    """Who may cause it."""
    sources: ClassVar[frozenset[State]] = frozenset()
    """In which states it may happen."""
    target: ClassVar[State | None] = None
    """The state that follows; None: the state stays."""

    def follow(self, record: Record) -> Record:
        """Return what the event makes of the record, version and state aside."""
        return record

    def state_after(self, record: Record) -> State:
        """Return the state that follows."""
        return record.state if self.target is None else self.target


def need(value: str, what: str) -> None:
    """Refuse an event that does not say what it must.

    Raises:
        InvalidInput: the value is blank.
    """
    if not value.strip():
        raise InvalidInput(f"thiếu {what}", remedy=f"Hãy nhập {what} rồi làm lại.")


WORKER = frozenset({Office.WORKER})
CLERK = frozenset({Office.CLERK})
OFFICER = frozenset({Office.OFFICER})
SUPERVISOR = frozenset({Office.SUPERVISOR})
