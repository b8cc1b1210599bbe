"""The states of a certified copy, who acts in them, and what a person reads of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class CopyState(StrEnum):
    """Where a copy stands."""

    OPENED = "opened"
    CAPTURED = "captured"
    TO_COMPARE = "to_compare"
    ATTEST_ORDERED = "attest_ordered"
    ATTEST_PREPARED = "attest_prepared"
    ATTEST_TIMING = "attest_timing"
    CERTIFIER_SIGNED = "certifier_signed"
    SEAL_ORDERED = "seal_ordered"
    SEAL_PREPARED = "seal_prepared"
    SEAL_TIMING = "seal_timing"
    SEALED = "sealed"
    ISSUED = "issued"
    REFUSED = "refused"
    VOID = "void"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"


class CopyWaiting(StrEnum):
    """Who has to act next."""

    WORKER = "worker"
    CERTIFIER = "certifier"
    OFFICER = "officer"
    NOBODY = "nobody"
    """The copy has finished its way."""


COPY_WAITING_FOR: Mapping[CopyState, CopyWaiting] = {
    CopyState.OPENED: CopyWaiting.CERTIFIER,
    CopyState.CAPTURED: CopyWaiting.WORKER,
    CopyState.TO_COMPARE: CopyWaiting.CERTIFIER,
    CopyState.ATTEST_ORDERED: CopyWaiting.WORKER,
    CopyState.ATTEST_PREPARED: CopyWaiting.CERTIFIER,
    CopyState.ATTEST_TIMING: CopyWaiting.WORKER,
    CopyState.CERTIFIER_SIGNED: CopyWaiting.OFFICER,
    CopyState.SEAL_ORDERED: CopyWaiting.WORKER,
    CopyState.SEAL_PREPARED: CopyWaiting.OFFICER,
    CopyState.SEAL_TIMING: CopyWaiting.WORKER,
    CopyState.SEALED: CopyWaiting.WORKER,
    CopyState.ISSUED: CopyWaiting.NOBODY,
    CopyState.REFUSED: CopyWaiting.NOBODY,
    CopyState.VOID: CopyWaiting.NOBODY,
    CopyState.CANCELLED: CopyWaiting.NOBODY,
    CopyState.ABANDONED: CopyWaiting.NOBODY,
}
"""Every state, and who has to act next in it."""

UNSEALED = frozenset(
    {
        CopyState.OPENED,
        CopyState.CAPTURED,
        CopyState.TO_COMPARE,
        CopyState.ATTEST_ORDERED,
        CopyState.ATTEST_PREPARED,
        CopyState.ATTEST_TIMING,
        CopyState.CERTIFIER_SIGNED,
        CopyState.SEAL_ORDERED,
        CopyState.SEAL_PREPARED,
        CopyState.SEAL_TIMING,
    }
)
"""A number may have been given and the agency has not signed yet: the act may still be given up.

The first two as well: an original is captured anew under its number when a signature could not be made."""

UNSIGNED = frozenset({CopyState.OPENED, CopyState.CAPTURED, CopyState.TO_COMPARE})
"""Nobody has been asked to sign."""

COPY_STATE_NAMES: Mapping[CopyState, str] = {
    CopyState.OPENED: "chờ chụp bản chính",
    CopyState.CAPTURED: "đã chụp, chờ đọc",
    CopyState.TO_COMPARE: "chờ đối chiếu với bản chính",
    CopyState.ATTEST_ORDERED: "đang cấp số và ký chứng thực",
    CopyState.ATTEST_PREPARED: "chờ người chứng thực ký bằng thiết bị",
    CopyState.ATTEST_TIMING: "người chứng thực đã ký, chờ dấu thời gian",
    CopyState.CERTIFIER_SIGNED: "người chứng thực đã ký, chờ đóng dấu",
    CopyState.SEAL_ORDERED: "đang đóng dấu",
    CopyState.SEAL_PREPARED: "chờ văn thư ký bằng thiết bị",
    CopyState.SEAL_TIMING: "đã đóng dấu, chờ dấu thời gian",
    CopyState.SEALED: "đã đóng dấu, chờ trả kết quả",
    CopyState.ISSUED: "đã cấp",
    CopyState.REFUSED: "từ chối chứng thực",
    CopyState.VOID: "bỏ số",
    CopyState.CANCELLED: "đã hủy bỏ giá trị",
    CopyState.ABANDONED: "đã thôi yêu cầu",
}
"""The states as a person reads them."""
