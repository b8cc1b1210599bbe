"""What the agency does: the seal is ordered and made, the result is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from digitize.lifecycle.record import OFFICER, WORKER, Event, Record
from digitize.lifecycle.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrdered(Event):
    """The sealing officer ordered the agency's signature."""

    order: str
    """Id of the batch: one press, one list."""
    office_key: str
    """Id of the office whose key is to be used."""
    offices: ClassVar = OFFICER
    sources: ClassVar = frozenset({State.CONFIRMED})
    target: ClassVar = State.SEAL_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(Event):
    """Revision 2 exists and was verified by our own verifier."""

    revision_key: str
    metadata_signature_key: str
    """SHA-256 of the agency's detached signature over the confirmed metadata."""
    signer: str
    signed_at: str
    level: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.SEAL_ORDERED})
    target: ClassVar = State.SEALED


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSealOrdered(Event):
    """The sealing officer ordered the agency's signature over data that were corrected after the seal."""

    order: str
    """Id of the batch: one press, one list."""
    office_key: str
    """Id of the office whose key is to be used."""
    offices: ClassVar = OFFICER
    sources: ClassVar = frozenset({State.PUBLISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSealed(Event):
    """The agency's detached signature over the corrected data exists and was verified by our own verifier."""

    metadata_key: str
    """SHA-256 of the data that it covers."""
    metadata_signature_key: str
    signer: str
    signed_at: str
    level: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.PUBLISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFailed(Event):
    """The ordered signature cannot be made (the key was refused); the order must be given anew."""

    code: str
    message: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.CAPTURE_ORDERED, State.SEAL_ORDERED, State.PUBLISHED})

    def state_after(self, record: Record) -> State:
        """Go back to where the order was given."""
        given = {State.CAPTURE_ORDERED: State.TO_CHECK, State.SEAL_ORDERED: State.CONFIRMED}
        return given.get(record.state, record.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFileDiscarded(Event):
    """A signed file that lost its race was found; it is kept, marked, and never released."""

    object_key: str
    attempt: int
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    """Open for reuse and counted."""

    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.SEALED})
    target: ClassVar = State.PUBLISHED
