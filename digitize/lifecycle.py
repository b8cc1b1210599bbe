"""The life of a digitised result: its states, its events and what may follow what.

The straight road (TT 01/2023/TT-VPCP Art 7-10, NĐ 30/2020/NĐ-CP Art 25)::

    received ─ ReadDone ─▶ to_check ─ CaptureOrdered ─▶ capture_ordered ─ CaptureSigned ─▶ capture_signed
      ─ Confirmed ─▶ confirmed ─ SealOrdered ─▶ seal_ordered ─ Sealed ─▶ sealed ─ Published ─▶ published

The rules:

1.  A document has one state, changed only by :func:`apply`; each change raises the version by one.
2.  The machine never confirms. The capture is signed on a clerk's order, the data are confirmed by a clerk, the seal is
    made on a sealing officer's order. Workers only read, sign what was ordered, and publish.
3.  The clerk signs the capture *before* the data are confirmed (TT 01/2023 Art 8), so ``Confirmed`` is impossible while
    the capture of that very scan is unsigned, and it names the signed revision.
4.  Where the unit asks for four eyes, a second person approves: not one of those who entered the values.
5.  A file at fault is ``refused``, a secrecy mark puts it in ``quarantined``, a signed or born-digital file is
    ``electronic`` (kept as it is, never counted). None of the three goes on by itself; a supervisor may lift a
    quarantine with a reason, and the scan is then read again.
6.  Until the seal is ordered the clerk may withdraw, scan again (a new capture, the old kept) or move the result to the
    right dossier; the officer may return it with a reason. While a signature is being made, nobody may.
7.  A signature that could not be made (``SigningFailed``) puts the document back where the order was given.
8.  After sealing nothing is undone: data are corrected by a new version with its event, a wrong file is superseded, a
    cancelled result is revoked. All of them stay. The agency's signature over corrected data needs an order of its
    own, and the state of a published result stays what it is meanwhile.
9.  Purging takes two persons, a legal ground and a decision number, and is impossible once sealed. A tombstone stays.

Time and the actor come in as values; nothing here touches a clock or a disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from digitize.errors import Forbidden, InvalidInput


class State(StrEnum):
    """Where a document stands."""

    RECEIVED = "received"
    TO_CHECK = "to_check"
    CAPTURE_ORDERED = "capture_ordered"
    CAPTURE_SIGNED = "capture_signed"
    TO_APPROVE = "to_approve"
    CONFIRMED = "confirmed"
    SEAL_ORDERED = "seal_ordered"
    SEALED = "sealed"
    PUBLISHED = "published"
    RETURNED = "returned"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    ELECTRONIC = "electronic"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    PURGED = "purged"


class Office(StrEnum):
    """In what capacity an actor acts."""

    WORKER = "worker"
    """A process of ours: reads, signs what was ordered, publishes."""
    CLERK = "clerk"
    """Scans, checks, signs captures, confirms data."""
    OFFICER = "officer"
    """Văn thư: holds the agency's seal and orders it."""
    SUPERVISOR = "supervisor"
    """Answers for the unit: approves, lifts quarantines, revokes, purges."""
    ADMINISTRATOR = "administrator"
    """Keeps units, people and clients; touches no document."""
    SYSTEM = "system"
    """A one-stop system with a client of its own: hands scans in and reads."""


class Waiting(StrEnum):
    """Who has to act next."""

    WORKER = "worker"
    CLERK = "clerk"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    NOBODY = "nobody"
    """The document has finished its way."""


WAITING_FOR: Mapping[State, Waiting] = {
    State.RECEIVED: Waiting.WORKER,
    State.TO_CHECK: Waiting.CLERK,
    State.CAPTURE_ORDERED: Waiting.WORKER,
    State.CAPTURE_SIGNED: Waiting.CLERK,
    State.TO_APPROVE: Waiting.SUPERVISOR,
    State.CONFIRMED: Waiting.OFFICER,
    State.SEAL_ORDERED: Waiting.WORKER,
    State.SEALED: Waiting.WORKER,
    State.PUBLISHED: Waiting.NOBODY,
    State.RETURNED: Waiting.CLERK,
    State.REFUSED: Waiting.NOBODY,
    State.QUARANTINED: Waiting.SUPERVISOR,
    State.ELECTRONIC: Waiting.NOBODY,
    State.WITHDRAWN: Waiting.NOBODY,
    State.SUPERSEDED: Waiting.NOBODY,
    State.REVOKED: Waiting.NOBODY,
    State.PURGED: Waiting.NOBODY,
}
"""Every state, and who has to act next in it."""

UNSEALED = frozenset({State.TO_CHECK, State.CAPTURE_SIGNED, State.TO_APPROVE, State.CONFIRMED, State.RETURNED})
"""Read, and neither sealed nor being signed: the clerk may still change their mind."""


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


def _need(value: str, what: str) -> None:
    if not value.strip():
        raise InvalidInput(f"thiếu {what}", remedy=f"Hãy nhập {what} rồi làm lại.")


_WORKER = frozenset({Office.WORKER})
_CLERK = frozenset({Office.CLERK})
_OFFICER = frozenset({Office.OFFICER})
_SUPERVISOR = frozenset({Office.SUPERVISOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDone(Event):
    """The scan was read: the draft and the archive file exist."""

    reading_key: str
    archive_key: str
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.TO_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRefused(Event):
    """The file cannot be used; the code says why."""

    code: str
    message: str
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyFound(Event):
    """A secrecy mark stands on the paper."""

    mark: str
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.QUARANTINED


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineLifted(Event):
    """A supervisor looked at the paper and found no secrecy; the scan is read again."""

    reason: str
    offices: ClassVar = _SUPERVISOR
    sources: ClassVar = frozenset({State.QUARANTINED})
    target: ClassVar = State.RECEIVED

    def follow(self, record: Record) -> Record:
        """Remember that the mark was looked at."""
        _need(self.reason, "lý do")
        return replace(record, cleared=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundElectronic(Event):
    """The file is signed or born digital: "đã là bản điện tử"."""

    nature: str
    reading_key: str
    verdict: str
    """Of its own signatures, as :class:`digitize.model.Verdict`."""
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.ELECTRONIC


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureOrdered(Event):
    """The clerk attests that the pages are complete, in order and legible, and orders the capture's signature."""

    signer: str
    """Id of the clerk whose key is to be used."""
    offices: ClassVar = _CLERK
    sources: ClassVar = frozenset({State.TO_CHECK})
    target: ClassVar = State.CAPTURE_ORDERED

    def follow(self, record: Record) -> Record:
        """Only one's own signature may be ordered."""
        if self.signer != self.actor.id:
            raise Forbidden("chỉ được ký bản chụp bằng chữ ký của chính mình")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSigned(Event):
    """Revision 1 exists and was verified by our own verifier."""

    revision_key: str
    signer: str
    signed_at: str
    level: str
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.CAPTURE_ORDERED})
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
    offices: ClassVar = _CLERK
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

    offices: ClassVar = _SUPERVISOR | _OFFICER | _CLERK
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
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOrdered(Event):
    """The sealing officer ordered the agency's signature."""

    order: str
    """Id of the batch: one press, one list."""
    office_key: str
    """Id of the office whose key is to be used."""
    offices: ClassVar = _OFFICER
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
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.SEAL_ORDERED})
    target: ClassVar = State.SEALED


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSealOrdered(Event):
    """The sealing officer ordered the agency's signature over data that were corrected after the seal."""

    order: str
    """Id of the batch: one press, one list."""
    office_key: str
    """Id of the office whose key is to be used."""
    offices: ClassVar = _OFFICER
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
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.PUBLISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFailed(Event):
    """The ordered signature cannot be made (the key was refused); the order must be given anew."""

    code: str
    message: str
    offices: ClassVar = _WORKER
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
    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Event):
    """Open for reuse and counted."""

    offices: ClassVar = _WORKER
    sources: ClassVar = frozenset({State.SEALED})
    target: ClassVar = State.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned(Event):
    """The officer or the approver gives it back to the clerk."""

    reason: str
    offices: ClassVar = _OFFICER | _SUPERVISOR
    sources: ClassVar = frozenset({State.CONFIRMED, State.TO_APPROVE})
    target: ClassVar = State.RETURNED

    def follow(self, record: Record) -> Record:
        """A reason is asked for."""
        _need(self.reason, "lý do trả lại")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Event):
    """The clerk takes the document back: it was handed in by mistake."""

    reason: str
    offices: ClassVar = _CLERK
    sources: ClassVar = UNSEALED | {State.REFUSED}
    target: ClassVar = State.WITHDRAWN

    def follow(self, record: Record) -> Record:
        """A reason is asked for."""
        _need(self.reason, "lý do rút")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescanned(Event):
    """The paper was scanned again: a new capture, the old one kept."""

    scan_key: str
    offices: ClassVar = _CLERK
    sources: ClassVar = UNSEALED | {State.REFUSED}
    target: ClassVar = State.RECEIVED

    def follow(self, record: Record) -> Record:
        """A new capture begins with clean hands; a purge was proposed for the old one."""
        return replace(record, capture=record.capture + 1, hands=frozenset(), cleared=False, purge_proposed_by=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """The result belongs to another dossier."""

    from_result: str
    to_result: str
    reason: str
    offices: ClassVar = _CLERK
    sources: ClassVar = frozenset({State.TO_CHECK, State.CAPTURE_SIGNED, State.RETURNED})

    def follow(self, record: Record) -> Record:
        """A reason is asked for."""
        _need(self.reason, "lý do chuyển hồ sơ")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataCorrected(Event):
    """The data of a sealed result were wrong: a new version beside the unchanged file."""

    metadata_key: str
    changed: tuple[str, ...]
    reason: str
    offices: ClassVar = _CLERK | _SUPERVISOR
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED})

    def follow(self, record: Record) -> Record:
        """Count the version."""
        _need(self.reason, "lý do đính chính")
        return replace(record, metadata_version=record.metadata_version + 1, hands=record.hands | {self.actor.id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(Event):
    """Another document takes its place: the file was wrong."""

    successor: str
    reason: str
    offices: ClassVar = _SUPERVISOR
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED})
    target: ClassVar = State.SUPERSEDED

    def follow(self, record: Record) -> Record:
        """A document cannot take its own place."""
        _need(self.reason, "lý do thay thế")
        if self.successor == record.document:
            raise InvalidInput("văn bản thay thế trùng với văn bản bị thay thế")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(Event):
    """The result was cancelled by decision; it stays for look-up (NĐ 45/2020 Art 14)."""

    decision_number: str
    reason: str
    effective_at: str
    """ISO 8601 with offset."""
    offices: ClassVar = _SUPERVISOR
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED})
    target: ClassVar = State.REVOKED

    def follow(self, record: Record) -> Record:
        """Decision and reason are asked for."""
        _need(self.decision_number, "số quyết định hủy bỏ")
        _need(self.reason, "lý do hủy bỏ")
        return record


_PURGEABLE = UNSEALED | {State.REFUSED, State.QUARANTINED, State.ELECTRONIC, State.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeProposed(Event):
    """A first person proposes to remove what must not be kept."""

    legal_ground: str
    decision_number: str
    offices: ClassVar = _SUPERVISOR
    sources: ClassVar = _PURGEABLE

    def follow(self, record: Record) -> Record:
        """Remember who proposed."""
        _need(self.legal_ground, "căn cứ pháp lý")
        _need(self.decision_number, "số quyết định")
        return replace(record, purge_proposed_by=self.actor.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged(Event):
    """A second person agreed: file, reading, previews and search rows go, this tombstone stays."""

    offices: ClassVar = _SUPERVISOR
    sources: ClassVar = _PURGEABLE
    target: ClassVar = State.PURGED

    def follow(self, record: Record) -> Record:
        """Two persons."""
        if record.purge_proposed_by is None:
            raise Forbidden("chưa có người đề nghị xóa")
        if record.purge_proposed_by == self.actor.id:
            raise Forbidden("người duyệt xóa phải khác người đề nghị")
        return record


EVENTS: Mapping[str, type[Event]] = {
    event.__name__: event
    for event in (
        ReadDone, FileRefused, SecrecyFound, QuarantineLifted, FoundElectronic, CaptureOrdered, CaptureSigned,
        Confirmed, Approved, Coded, SealOrdered, Sealed, DataSealOrdered, DataSealed, SigningFailed,
        SignedFileDiscarded, Published, Returned, Withdrawn, Rescanned, Moved, MetadataCorrected, Superseded, Revoked,
        PurgeProposed, Purged,
    )
}  # fmt: skip
"""Every event by its name in the history."""


def apply(record: Record, event: Event) -> Record:
    """Return the record after the event; refuse what the rules above forbid.

    Raises:
        Forbidden: the state does not allow the event, or the actor may not cause it.
        InvalidInput: the event lacks what it must say.
    """
    if record.state not in event.sources:
        raise Forbidden(f"không thể làm bước này khi hồ sơ đang ở trạng thái “{STATE_NAMES[record.state]}”")
    if event.actor.office not in event.offices:
        raise Forbidden("vai trò của bạn không làm được bước này")
    followed = event.follow(record)
    return replace(followed, state=event.state_after(record), version=record.version + 1)


STATE_NAMES: Mapping[State, str] = {
    State.RECEIVED: "đã nhận, chờ đọc",
    State.TO_CHECK: "chờ kiểm tra bản chụp",
    State.CAPTURE_ORDERED: "đang ký bản chụp",
    State.CAPTURE_SIGNED: "đã ký bản chụp, chờ xác nhận dữ liệu",
    State.TO_APPROVE: "chờ duyệt dữ liệu",
    State.CONFIRMED: "đã xác nhận, chờ đóng dấu",
    State.SEAL_ORDERED: "đang đóng dấu",
    State.SEALED: "đã đóng dấu, chờ công bố",
    State.PUBLISHED: "đã công bố",
    State.RETURNED: "bị trả lại",
    State.REFUSED: "tệp bị từ chối",
    State.QUARANTINED: "cách ly vì có dấu mật",
    State.ELECTRONIC: "đã là bản điện tử",
    State.WITHDRAWN: "đã rút",
    State.SUPERSEDED: "đã được thay thế",
    State.REVOKED: "đã hủy bỏ",
    State.PURGED: "đã xóa theo quyết định",
}
"""The states as a person reads them."""
