"""The table of units: what its columns are called, and the histories that its rows tell.

A row says what a unit was called and below which unit it stood from a day to a day. A unit that was renamed or moved
has several rows, one after the other without a gap; the last one may say when it ended and who took over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from digitize.errors import InvalidInput
from digitize.tabular import Columns, RowFault, TableRow, day_of
from digitize.targets import Level
from digitize.territory import Below, Branch, History, Named, inherited
from digitize.vietnamese import bare

COLUMNS: Columns = {
    "code": ("mã đơn vị", "mã", "mã định danh"),
    "name": ("tên đơn vị", "tên"),
    "level": ("cấp",),
    "branch": ("ngành",),
    "parent": ("mã cấp trên", "mã đơn vị cấp trên", "cấp trên"),
    "valid_from": ("từ ngày",),
    "valid_to": ("đến ngày",),
    "heirs": ("mã đơn vị kế thừa", "đơn vị kế thừa", "kế thừa"),
    "source": ("nguồn", "căn cứ"),
}
"""``heirs``: codes between semicolons, the principal first. ``branch``: empty, "địa phương" or "ngành dọc"."""
REQUIRED = ("code", "name", "level", "valid_from")

_LEVELS: Mapping[str, Level] = {form: level for level in Level for form in (level.value, f"cap {level.value}")}
_BRANCHES: Mapping[str, Branch] = {
    "": Branch.LOCAL, "dia phuong": Branch.LOCAL, "nganh doc": Branch.VERTICAL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """What one row tells of a unit."""

    row: int
    code: str
    name: str
    level: Level
    branch: Branch
    parent: str | None
    since: date
    until: date | None
    heirs: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ToldUnits:
    """What a table tells."""

    histories: Mapping[str, History]
    """By code; units with a faulty row are left out."""
    rows: Mapping[str, int]
    """The first row of each unit, by code."""
    faults: tuple[RowFault, ...]


def told_units(table: Sequence[TableRow]) -> ToldUnits:
    """Put the rows of a table together, unit by unit."""
    faults: list[RowFault] = []
    states: dict[str, list[_State]] = defaultdict(list)
    spoiled: set[str] = set()
    for row in table:
        try:
            state = _state(row)
            states[state.code].append(state)
        except InvalidInput as fault:
            faults.append(RowFault(row.number, fault.detail))
            spoiled.add(row.get("code"))
    histories: dict[str, History] = {}
    for code, told in states.items():
        in_time = sorted(told, key=lambda state: state.since)
        found = list(_faults(in_time))
        faults.extend(found)
        if not found and code not in spoiled:
            histories[code] = _history(in_time)
    rows = {code: min(state.row for state in told) for code, told in states.items()}
    return ToldUnits(histories, rows, tuple(sorted(faults, key=lambda fault: fault.row)))


def level_of(text: str) -> Level:
    """Read a level: "tinh", "Cấp xã".

    Raises:
        InvalidInput: it is none.
    """
    try:
        return _LEVELS[bare(text)]
    except KeyError:
        raise InvalidInput("cấp phải là tỉnh, huyện hoặc xã") from None


def _state(row: TableRow) -> _State:
    since = day_of(row.get("valid_from"))
    branch = _BRANCHES.get(bare(row.get("branch")))
    heirs = tuple(code for part in row.get("heirs").split(";") if (code := part.strip()))
    if not row.get("code") or not row.get("name"):
        raise InvalidInput("thiếu mã hoặc tên đơn vị")
    if since is None:
        raise InvalidInput("thiếu ngày bắt đầu")
    if branch is None:
        raise InvalidInput("ngành phải để trống, hoặc là địa phương, ngành dọc")
    if heirs and not row.get("source"):
        raise InvalidInput("có đơn vị kế thừa thì phải ghi căn cứ (nguồn)")
    return _State(
        row.number, row.get("code"), row.get("name"), level_of(row.get("level")), branch, row.get("parent") or None,
        since, day_of(row.get("valid_to")), heirs, row.get("source"),
    )  # fmt: skip


def _faults(states: Sequence[_State]) -> Iterator[RowFault]:
    """Tell what does not fit among the rows of one unit, which are in the order of time."""
    for state in states:
        if state.until is not None and state.until < state.since:
            yield RowFault(state.row, f"đơn vị {state.code}: ngày cuối trước ngày đầu")
        if len(set(state.heirs)) != len(state.heirs):
            yield RowFault(state.row, f"đơn vị {state.code}: một đơn vị kế thừa được nêu hai lần")
    for earlier, later in pairwise(states):
        if (earlier.level, earlier.branch) != (later.level, later.branch):
            yield RowFault(later.row, f"đơn vị {later.code} đổi cấp hoặc ngành: hãy lập đơn vị mới và nêu kế thừa")
        if earlier.until is not None and earlier.until + timedelta(days=1) != later.since:
            yield RowFault(later.row, f"đơn vị {later.code}: các khoảng thời gian chồng nhau hoặc hở")
        if earlier.since == later.since:
            yield RowFault(later.row, f"đơn vị {later.code} có hai dòng từ cùng một ngày")
        if earlier.heirs:
            yield RowFault(earlier.row, f"đơn vị {later.code}: chỉ dòng cuối được nêu đơn vị kế thừa")


def _history(states: Sequence[_State]) -> History:
    names: list[Named] = []
    parents: list[Below] = []
    ends = [later.since - timedelta(days=1) for later in states[1:]] + [states[-1].until]
    for state, until in zip(states, ends, strict=True):
        if names and names[-1].name == state.name:
            names[-1] = replace(names[-1], until=until)
        else:
            names.append(Named(state.name, state.since, until))
        if parents and parents[-1].parent == state.parent:
            parents[-1] = replace(parents[-1], until=until)
        else:
            parents.append(Below(state.parent, state.since, until))
    last = states[-1]
    after = (last.until or last.since) + timedelta(days=1)
    heirs = inherited(last.heirs, after, last.source)
    return History(last.code, last.level, last.branch, states[0].since, last.until, tuple(names), tuple(parents), heirs)
