"""The agency's signature, the delivery, and what may still happen afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from digitize.attest.lifecycle.record import (
    OFFICER,
    SUPERVISOR,
    SYSTEM,
    WORKER,
    CopyEvent,
    CopyRecord,
    day_of,
    hold_to_printed_day,
    need,
)
from digitize.attest.lifecycle.states import CopyState
from digitize.errors import InvalidInput

_BACK = {
    CopyState.ATTEST_ORDERED: CopyState.TO_COMPARE,
    CopyState.ATTEST_PREPARED: CopyState.TO_COMPARE,
    CopyState.ATTEST_TIMING: CopyState.TO_COMPARE,
    CopyState.SEAL_ORDERED: CopyState.CERTIFIER_SIGNED,
    CopyState.SEAL_PREPARED: CopyState.CERTIFIER_SIGNED,
    CopyState.SEAL_TIMING: CopyState.CERTIFIER_SIGNED,
}
"""Where the order was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrdered(CopyEvent):
    """The sealing officer ordered the agency's signature."""

    order: str
    """Id of the batch: one press, one list."""
    office_key: str
    """Id of the office whose key is to be used."""
    offices: ClassVar = OFFICER
    sources: ClassVar = frozenset({CopyState.CERTIFIER_SIGNED})
    target: ClassVar = CopyState.SEAL_ORDERED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """No token has answered this order yet."""
        return replace(record, answered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPrepared(CopyEvent):
    """What the office's token has to sign lies ready."""

    prepared_key: str
    """SHA-256 of the prepared half."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.SEAL_ORDERED})
    target: ClassVar = CopyState.SEAL_PREPARED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """A new half has no answer."""
        return replace(record, answered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealAnswered(CopyEvent):
    """The office's token gave its signature; a worker takes it in."""

    answer_key: str
    """SHA-256 of what the token gave."""
    offices: ClassVar = OFFICER
    sources: ClassVar = frozenset({CopyState.SEAL_PREPARED})
    target: ClassVar = CopyState.SEAL_ORDERED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Remember that there is an answer."""
        return replace(record, answered=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPreparationExpired(CopyEvent):
    """The office's token did not answer in time; the half is prepared anew."""

    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.SEAL_PREPARED})
    target: ClassVar = CopyState.SEAL_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKeyUsed(CopyEvent):
    """The agency's signature exists and waits for its timestamp."""

    untimed_key: str
    """SHA-256 of the untimed signature, kept as JSON."""
    signer: str
    signed_at: str
    """When the key was used: ISO 8601 with offset."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.SEAL_ORDERED})
    target: ClassVar = CopyState.SEAL_TIMING

    def follow(self, record: CopyRecord) -> CopyRecord:
        """The answer was taken in."""
        return replace(record, answered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(CopyEvent):
    """The revision with the agency's signature exists and was verified by our own verifier."""

    revision_key: str
    signer: str
    signed_at: str
    level: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.SEAL_TIMING})
    target: ClassVar = CopyState.SEALED


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFailed(CopyEvent):
    """The ordered signature cannot be made (the key was refused); the order must be given anew."""

    code: str
    message: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset(_BACK)

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Whatever a token answered is spent; a number that was given stays."""
        attesting = _BACK[record.state] is CopyState.TO_COMPARE
        return replace(record, answered=False, key_used_at=None if attesting else record.key_used_at)

    def state_after(self, record: CopyRecord) -> CopyState:
        """Go back to where the order was given."""
        return _BACK[record.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTooSmall(CopyEvent):
    """The timestamp is larger than the place kept for it: under the same order and number the file is signed anew."""

    needed_bytes: int
    found_at: str
    """When the timestamp came: ISO 8601 with offset."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.ATTEST_TIMING, CopyState.SEAL_TIMING})

    def follow(self, record: CopyRecord) -> CopyRecord:
        """The certifier's key is used once more only on the printed day; the agency's seal is bound to no day."""
        if record.state is not CopyState.ATTEST_TIMING:
            return replace(record, answered=False)
        hold_to_printed_day(record, self.found_at)
        return replace(record, answered=False, key_used_at=None)

    def state_after(self, record: CopyRecord) -> CopyState:
        """Go back to where the key is used."""
        return CopyState.ATTEST_ORDERED if record.state is CopyState.ATTEST_TIMING else CopyState.SEAL_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFileDiscarded(CopyEvent):
    """A signed file that lost its race was found; it is kept, marked, and never delivered."""

    object_key: str
    attempt: int
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset(CopyState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(CopyEvent):
    """The copy lies open to its requester: the first channel of delivery has it."""

    channel: str
    """``link``, ``email`` or ``webhook``."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.SEALED})
    target: ClassVar = CopyState.ISSUED


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed(CopyEvent):
    """A new archive timestamp stands around the sealed file; the new file begins with the old one, which is kept."""

    revision_key: str
    replaces: str
    """SHA-256 of the file that was handed out until now."""
    level: str
    """As our own verifier graded the new file."""
    weakens_at: str
    """ISO 8601: until when it holds."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.SEALED, CopyState.ISSUED, CopyState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(CopyEvent):
    """A wrong certification has no value (TT 01/2020/TT-BTP Art 7): decided, published, nothing deleted.

    A judicial system with that right may hand in what was decided there.
    """

    decision_number: str
    reason: str
    effective_at: str
    """ISO 8601 with offset."""
    successor: str = ""
    """Id of the copy that takes its place; blank when there is none."""
    offices: ClassVar = SUPERVISOR | SYSTEM
    sources: ClassVar = frozenset({CopyState.ISSUED})
    target: ClassVar = CopyState.CANCELLED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Decision, reason and time are asked for; a copy cannot take its own place."""
        need(self.decision_number, "số quyết định hủy bỏ")
        need(self.reason, "lý do hủy bỏ")
        day_of(self.effective_at, "thời điểm hủy bỏ có hiệu lực")
        if self.successor == record.copy:
            raise InvalidInput("bản sao thay thế trùng với bản sao bị hủy bỏ")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(CopyEvent):
    """What still waited to be sent when the copy was cancelled is never sent."""

    messages: int
    """How many."""
    offices: ClassVar = SUPERVISOR | SYSTEM
    sources: ClassVar = frozenset({CopyState.CANCELLED})
