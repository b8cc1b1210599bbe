"""A dossier as one JSON value: a line of NDJSON, by the same names as the body of ``POST /api/v1/dossiers``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import msgspec

from digitize.dossiers.told import NewComponent, NewDossier, NewResult
from digitize.errors import InvalidInput
from digitize.vietnamese import bare

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Text40 = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=_PRINTABLE)]
Text80 = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=_PRINTABLE)]
Text200 = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_PRINTABLE)]
Text300 = Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=_PRINTABLE)]
Text500 = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=_PRINTABLE)]
Text2000 = Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=_PRINTABLE)]
Text4000 = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=_PRINTABLE)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class ResultLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A result of a dossier."""

    title: Text2000
    issued_on: date
    kind_code: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[a-z0-9_]+$")] | None = None
    valid_until: date | None = None
    cancelled_on: date | None = None
    result_type_code: Text40 | None = None
    number: Text200 | None = None
    secret: bool = False
    from_elsewhere: bool = False
    source_ref: Text200 | None = None


class ComponentLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A paper that was handed in."""

    name: Text4000
    code: Text80 | None = None
    copy_kind: Annotated[int, msgspec.Meta(ge=0, le=2)] | None = None
    source_ref: Text200 | None = None
    removed: bool = False


class DossierLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A dossier as the one-stop system knows it."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_PRINTABLE)]
    unit: Text80
    procedure_code: Text40
    procedure_name: Text500
    holder_name: Text300 | None = None
    holder_id: Text40 | None = None
    received_on: date | None = None
    resolved_on: date | None = None
    results: Annotated[list[ResultLine], msgspec.Meta(max_length=100)] = []
    field_code: Text40 | None = None
    holder_type: Annotated[int, msgspec.Meta(ge=1, le=4)] | None = None
    channel: Annotated[int, msgspec.Meta(ge=1, le=3)] | None = None
    due_at: Moment | None = None
    status: Annotated[int, msgspec.Meta(ge=1, le=10)] | None = None
    status_at: Moment | None = None
    finished_at: Moment | None = None
    returned_at: Moment | None = None
    handler_name: Text300 | None = None
    vneid_verified: bool | None = None
    population_linked: bool | None = None
    fee_vnd: Annotated[int, msgspec.Meta(ge=0, le=10**12)] | None = None
    paid_how: Annotated[int, msgspec.Meta(ge=1, le=3)] | None = None
    components: Annotated[list[ComponentLine], msgspec.Meta(max_length=200)] = []
    told_at: Moment | None = None


_DECODER = msgspec.json.Decoder(DossierLine)


def read_line(line: bytes, units: Mapping[str, str]) -> NewDossier:
    """Read one line of NDJSON.

    Args:
        line: one JSON object.
        units: ids of the units that may be told of, by code.

    Raises:
        InvalidInput: it is no JSON, or a field of it cannot be used.
    """
    try:
        told = _DECODER.decode(line)
    except msgspec.ValidationError as fault:
        raise InvalidInput(_where(str(fault))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("dòng không phải JSON") from None
    return from_line(told, units)


def from_line(told: DossierLine, units: Mapping[str, str]) -> NewDossier:
    """Return what a line tells.

    Raises:
        InvalidInput: its unit is not among those that may be told of.
    """
    values: dict[str, Any] = {name: getattr(told, name) for name in _SHARED}
    return NewDossier(
        unit_id=unit_of(told.unit, units),
        results=tuple(NewResult(**msgspec.structs.asdict(result)) for result in told.results),
        components=tuple(NewComponent(**msgspec.structs.asdict(one)) for one in told.components),
        **values,
    )


_SHARED = tuple(name for name in DossierLine.__struct_fields__ if name not in ("unit", "results", "components"))


def unit_of(code: str, units: Mapping[str, str]) -> str:
    """Return the id of a unit.

    Raises:
        InvalidInput: there is no such unit in the scope.
    """
    unit_id = units.get(code)
    if unit_id is None:
        raise InvalidInput("không có đơn vị có mã này trong phạm vi được phép", remedy="Hãy kiểm tra lại mã đơn vị.")
    return unit_id


_FAULTS = (
    ("missing required field", "thiếu mục"),
    ("unknown field", "có mục lạ"),
    ("rfc3339 encoded datetime", "thời điểm phải viết theo ISO 8601, kèm múi giờ"),
    ("rfc3339 encoded date", "ngày phải viết YYYY-MM-DD"),
    ("with a timezone component", "thời điểm thiếu múi giờ"),
    ("of length", "quá dài, quá ngắn hoặc quá nhiều mục"),
    ("matching regex", "có ký tự không được nhận"),
)
"""What msgspec says, bared, and what it means; it never repeats the value."""


def _where(told: str) -> str:
    """Say in Vietnamese which field is at fault; the value itself is never repeated."""
    said, _, path = told.partition(" - at `")
    place = path.rstrip("`").removeprefix("$.").removeprefix("$")
    named = said.split("`")[1] if "field" in said and "`" in said else ""
    meaning = next((meaning for pattern, meaning in _FAULTS if bare(pattern) in bare(said)), "giá trị không dùng được")
    field = ".".join(part for part in (place, named) if part)
    return f"{meaning}: {field}" if field else meaning
