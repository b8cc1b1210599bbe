"""Administrative procedures and the types of paper that they end with: values with validity, and tables of them.

The national database (CSDLQG về TTHC) lists them. Codes and names change by yearly decisions, so that both are looked
up as of a day. What a table does not say stays "không rõ" (None); it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from digitize.catalogue import reading as catalogue
from digitize.errors import InvalidInput
from digitize.tabular import Columns, RowFault, TableRow, day_of, truth_of
from digitize.targets import Level
from digitize.unit_rows import level_of
from digitize.vietnamese import bare

RESULT_TYPE = re.compile(r"KQ\.G\d{2}(\.\d{2})?\.\d{6}")
"""Such as ``KQ.G15.000031``: the ministry, then six figures."""
_CUT_SHORT = re.compile(r"\d\.\d{1,5}")
_PROCEDURE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")

PROCEDURE_COLUMNS: Columns = {
    "code": ("mã thủ tục", "mã tthc", "mã"),
    "name": ("tên thủ tục", "tên tthc", "tên"),
    "level": ("cấp", "cấp thực hiện"),
    "field_code": ("mã lĩnh vực",),
    "field_name": ("lĩnh vực", "tên lĩnh vực"),
    "needs_paper_result": ("kết quả giấy",),
    "needs_fee": ("phí lệ phí", "có phí"),
    "population_linked": ("kết nối dân cư",),
    "result_types": ("mã kết quả", "mã giấy tờ kết quả"),
    "valid_from": ("từ ngày",),
    "valid_to": ("đến ngày",),
    "source": ("nguồn", "căn cứ"),
}
"""``result_types``: codes between semicolons."""
RESULT_TYPE_COLUMNS: Columns = {
    "code": ("mã kết quả", "mã giấy tờ kết quả", "mã"),
    "name": ("tên kết quả", "tên giấy tờ", "tên"),
    "kind_code": ("loại giấy tờ",),
    "valid_from": ("từ ngày",),
    "valid_to": ("đến ngày",),
    "source": ("nguồn", "căn cứ"),
}
REQUIRED = ("code", "name")


_HOW_HANDED_IN = re.compile(r"^ban (?:sao|chinh|goc)(?: (?:dien tu|co|duoc|chung thuc|tu so goc))* ")
"""What stands before the name of a paper in lists of components, without marks."""


_TELLING = frozenset({"civil_status", "certificate"})
"""Families of kinds that tell one paper of a person from the others; "Quyết định" may be any decision."""


def kind_named(component: str) -> str | None:
    """Return the code of the kind of paper that a component's name begins with; None when it names none.

    Only kinds of which a person has one, or few, are told: what is offered for reuse must be the same paper.
    """
    name = _HOW_HANDED_IN.sub("", bare(component))
    telling = [entry for entry in catalogue.kinds() if entry.family in _TELLING]
    fitting = [entry for entry in telling if f"{name} ".startswith(f"{bare(entry.name)} ")]
    return max(fitting, key=lambda entry: len(entry.name)).code if fitting else None


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure while it is called and handled so."""

    code: str
    """Such as ``1.001193``."""
    since: date
    until: date | None
    """Last day; None: no known end."""
    name: str
    source: str
    level: Level | None = None
    field_code: str | None = None
    field_name: str | None = None
    needs_paper_result: bool | None = None
    needs_fee: bool | None = None
    population_linked: bool | None = None
    """The national population database answers for its applicants."""
    result_types: tuple[str, ...] = ()
    """Codes of the papers that it may end with, in their order."""


@dataclass(frozen=True, slots=True)
class ResultType:
    """A type of paper that procedures end with."""

    code: str
    """Such as ``KQ.G15.000031``."""
    since: date
    until: date | None
    name: str
    source: str
    kind_code: str | None = None
    """The kind of paper by which it is recognised in a scan."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for the rows of a table that do not say so themselves."""

    since: date | None = None
    source: str = ""


E = TypeVar("E", bound=Procedure | ResultType)


@dataclass(frozen=True, slots=True)
class Told(Generic[E]):
    """What a table tells."""

    entries: tuple[E, ...]
    faults: tuple[RowFault, ...]


def told_procedures(table: Sequence[TableRow], defaults: Defaults) -> Told[Procedure]:
    """Read the rows of a table of procedures."""
    return _told(table, _procedure, defaults)


def told_result_types(table: Sequence[TableRow], defaults: Defaults) -> Told[ResultType]:
    """Read the rows of a table of result types."""
    return _told(table, _result_type, defaults)


def one_after_the_other(entries: Iterable[E]) -> tuple[E, ...]:
    """Let every entry of one code end before the next one begins."""
    in_time: list[E] = sorted(entries, key=lambda entry: entry.since)
    closed: list[E] = [
        replace(earlier, until=last)
        if (last := later.since - timedelta(days=1)) < (earlier.until or date.max)
        else earlier
        for earlier, later in pairwise(in_time)
    ]
    return (*closed, *in_time[-1:])


def _told(table: Sequence[TableRow], read: Callable[[TableRow, Defaults], E], defaults: Defaults) -> Told[E]:
    entries: dict[tuple[str, date], E] = {}
    faults: list[RowFault] = []
    for row in table:
        try:
            entry = read(row, defaults)
        except InvalidInput as fault:
            faults.append(RowFault(row.number, fault.detail))
            continue
        if (entry.code, entry.since) in entries:
            faults.append(RowFault(row.number, f"mã {entry.code} có hai dòng từ cùng một ngày"))
        entries[entry.code, entry.since] = entry
    return Told(tuple(entries.values()), tuple(faults))


def _procedure(row: TableRow, defaults: Defaults) -> Procedure:
    since, until, source = _validity(row, defaults)
    if not _PROCEDURE.fullmatch(row.get("code")):
        raise InvalidInput("mã thủ tục chỉ gồm chữ, số, dấu chấm, gạch, tối đa 40 ký tự")
    if _CUT_SHORT.fullmatch(row.get("code")):
        raise InvalidInput("mã thủ tục thiếu số 0 ở cuối: bảng tính đã đọc mã như một số, hãy định dạng cột là văn bản")
    result_types = tuple(sorted({code for part in row.get("result_types").split(";") if (code := part.strip())}))
    for code in result_types:
        _need_result_type(code)
    return Procedure(
        row.get("code"), since, until, _name(row), source, level_of(row.get("level")) if row.get("level") else None,
        row.get("field_code") or None, row.get("field_name") or None, truth_of(row.get("needs_paper_result")),
        truth_of(row.get("needs_fee")), truth_of(row.get("population_linked")), result_types,
    )  # fmt: skip


def _result_type(row: TableRow, defaults: Defaults) -> ResultType:
    since, until, source = _validity(row, defaults)
    _need_result_type(row.get("code"))
    kind = row.get("kind_code") or None
    if kind is not None and kind not in {entry.code for entry in catalogue.kinds()}:
        raise InvalidInput(f"không có loại giấy tờ {kind[:80]!r}")
    return ResultType(row.get("code"), since, until, _name(row), source, kind)


def _need_result_type(code: str) -> None:
    if not RESULT_TYPE.fullmatch(code):
        raise InvalidInput(f"mã kết quả {code[:40]!r} phải viết như KQ.G15.000031")


def _name(row: TableRow) -> str:
    name = row.get("name")
    if not 0 < len(name) <= 500:
        raise InvalidInput("thiếu tên, hoặc tên dài quá 500 ký tự")
    return name


def _validity(row: TableRow, defaults: Defaults) -> tuple[date, date | None, str]:
    since, until = day_of(row.get("valid_from")) or defaults.since, day_of(row.get("valid_to"))
    source = row.get("source") or defaults.source
    if since is None:
        raise InvalidInput("thiếu ngày bắt đầu có hiệu lực")
    if until is not None and until < since:
        raise InvalidInput("hết hiệu lực trước khi có hiệu lực")
    if not source:
        raise InvalidInput("thiếu nguồn (căn cứ công bố)")
    return since, until, source
