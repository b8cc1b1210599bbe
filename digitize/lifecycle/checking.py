"""What the clerk does with a document that was read: the capture is signed, the data are confirmed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from digitize.errors import Forbidden
from digitize.lifecycle.record import CLERK, OFFICER, SUPERVISOR, WORKER, Event, Record, need
from digitize.lifecycle.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureOrdered(Event):
    """The clerk attests that the pages are complete, in order and legible, and orders the capture's signature."""

    signer: str
    """Id of the clerk whose key is to be used."""
    offices: ClassVar = CLERK
    sources: ClassVar = frozenset({State.TO_CHECK})
    target: ClassVar = State.CAPTURE_ORDERED

    def follow(self, record: Record) -> Record:
        """Only one's own signature may be ordered."""
        if self.signer != self.actor.id:
            raise Forbidden("chỉ được ký bản chụp bằng chữ ký của chính mình")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePrepared(Event):
    """What the clerk's token has to sign lies ready."""

    prepared_key: str
    """SHA-256 of the prepared half."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.CAPTURE_ORDERED})
    target: ClassVar = State.CAPTURE_PREPARED


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureAnswered(Event):
    """The clerk's token gave its signature; a worker takes it in."""

    answer_key: str
    """SHA-256 of what the token gave."""
    offices: ClassVar = CLERK
    sources: ClassVar = frozenset({State.CAPTURE_PREPARED})
    target: ClassVar = State.CAPTURE_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureGivenUp(Event):
    """The token did not answer: the clerk, or the end of the term, takes the order back."""

    offices: ClassVar = CLERK | WORKER
    sources: ClassVar = frozenset({State.CAPTURE_PREPARED})
    target: ClassVar = State.TO_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureKeyUsed(Event):
    """The clerk's signature exists and waits for its timestamp."""

    untimed_key: str
    """SHA-256 of the untimed signature, kept as JSON."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.CAPTURE_ORDERED})
    target: ClassVar = State.CAPTURE_TIMING


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSigned(Event):
    """Revision 1 exists and was verified by our own verifier."""

    revision_key: str
    signer: str
    signed_at: str
    level: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.CAPTURE_TIMING})
    target: ClassVar = State.CAPTURE_SIGNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Event):
    """The data were extracted (bóc tách) and confirmed by a person."""

    revision_key: str
    """SHA-256 of the signed capture that the data were taken from."""
    metadata_key: str
    """SHA-256 of the confirmed metadata (JSON)."""
    changed: tuple[str, ...]
    """Names of the fields that differ from the machine's draft."""
    offices: ClassVar = CLERK
    sources: ClassVar = frozenset({State.CAPTURE_SIGNED, State.RETURNED})

    def follow(self, record: Record) -> Record:
        """Count the version and remember whose hands touched the data."""
        return replace(record, metadata_version=record.metadata_version + 1, hands=record.hands | {self.actor.id})

    def state_after(self, record: Record) -> State:
        """A second person approves where the unit asks for four eyes."""
        return State.TO_APPROVE if record.four_eyes else State.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Event):
    """A second person approved the data."""

    offices: ClassVar = SUPERVISOR | OFFICER | CLERK
    sources: ClassVar = frozenset({State.TO_APPROVE})
    target: ClassVar = State.CONFIRMED

    def follow(self, record: Record) -> Record:
        """Four eyes: not one who entered the values."""
        if self.actor.id in record.hands:
            raise Forbidden("người duyệt phải khác người nhập dữ liệu")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded(Event):
    """The result got its codes (TT 01/2023 Art 10; NĐ 45/2020 Art 14; CV 7197).

    The digitization code begins with the owner's number, so it stands among the private values of the history entry.
    """

    result_code: str
    """``<dossier code>-KQ(n)``."""
    doc_code: str
    """DocCode of CV 7197."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The officer or the approver gives it back to the clerk."""

    reason: str
    offices: ClassVar = OFFICER | SUPERVISOR
    sources: ClassVar = frozenset({State.CONFIRMED, State.TO_APPROVE})
    target: ClassVar = State.RETURNED

    def follow(self, record: Record) -> Record:
        """A reason is asked for."""
        need(self.reason, "lý do trả lại")
        return record
