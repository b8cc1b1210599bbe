"""What a person confirms about a result: the fields of TT 01/2023/TT-VPCP Art 9, checked before they enter the record.

The confirmed metadata are a JSON object of their own beside the signed file. A random salt in it keeps its hash, which
stands in the history, from giving away names and numbers that somebody could guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from digitize.catalogue.reading import KindEntry, entries, kinds
from digitize.errors import InvalidInput
from digitize.model import Reading, to_json

FIELD_NAMES: Mapping[str, str] = {
    "number": "số, ký hiệu",
    "issued_date": "ngày cấp",
    "place": "nơi cấp",
    "organ_name": "cơ quan cấp",
    "parent_organ_name": "cơ quan chủ quản",
    "subject": "trích yếu",
    "signer_name": "người ký",
    "signer_title": "chức vụ người ký",
    "holder_name": "họ tên chủ giấy tờ",
    "holder_id": "số định danh chủ giấy tờ",
    "holder_birth_date": "ngày sinh chủ giấy tờ",
}
"""Every field that may be confirmed, as a person reads it."""

PERSONAL = frozenset({"holder_name", "holder_id", "holder_birth_date"})
"""Fields about a private person: in the history only as salted commitments."""

_LONGEST: Mapping[str, int] = {"number": 60, "organ_name": 200, "parent_organ_name": 200, "subject": 1000}
"""Characters: law.md §2.2 (practice) and CV 7197/BKHCN-CĐSQG."""

_LONGEST_OTHER = 300

_HOLDER_NUMBER = re.compile(r"\d{9}|\d{12}|\d{10}(-\d{3})?|(?=.*\d)[A-Z][0-9A-Z]{5,11}")
"""Chứng minh nhân dân: 9 digits; số định danh cá nhân: 12 digits (Luật Căn cước 2023, Art 12); tax or business number:
10 digits, or 13 for a branch (TT 105/2020/TT-BTC Art 5); a passport begins with a letter (ICAO Doc 9303)."""
_BIRTH_DATE = re.compile(r"(\d{4})(-\d{2})?(-\d{2})?")


@dataclass(frozen=True, slots=True)
class ConfirmedData:
    """What a person confirmed, ready to be signed by the agency."""

    document: str
    """Opaque id."""
    version: int
    """From 1; a correction is the next."""
    revision: str
    """SHA-256 of the signed capture that the data were taken from."""
    kind_code: str
    kind_name: str
    """As a person reads it."""
    fields: Mapping[str, str]
    """By name; dates in ISO 8601; fields without a value are left out."""
    confirmed_by: str
    """Id of the person."""
    confirmed_at: datetime
    salt: str
    """256 random bits in hex."""

    def encoded(self) -> bytes:
        """Return the JSON object that is stored and signed; the same data always give the same bytes."""
        return to_json(self)


def checked(kind_code: str, fields: Mapping[str, str], today: date) -> dict[str, str]:
    """Return the fields in normal form, those without a value left out.

    Args:
        kind_code: what the paper is, a kind of the catalogue; the machine's "không rõ" cannot be confirmed.
        fields: by name, as a person sent them.
        today: no paper was issued later.

    Raises:
        InvalidInput: names every field that is unknown, missing or malformed; never its value.
    """
    kind = _kinds().get(kind_code)
    required = required_fields(kind_code)
    faults = ["loại giấy tờ chưa xác định"] if kind is None else []
    faults += [f"{name} không phải trường được biết" for name in sorted(fields.keys() - FIELD_NAMES.keys())]
    normal = {name: _folded(value) for name, value in fields.items() if name in FIELD_NAMES}
    kept = {name: value for name, value in normal.items() if value}
    faults += [f"{FIELD_NAMES[name]} ({name}) còn thiếu" for name in sorted(required - kept.keys())]
    for name, value in sorted(kept.items()):
        fault = _fault(name, value, today)
        if fault:
            faults.append(f"{FIELD_NAMES[name]} ({name}) {fault}")
    if faults:
        raise InvalidInput("; ".join(faults))
    return kept


def required_fields(kind_code: str) -> frozenset[str]:
    """Return the fields without which a kind cannot be confirmed; none for what is no kind of the catalogue."""
    kind = _kinds().get(kind_code)
    return frozenset() if kind is None else _required(kind.family)


def kind_name(kind_code: str) -> str:
    """Return the name of a kind of the catalogue as a person reads it.

    Raises:
        InvalidInput: there is no such kind.
    """
    kind = _kinds().get(kind_code)
    if kind is None:
        raise InvalidInput("loại giấy tờ chưa xác định")
    return kind.name


def is_holder_number(value: str) -> bool:
    """Tell whether a text is the number of a person or business: identity card, tax number or passport."""
    return _HOLDER_NUMBER.fullmatch(value) is not None


def changed(reading: Reading, kind_code: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Name what differs from the machine's draft: ``kind`` and fields, in alphabetical order."""
    draft = {name: _folded(field.value) for name, field in reading.fields.items() if _folded(field.value)}
    names = {name for name in draft.keys() | fields.keys() if draft.get(name) != fields.get(name)}
    return tuple(sorted(names | ({"kind"} if reading.kind.code != kind_code else set())))


@cache
def _kinds() -> Mapping[str, KindEntry]:
    return {kind.code: kind for kind in kinds()}


@cache
def _required(family: str) -> frozenset[str]:
    return frozenset(
        field for rule in entries("metadata.toml", "required") if family in rule["families"] for field in rule["fields"]
    )


def _folded(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).split())


def _fault(name: str, value: str, today: date) -> str | None:
    longest = _LONGEST.get(name, _LONGEST_OTHER)
    if len(value) > longest:
        return f"dài quá {longest} ký tự"
    if any(unicodedata.category(letter) == "Cc" for letter in value):
        return "có ký tự điều khiển"
    check = _CHECKS.get(name)
    return check(value, today) if check else None


def _issued_date_fault(value: str, today: date) -> str | None:
    day = _day(value)
    if day is None:
        return "không phải ngày dạng năm-tháng-ngày"
    return "ở tương lai" if day > today else None


def _birth_date_fault(value: str, today: date) -> str | None:
    # Old papers often know the year alone: ISO 8601 lets the month and the day be left out.
    found = _BIRTH_DATE.fullmatch(value)
    day = _day(f"{found[1]}{found[2] or '-01'}{found[3] or '-01'}") if found else None
    if day is None:
        return "không phải ngày dạng năm-tháng-ngày (hoặc chỉ năm)"
    return "ở tương lai" if day > today else None


def _holder_number_fault(value: str, _today: date) -> str | None:
    if is_holder_number(value):
        return None
    return "phải là 9 hoặc 12 chữ số (CMND, số định danh), 10 hoặc 13 chữ số (mã số thuế), hoặc số hộ chiếu"


_CHECKS: Mapping[str, Callable[[str, date], str | None]] = {
    "issued_date": _issued_date_fault,
    "holder_birth_date": _birth_date_fault,
    "holder_id": _holder_number_fault,
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
