"""What the rules know of a copy, and what every event of its life is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from digitize.attest.lifecycle.states import CopyState
from digitize.attest.numbering import Numbering
from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import Actor, Office
from digitize.targets import VIETNAM_TIME


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """What the rules need to know of a copy."""

    copy: str
    """Opaque id."""
    state: CopyState
    version: int
    """Raised by one with every event; 0 right after the visit was opened."""
    capture: int = 0
    """Number of the capture in force; 0 before the first."""
    secrecy: bool = False
    """A secrecy mark was read on the last capture."""
    cleared: bool = False
    """The certifier looked at the paper and found the mark to be none."""
    certifier: str | None = None
    """Id of the person who ordered the attestation in force."""
    numbering: Numbering | None = None
    """Given once; never taken back, never changed."""
    key_used_at: str | None = None
    """When the certifier's key made the signature in force: ISO 8601 with offset."""
    answered: bool = False
    """The token at a person's machine gave its signature, which a worker has yet to take in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyEvent:
    """Something that happened to a copy; the class name is its name in the history."""

    actor: Actor

    offices: ClassVar[frozenset[Office]] = frozenset()
    """Who may cause it."""
    sources: ClassVar[frozenset[CopyState]] = frozenset()
    """In which states it may happen."""
    target: ClassVar[CopyState | None] = None
    """The state that follows; None: the state stays."""

    def follow(self, record: CopyRecord) -> CopyRecord:
        """Return what the event makes of the record, version and state aside."""
        return record

    def state_after(self, record: CopyRecord) -> CopyState:
        """Return the state that follows."""
        return record.state if self.target is None else self.target


def need(value: str, what: str) -> None:
    """Refuse an event that does not say what it must.

    Raises:
        InvalidInput: the value is blank.
    """
    if not value.strip():
        raise InvalidInput(f"thiếu {what}", remedy=f"Hãy nhập {what} rồi làm lại.")


def day_of(moment: str, what: str) -> date:
    """Return the calendar day in Vietnam of a moment.

    Args:
        moment: ISO 8601 with offset.
        what: the moment's Vietnamese name, for the refusal.

    Raises:
        InvalidInput: it is no moment.
    """
    try:
        read = datetime.fromisoformat(moment)
    except ValueError as fault:
        raise InvalidInput(f"{what} không đúng dạng ISO 8601") from fault
    if read.utcoffset() is None:
        raise InvalidInput(f"{what} thiếu múi giờ")
    return read.astimezone(VIETNAM_TIME).date()


def hold_to_printed_day(record: CopyRecord, moment: str) -> None:
    """Refuse a signature on another day than the attestation prints (NĐ 23/2015/NĐ-CP Art 12).

    Raises:
        Forbidden: the copy has no number yet, or its printed day is not that of the moment.
    """
    if record.numbering is None:
        raise Forbidden("chưa cấp số chứng thực nên chưa được ký")
    if day_of(moment, "thời điểm ký") != record.numbering.on:
        raise Forbidden(
            f"lời chứng ghi ngày {record.numbering.on:%d/%m/%Y} nên không được ký vào ngày khác; "
            f"số chứng thực {record.numbering.number} phải bỏ và giữ lại trong sổ"
        )


WORKER = frozenset({Office.WORKER})
CERTIFIER = frozenset({Office.CERTIFIER})
OFFICER = frozenset({Office.OFFICER})
CLERK = frozenset({Office.CLERK})
SUPERVISOR = frozenset({Office.SUPERVISOR})
SYSTEM = frozenset({Office.SYSTEM})
