"""What the agency does: the seal is ordered and made, the result is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from digitize.lifecycle.record import OFFICER, WORKER, Event, Record
from digitize.lifecycle.states import State

_GIVEN = {
    State.CAPTURE_ORDERED: State.TO_CHECK,
    State.CAPTURE_TIMING: State.TO_CHECK,
    State.SEAL_ORDERED: State.CONFIRMED,
    State.SEAL_TIMING: State.CONFIRMED,
}
"""Where the order was given that a worker is carrying out."""


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
class SealPrepared(Event):
    """What the office's token has to sign lies ready."""

    prepared_key: str
    """SHA-256 of the prepared halves: of the file and of the data."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.SEAL_ORDERED})
    target: ClassVar = State.SEAL_PREPARED


@dataclass(frozen=True, slots=True, kw_only=True)
class SealAnswered(Event):
    """The office's token gave its signatures; a worker takes them in."""

    answer_key: str
    """SHA-256 of what the token gave."""
    offices: ClassVar = OFFICER
    sources: ClassVar = frozenset({State.SEAL_PREPARED})
    target: ClassVar = State.SEAL_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class SealGivenUp(Event):
    """The token did not answer: the officer, or the end of the term, takes the order back."""

    offices: ClassVar = OFFICER | WORKER
    sources: ClassVar = frozenset({State.SEAL_PREPARED})
    target: ClassVar = State.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKeyUsed(Event):
    """The agency's signatures on file and data exist and wait for their timestamps."""

    untimed_key: str
    """SHA-256 of the untimed signature on the file, kept as JSON."""
    untimed_data_key: str
    """SHA-256 of the untimed signature over the data."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.SEAL_ORDERED})
    target: ClassVar = State.SEAL_TIMING


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
    sources: ClassVar = frozenset({State.SEAL_TIMING})
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
class DataSealKeyUsed(Event):
    """The agency's signature over the corrected data exists and waits for its timestamp."""

    untimed_data_key: str
    """SHA-256 of the untimed signature."""
    offices: ClassVar = WORKER
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
    sources: ClassVar = frozenset(_GIVEN) | {State.PUBLISHED}

    def state_after(self, record: Record) -> State:
        """Go back to where the order was given."""
        return _GIVEN.get(record.state, record.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTooSmall(Event):
    """The timestamp is larger than the place kept for it: under the same order the file is signed once more."""

    needed_bytes: int
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.CAPTURE_TIMING, State.SEAL_TIMING})

    def state_after(self, record: Record) -> State:
        """Go back to where the key is used."""
        return State.CAPTURE_ORDERED if record.state is State.CAPTURE_TIMING else State.SEAL_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFileDiscarded(Event):
    """A signed file that lost its race was found; it is kept, marked, and never released."""

    object_key: str
    attempt: int
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed(Event):
    """A new archive timestamp stands around the sealed file; the new file begins with the old one, which is kept."""

    revision_key: str
    replaces: str
    """SHA-256 of the file that was released until now."""
    level: str
    """As our own verifier graded the new file."""
    weakens_at: str
    """ISO 8601: until when it holds."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED, State.SUPERSEDED, State.REVOKED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    """Open for reuse and counted."""

    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.SEALED})
    target: ClassVar = State.PUBLISHED
