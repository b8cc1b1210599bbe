"""What may still happen to a result after its seal, and how a file that must not be kept is removed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle.record import CLERK, SUPERVISOR, Event, Record, need
from digitize.lifecycle.states import UNSEALED, State

PURGEABLE = UNSEALED | {State.REFUSED, State.QUARANTINED, State.ELECTRONIC, State.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataCorrected(Event):
    """The data of a sealed result were wrong: a new version beside the unchanged file."""

    metadata_key: str
    changed: tuple[str, ...]
    reason: str
    offices: ClassVar = CLERK | SUPERVISOR
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED})

    def follow(self, record: Record) -> Record:
        """Count the version."""
        need(self.reason, "lý do đính chính")
        return replace(record, metadata_version=record.metadata_version + 1, hands=record.hands | {self.actor.id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(Event):
    """Another document takes its place: the file was wrong."""

    successor: str
    reason: str
    offices: ClassVar = SUPERVISOR
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED})
    target: ClassVar = State.SUPERSEDED

    def follow(self, record: Record) -> Record:
        """A document cannot take its own place."""
        need(self.reason, "lý do thay thế")
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
    offices: ClassVar = SUPERVISOR
    sources: ClassVar = frozenset({State.SEALED, State.PUBLISHED})
    target: ClassVar = State.REVOKED

    def follow(self, record: Record) -> Record:
        """Decision and reason are asked for."""
        need(self.decision_number, "số quyết định hủy bỏ")
        need(self.reason, "lý do hủy bỏ")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeProposed(Event):
    """A first person proposes to remove what must not be kept."""

    legal_ground: str
    decision_number: str
    offices: ClassVar = SUPERVISOR
    sources: ClassVar = PURGEABLE

    def follow(self, record: Record) -> Record:
        """Remember who proposed."""
        need(self.legal_ground, "căn cứ pháp lý")
        need(self.decision_number, "số quyết định")
        return replace(record, purge_proposed_by=self.actor.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged(Event):
    """A second person agreed: file, reading, previews and search rows go, this tombstone stays."""

    offices: ClassVar = SUPERVISOR
    sources: ClassVar = PURGEABLE
    target: ClassVar = State.PURGED

    def follow(self, record: Record) -> Record:
        """Two persons."""
        if record.purge_proposed_by is None:
            raise Forbidden("chưa có người đề nghị xóa")
        if record.purge_proposed_by == self.actor.id:
            raise Forbidden("người duyệt xóa phải khác người đề nghị")
        return record
