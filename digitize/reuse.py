"""What must be told of a result before anybody relies on it instead of a paper: does it hold, and how sure is it.

**Validity** is a fact of a day: a result is in force, not yet or no longer in force, revoked by decision, or superseded
by a right file. **Assurance** says how the electronic one came about: how it was scanned, who checked the data, who
signed. Neither is ever left out of an answer, and what is not known is said to be "không rõ".

A result of a kind that the catalogue restricts is not shown before an officer of the issuing unit has decided.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from digitize.errors import InvalidInput, Misconfigured
from digitize.metadata import is_holder_number

UNKNOWN = "không rõ"


class Holding(StrEnum):
    """Whether a result may be relied on."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class Access(StrEnum):
    """Whether a caller may see a result that was found."""

    GRANTED = "granted"
    PENDING = "pending"
    """A person of the issuing unit has not decided yet."""
    REFUSED = "refused"


class RequestState(StrEnum):
    """How far a request is."""

    ANSWERED = "answered"
    PENDING = "pending"
    """At least one result waits for a person."""
    REFUSED = "refused"
    """Nothing waits, and everything that was found was refused."""


class ReuseEvent(StrEnum):
    """What happens with a request."""

    ASKED = "Asked"
    SHOWN = "Shown"
    DECIDED = "Decided"
    LINKED = "Linked"
    FETCHED = "Fetched"
    ACCEPTED = "Accepted"
    LISTED = "Listed"
    """The owner, or staff on their behalf, read who had asked."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register knows of a result's life."""

    issued_on: date
    valid_until: date | None = None
    """Last day in force; None: for good."""
    cancelled_on: date | None = None
    """First day no longer usable."""
    decision_number: str = ""
    """Of the decision that revoked it; empty: not known, or it was not revoked."""
    superseded_on: date | None = None
    """When a right file took the place of this one."""
    successor: str = ""
    """Opaque id of the document that took the place."""


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether a result holds on a day."""

    on: date
    holding: Holding
    sentence: str
    """Vietnamese."""
    since: date
    """First day of this holding."""
    until: date | None
    """Last day in force; None: for good, or it does not hold."""
    decision_number: str
    """Of a revoked one; "không rõ" where the register does not tell."""
    successor: str
    """Of a superseded one."""

    @property
    def holds(self) -> bool:
        """It is in force."""
        return self.holding is Holding.IN_FORCE


def validity(facts: Facts, on: date) -> Validity:
    """Tell whether a result holds on a day; what ended it weighs more than its term."""
    if facts.cancelled_on is not None and facts.cancelled_on <= on:
        decision = facts.decision_number or UNKNOWN
        sentence = f"Đã bị hủy bỏ từ ngày {facts.cancelled_on:%d/%m/%Y}, quyết định số: {decision}."
        return Validity(on, Holding.REVOKED, sentence, facts.cancelled_on, None, decision, facts.successor)
    if facts.superseded_on is not None and facts.superseded_on <= on:
        sentence = f"Tệp đã được thay thế bằng bản khác từ ngày {facts.superseded_on:%d/%m/%Y}."
        return Validity(on, Holding.SUPERSEDED, sentence, facts.superseded_on, None, "", facts.successor)
    if on < facts.issued_on:
        sentence = f"Chưa có hiệu lực: ngày cấp {facts.issued_on:%d/%m/%Y}."
        return Validity(on, Holding.NOT_YET, sentence, facts.issued_on, None, "", "")
    if facts.valid_until is not None and facts.valid_until < on:
        sentence = f"Hết hiệu lực sau ngày {facts.valid_until:%d/%m/%Y}."
        return Validity(on, Holding.EXPIRED, sentence, facts.valid_until + timedelta(days=1), None, "", "")
    term = "không thời hạn" if facts.valid_until is None else f"đến hết ngày {facts.valid_until:%d/%m/%Y}"
    return Validity(on, Holding.IN_FORCE, f"Còn hiệu lực, {term}.", facts.issued_on, facts.valid_until, "", "")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature on the file, as our own verifier judged it before the release."""

    role: str
    """``clerk`` or ``agency``."""
    signer: str
    level: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Making:
    """How an electronic result came about, from its record."""

    pages: int
    """0: not known."""
    findings: int
    """Remarks on the quality of the scan."""
    checked_by: int
    """People who entered, confirmed or approved the data."""
    corrections: int
    """Times that the data were corrected after sealing."""
    data_signed: bool
    """The agency's signature covers the data in force."""
    signatures: Sequence[Signed]


@dataclass(frozen=True, slots=True)
class Assurance:
    """How sure an electronic result is."""

    scanned: str
    """Vietnamese: how the paper became a file."""
    checked: str
    """Who checked the data."""
    signed: str
    """Whose signatures it bears."""
    signatures_hold: bool
    """There is one of the agency, and our verifier found all of them valid when the file was released."""


def assurance(making: Making) -> Assurance:
    """Say how sure an electronic result is; never more than its record tells."""
    pages = f"{making.pages} trang" if making.pages else f"số trang {UNKNOWN}"
    quality = "không có nhận xét về chất lượng" if not making.findings else f"{making.findings} nhận xét về chất lượng"
    checked = f"{making.checked_by} người kiểm dữ liệu" if making.checked_by else f"người kiểm dữ liệu {UNKNOWN}"
    if making.corrections:
        checked += f", đính chính {making.corrections} lần sau khi đóng dấu"
    checked += ", dữ liệu có chữ ký của cơ quan" if making.data_signed else ", dữ liệu chưa có chữ ký của cơ quan"
    roles = {"clerk": "người quét", "agency": "cơ quan"}
    told = [f"{roles.get(one.role, one.role)}: {one.signer} ({one.level}, {one.verdict})" for one in making.signatures]
    agency = any(one.role == "agency" for one in making.signatures)
    valid = all(one.verdict == "valid" for one in making.signatures)
    return Assurance(
        scanned=f"Quét từ bản giấy, {pages}, {quality}.",
        checked=f"{checked[0].upper()}{checked[1:]}.",
        signed="; ".join(told) if told else f"Chữ ký: {UNKNOWN}",
        signatures_hold=agency and valid,
    )


@dataclass(frozen=True, slots=True)
class Restriction:
    """Kinds that a person must release."""

    kinds: tuple[str, ...]
    why: str
    """Vietnamese clause."""
    source: str
    since: date
    verified: bool
    until: date | None = None

    @property
    def ground(self) -> str:
        """Why, with the mark of what was not read in a published text."""
        return self.why if self.verified else f"{self.why} ({_catalogue().unverified_mark})"


def restriction(kind_code: str | None, on: date) -> Restriction | None:
    """Return why a kind is not shown at once; None: it is."""
    for each in _catalogue().restricted:
        if kind_code in each.kinds and each.since <= on and (each.until is None or on <= each.until):
            return each
    return None


def owner_number(typed: str) -> str:
    """Return the number of a person or business as the register keeps it.

    Raises:
        InvalidInput: it is none.
    """
    number = re.sub(r"[\s.]", "", typed).upper()
    if not is_holder_number(number):
        raise InvalidInput(
            "số định danh của chủ giấy tờ phải là 9 hoặc 12 chữ số (CMND, số định danh), "
            "10 hoặc 13 chữ số (mã số thuế), hoặc số hộ chiếu"
        )
    return number


def state_of(accesses: Sequence[Access]) -> RequestState:
    """Return how far a request with these answers is."""
    if Access.PENDING in accesses:
        return RequestState.PENDING
    if accesses and all(access is Access.REFUSED for access in accesses):
        return RequestState.REFUSED
    return RequestState.ANSWERED


@dataclass(frozen=True, slots=True)
class _Catalogue:
    unverified_mark: str
    restricted: tuple[Restriction, ...]


@cache
def _catalogue() -> _Catalogue:
    try:
        text = files("digitize.catalogue").joinpath("reuse.toml").read_text(encoding="utf-8")
        return msgspec.convert(tomllib.loads(text), _Catalogue)
    except (OSError, ValueError) as fault:
        raise Misconfigured(f"danh mục reuse.toml không đọc được: {fault}") from fault
