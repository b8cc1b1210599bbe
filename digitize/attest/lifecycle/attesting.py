"""The certifier's signature: ordered, numbered, made on the printed day, timestamped; or given up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from digitize.attest.lifecycle.record import (
    CERTIFIER,
    SUPERVISOR,
    WORKER,
    CopyEvent,
    CopyRecord,
    hold_to_printed_day,
    need,
)
from digitize.attest.lifecycle.states import UNSEALED, CopyState
from digitize.attest.numbering import Numbering
from digitize.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestOrdered(CopyEvent):
    """The certifier compared the capture with the original and orders the attestation under their own name."""

    signer: str
    """Id of the certifier whose key is to be used."""
    authority: str
    """Id of the authority on which they rely; checked again when the key is used."""
    ordered_at: str
    """ISO 8601 with offset."""
    offices: ClassVar = CERTIFIER
    sources: ClassVar = frozenset({CopyState.TO_COMPARE})
    target: ClassVar = CopyState.ATTEST_ORDERED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Only one's own signature may be ordered; a number that was given holds for its day and its certifier."""
        if self.signer != self.actor.id:
            raise Forbidden("chỉ được ký chứng thực bằng chữ ký của chính mình")
        if record.numbering is not None:
            hold_to_printed_day(record, self.ordered_at)
            if record.certifier != self.signer:
                raise Forbidden("số chứng thực đã cấp cho người chứng thực khác; phải bỏ số đó trước")
        return replace(record, certifier=self.signer, answered=False, key_used_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(CopyEvent):
    """The register gave the number, in the transaction just before the key is used."""

    numbering: Numbering
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.ATTEST_ORDERED})

    def follow(self, record: CopyRecord) -> CopyRecord:
        """One number, for ever."""
        if record.numbering is not None:
            raise Forbidden(f"bản sao này đã có số chứng thực {record.numbering.number}")
        return replace(record, numbering=self.numbering)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestPrepared(CopyEvent):
    """What the certifier's token has to sign lies ready."""

    prepared_key: str
    """SHA-256 of the prepared half."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.ATTEST_ORDERED})
    target: ClassVar = CopyState.ATTEST_PREPARED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """The text that is signed carries the number."""
        if record.numbering is None:
            raise Forbidden("chưa cấp số chứng thực nên chưa được ký")
        return replace(record, answered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestAnswered(CopyEvent):
    """The certifier's token gave its signature; a worker takes it in."""

    answer_key: str
    """SHA-256 of what the token gave."""
    answered_at: str
    """ISO 8601 with offset."""
    offices: ClassVar = CERTIFIER
    sources: ClassVar = frozenset({CopyState.ATTEST_PREPARED})
    target: ClassVar = CopyState.ATTEST_ORDERED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Only the person who ordered it, and only on the printed day."""
        if record.certifier != self.actor.id:
            raise Forbidden("chỉ người đã ra lệnh ký mới nộp được chữ ký từ thiết bị")
        hold_to_printed_day(record, self.answered_at)
        return replace(record, answered=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestPreparationExpired(CopyEvent):
    """The token did not answer in time; the half is prepared anew under the same number."""

    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.ATTEST_PREPARED})
    target: ClassVar = CopyState.ATTEST_ORDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestKeyUsed(CopyEvent):
    """The certifier's signature exists and waits for its timestamp."""

    untimed_key: str
    """SHA-256 of the untimed signature, kept as JSON."""
    signer: str
    """Common name of the certificate."""
    signed_at: str
    """When the key was used: ISO 8601 with offset."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.ATTEST_ORDERED})
    target: ClassVar = CopyState.ATTEST_TIMING

    def follow(self, record: CopyRecord) -> CopyRecord:
        """The printed day is the day of signing."""
        hold_to_printed_day(record, self.signed_at)
        return replace(record, key_used_at=self.signed_at, answered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifierSigned(CopyEvent):
    """The revision with the certifier's signature exists and was verified by our own verifier."""

    revision_key: str
    signer: str
    signed_at: str
    """When the key was used, not when the timestamp authority answered: ISO 8601 with offset."""
    level: str
    timestamped_at: str = ""
    """Of the timestamp, which may come on a later day; blank for B-B."""
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.ATTEST_TIMING})
    target: ClassVar = CopyState.CERTIFIER_SIGNED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """It is the signature that was made, on the printed day."""
        hold_to_printed_day(record, self.signed_at)
        if self.signed_at != record.key_used_at:
            raise Forbidden("thời điểm ký không phải của chữ ký đang chờ dấu thời gian")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(CopyEvent):
    """The act is given up after its number was given: the number stays in the register with the reason."""

    reason: str
    offices: ClassVar = CERTIFIER | SUPERVISOR | WORKER
    sources: ClassVar = UNSEALED
    target: ClassVar = CopyState.VOID

    def follow(self, record: CopyRecord) -> CopyRecord:
        """A reason and a number."""
        need(self.reason, "lý do bỏ số")
        if record.numbering is None:
            raise Forbidden("chưa cấp số chứng thực nên không có số để bỏ; hãy thôi yêu cầu hoặc từ chối")
        return record
