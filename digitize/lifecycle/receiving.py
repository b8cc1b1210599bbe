"""What happens to a document until it was read, and when its scan is taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from digitize.lifecycle.record import CLERK, SUPERVISOR, WORKER, Event, Record, need
from digitize.lifecycle.states import UNSEALED, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDone(Event):
    """The scan was read: the draft and the archive file exist."""

    reading_key: str
    archive_key: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.TO_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRefused(Event):
    """The file cannot be used; the code says why."""

    code: str
    message: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyFound(Event):
    """A secrecy mark stands on the paper."""

    mark: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.QUARANTINED


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineLifted(Event):
    """A supervisor looked at the paper and found no secrecy; the scan is read again."""

    reason: str
    offices: ClassVar = SUPERVISOR
    sources: ClassVar = frozenset({State.QUARANTINED})
    target: ClassVar = State.RECEIVED

    def follow(self, record: Record) -> Record:
        """Remember that the mark was looked at."""
        need(self.reason, "lý do")
        return replace(record, cleared=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundElectronic(Event):
    """The file is signed or born digital: "đã là bản điện tử"."""

    nature: str
    reading_key: str
    verdict: str
    """Of its own signatures, as :class:`digitize.model.Verdict`."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({State.RECEIVED})
    target: ClassVar = State.ELECTRONIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Event):
    """The clerk takes the document back: it was handed in by mistake."""

    reason: str
    offices: ClassVar = CLERK
    sources: ClassVar = UNSEALED | {State.REFUSED}
    target: ClassVar = State.WITHDRAWN

    def follow(self, record: Record) -> Record:
        """A reason is asked for."""
        need(self.reason, "lý do rút")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescanned(Event):
    """The paper was scanned again: a new capture, the old one kept."""

    scan_key: str
    offices: ClassVar = CLERK
    sources: ClassVar = UNSEALED | {State.REFUSED}
    target: ClassVar = State.RECEIVED

    def follow(self, record: Record) -> Record:
        """A new capture begins with clean hands; a purge was proposed for the old one."""
        return replace(record, capture=record.capture + 1, hands=frozenset(), cleared=False, purge_proposed_by=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesArranged(Event):
    """Pages were left out, put in, moved or turned: a new capture made of pages of scans that stay as they are."""

    scan_key: str
    """SHA-256 of the plan of its pages; of a scan, when an arrangement is undone down to it."""
    before: int
    """Number of the capture whose pages were arranged, or that an undo brings back."""
    split_into: tuple[str, ...] = ()
    """Documents that pages went to."""
    absorbed: tuple[str, ...] = ()
    """Documents whose pages came here, and which were withdrawn for it."""
    offices: ClassVar = CLERK
    sources: ClassVar = UNSEALED | {State.REFUSED}
    target: ClassVar = State.RECEIVED

    def follow(self, record: Record) -> Record:
        """As after a new scan: clean hands, and nothing of the old capture is agreed to any more."""
        return replace(record, capture=record.capture + 1, hands=frozenset(), cleared=False, purge_proposed_by=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Event):
    """The result belongs to another dossier."""

    from_result: str
    to_result: str
    reason: str
    offices: ClassVar = CLERK
    sources: ClassVar = frozenset({State.TO_CHECK, State.CAPTURE_SIGNED, State.RETURNED})

    def follow(self, record: Record) -> Record:
        """A reason is asked for."""
        need(self.reason, "lý do chuyển hồ sơ")
        return record
