"""What a source tells of a dossier: a value that is left out was not told, and takes nothing away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from digitize.dossiers import terms
from digitize.dossiers.words import Status
from digitize.errors import InvalidInput

MOST_RESULTS = 999
"""Of one dossier; the n of KQ(n) has three figures."""


@dataclass(frozen=True, slots=True)
class NewResult:
    """A result as the one-stop system enters it."""

    title: str
    issued_on: date
    kind_code: str | None = None
    valid_until: date | None = None
    """Last day in force; None: for good."""
    cancelled_on: date | None = None
    """First day no longer usable."""
    result_type_code: str | None = None
    """MaGiayToKetQua, ``KQ.Gxx.xxxxxx``."""
    number: str | None = None
    """As printed on the paper."""
    secret: bool = False
    from_elsewhere: bool = False
    """Of another agency's competence."""
    source_ref: str | None = None
    """The source's own id of it; without one, results are told apart by their order."""
    day_guessed: bool = False
    """The source tells no day: it is a guess until the data are confirmed."""


@dataclass(frozen=True, slots=True)
class NewComponent:
    """A paper that was handed in with a dossier."""

    name: str
    code: str | None = None
    """MaThanhPhanHoSo."""
    copy_kind: int | None = None
    source_ref: str | None = None
    """The source's own id of it; without one, components are told apart by code and name."""
    removed: bool = False
    """The source takes it back."""
    claims: Mapping[str, Any] | None = None
    """What the source says of scanning and reuse; never an event of ours, never counted."""


@dataclass(frozen=True, slots=True)
class NewDossier:
    """A dossier as the one-stop system tells it."""

    code: str
    unit_id: str
    """The unit in whose competence the results lie."""
    procedure_code: str
    procedure_name: str
    holder_name: str | None = None
    holder_id: str | None = None
    received_on: date | None = None
    resolved_on: date | None = None
    results: tuple[NewResult, ...] = ()
    """In their order: KQ(1), KQ(2) …"""
    field_code: str | None = None
    holder_type: int | None = None
    channel: int | None = None
    due_at: datetime | None = None
    status: int | None = None
    status_at: datetime | None = None
    """When it came to its state; None: not told."""
    finished_at: datetime | None = None
    returned_at: datetime | None = None
    handler_name: str | None = None
    vneid_verified: bool | None = None
    population_linked: bool | None = None
    fee_vnd: int | None = None
    paid_how: int | None = None
    claims: Mapping[str, Any] | None = None
    components: tuple[NewComponent, ...] = ()
    told_at: datetime | None = None
    """Of when these facts are, by the source's clock; None: of the moment of the telling."""


FACTS = (
    "procedure_code", "procedure_name", "field_code", "holder_name", "holder_id", "holder_type", "channel",
    "received_on", "due_at", "status", "status_at", "finished_at", "resolved_on", "returned_at", "handler_name",
    "vneid_verified", "population_linked", "fee_vnd", "paid_how", "claims",
)  # fmt: skip
"""The facts of a dossier itself, by the names of their columns; its code and unit stay what they were."""

RESULT_FACTS = (
    "title", "issued_on", "kind_code", "valid_until", "cancelled_on", "result_type_code", "number", "secret",
    "from_elsewhere",
)  # fmt: skip
"""The facts of a result, by the names of their columns."""


def check(new: NewDossier) -> None:
    """Refuse what cannot be right.

    Raises:
        InvalidInput: a value is missing or contradicts another.
    """
    if not terms.is_code(new.code):
        raise InvalidInput("mã hồ sơ chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch ngang, gạch chéo, tối đa 64 ký tự")
    if not new.procedure_code.strip() or not new.procedure_name.strip():
        raise InvalidInput("thiếu mã hoặc tên thủ tục hành chính")
    _check_times(new)
    if new.fee_vnd is not None and not 0 <= new.fee_vnd < 10**12:
        raise InvalidInput("phí, lệ phí phải là số đồng không âm")
    if len(new.results) > MOST_RESULTS:
        raise InvalidInput(f"một hồ sơ có nhiều nhất {MOST_RESULTS} kết quả")
    for ordinal, result in enumerate(new.results, start=1):
        if not result.title.strip():
            raise InvalidInput(f"kết quả thứ {ordinal} thiếu tên")
        if result.valid_until is not None and result.valid_until < result.issued_on:
            raise InvalidInput(f"kết quả thứ {ordinal} hết hiệu lực trước ngày cấp")
    if any(not component.name.strip() for component in new.components):
        raise InvalidInput("có thành phần hồ sơ thiếu tên")


def _check_times(new: NewDossier) -> None:
    if new.received_on and new.resolved_on and new.resolved_on < new.received_on:
        raise InvalidInput("ngày giải quyết trước ngày tiếp nhận")
    if new.received_on and new.due_at and terms.day_of(new.due_at) < new.received_on:
        raise InvalidInput("ngày hẹn trả trước ngày tiếp nhận")
    if new.received_on and new.finished_at and terms.day_of(new.finished_at) < new.received_on:
        raise InvalidInput("ngày kết thúc xử lý trước ngày tiếp nhận")
    if new.finished_at is not None and new.status is not None and not terms.is_end(new.status):
        raise InvalidInput(f"có ngày kết thúc xử lý mà trạng thái là {terms.told(new.status)}")
    if new.returned_at is not None and new.status is not None and new.status not in _GIVEN_BACK:
        raise InvalidInput(f"có ngày trả kết quả mà trạng thái là {terms.told(new.status)}")


_GIVEN_BACK = (Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED, Status.FINISHED, Status.RETURNED)
"""Where papers have been handed back: the status may be told later than the return."""
