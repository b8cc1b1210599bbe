"""The states of a document, who acts in them, and what a person reads of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a document stands."""

    RECEIVED = "received"
    TO_CHECK = "to_check"
    CAPTURE_ORDERED = "capture_ordered"
    CAPTURE_PREPARED = "capture_prepared"
    CAPTURE_TIMING = "capture_timing"
    CAPTURE_SIGNED = "capture_signed"
    TO_APPROVE = "to_approve"
    CONFIRMED = "confirmed"
    SEAL_ORDERED = "seal_ordered"
    SEAL_PREPARED = "seal_prepared"
    SEAL_TIMING = "seal_timing"
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
    CERTIFIER = "certifier"
    """Người thực hiện chứng thực: no account has it; a person acts so while an authority of theirs is in force."""
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
    State.CAPTURE_PREPARED: Waiting.CLERK,
    State.CAPTURE_TIMING: Waiting.WORKER,
    State.CAPTURE_SIGNED: Waiting.CLERK,
    State.TO_APPROVE: Waiting.SUPERVISOR,
    State.CONFIRMED: Waiting.OFFICER,
    State.SEAL_ORDERED: Waiting.WORKER,
    State.SEAL_PREPARED: Waiting.OFFICER,
    State.SEAL_TIMING: Waiting.WORKER,
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

STATE_NAMES: Mapping[State, str] = {
    State.RECEIVED: "đã nhận, chờ đọc",
    State.TO_CHECK: "chờ kiểm tra bản chụp",
    State.CAPTURE_ORDERED: "đang ký bản chụp",
    State.CAPTURE_PREPARED: "chờ người số hóa ký bằng thiết bị",
    State.CAPTURE_TIMING: "đã ký bản chụp, chờ dấu thời gian",
    State.CAPTURE_SIGNED: "đã ký bản chụp, chờ xác nhận dữ liệu",
    State.TO_APPROVE: "chờ duyệt dữ liệu",
    State.CONFIRMED: "đã xác nhận, chờ đóng dấu",
    State.SEAL_ORDERED: "đang đóng dấu",
    State.SEAL_PREPARED: "chờ văn thư ký bằng thiết bị",
    State.SEAL_TIMING: "đã đóng dấu, chờ dấu thời gian",
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
