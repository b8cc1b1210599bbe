"""What happens to a copy until it is compared with its original, and how the request may end there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from digitize.attest.lifecycle.record import (
    CERTIFIER,
    CLERK,
    SUPERVISOR,
    SYSTEM,
    WORKER,
    CopyEvent,
    CopyRecord,
    need,
)
from digitize.attest.lifecycle.states import UNSIGNED, CopyState
from digitize.attest.refusal import RefusalGround
from digitize.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured(CopyEvent):
    """The certifier captured the paper original within the visit, for the first time or again.

    :func:`digitize.attest.capture.may_be_original` has judged the file before.
    """

    scan_key: str
    """SHA-256 of the captured bytes."""
    device: str
    """What made the capture, as the desk names it."""
    reason: str = ""
    """Why the secrecy mark that was read on the last capture is none; blank where no mark was read."""
    offices: ClassVar = CERTIFIER
    sources: ClassVar = frozenset({CopyState.OPENED, CopyState.TO_COMPARE})
    target: ClassVar = CopyState.CAPTURED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """A mark that was read must be answered before the paper is captured again."""
        if record.secrecy and not self.reason.strip():
            raise Forbidden(
                "trên bản chính có dấu chỉ mức độ mật: phải từ chối chứng thực theo Điều 22 Nghị định 23/2015/NĐ-CP, "
                "hoặc nêu lý do vì sao đó không phải dấu mật"
            )
        return replace(record, capture=record.capture + 1, cleared=record.secrecy or record.cleared, secrecy=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFailed(CopyEvent):
    """The captured file cannot be used; the certifier captures again."""

    code: str
    message: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.CAPTURED})
    target: ClassVar = CopyState.OPENED


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyFound(CopyEvent):
    """A secrecy mark was read on the paper: the certifier refuses, or says why it is none."""

    mark: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.CAPTURED})
    target: ClassVar = CopyState.OPENED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Remember the mark."""
        return replace(record, secrecy=True, cleared=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived(CopyEvent):
    """The capture was read and its archive file exists, unsigned and without attestation."""

    reading_key: str
    archive_key: str
    offices: ClassVar = WORKER
    sources: ClassVar = frozenset({CopyState.CAPTURED})
    target: ClassVar = CopyState.TO_COMPARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(CopyEvent):
    """The certifier refuses in writing (NĐ 23/2015/NĐ-CP Art 9(1)(d), Art 22)."""

    ground: RefusalGround
    reason: str
    """The certifier's own words on this very paper."""
    offices: ClassVar = CERTIFIER
    sources: ClassVar = UNSIGNED
    target: ClassVar = CopyState.REFUSED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """A reason is asked for; what has a number is void, not refused."""
        need(self.reason, "lý do từ chối")
        _without_number(record)
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned(CopyEvent):
    """The request is given up before it has a number; a system may give up what it asked for itself."""

    reason: str
    offices: ClassVar = CERTIFIER | CLERK | SUPERVISOR | SYSTEM
    sources: ClassVar = UNSIGNED | {CopyState.ATTEST_ORDERED}
    target: ClassVar = CopyState.ABANDONED

    def follow(self, record: CopyRecord) -> CopyRecord:
        """A reason is asked for; what has a number is void, not abandoned."""
        need(self.reason, "lý do thôi yêu cầu")
        _without_number(record)
        return record


def _without_number(record: CopyRecord) -> None:
    if record.numbering is not None:
        raise Forbidden(f"đã cấp số chứng thực {record.numbering.number}: chỉ còn cách bỏ số, kèm lý do")
