"""The tree of units through time: who stood below whom on a day, and who answers for a unit that is gone.

A unit's level and code never change; its name and its parent do, and it may end and leave heirs. One heir is the
principal: from the first day without the unit, what it left stands below that heir. A unit that stands below one that
is gone thereby stands below the heir, until it is moved itself.

Days are days in Vietnam. A period runs from ``since`` to ``until``, both days included; ``until`` None: no known end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from digitize.errors import Conflict, InvalidInput
from digitize.targets import Level


class Branch(StrEnum):
    """Whether a unit belongs to a level of government."""

    LOCAL = "dia_phuong"
    VERTICAL = "nganh_doc"
    """An agency of a ministry (police, tax, social insurance): it stands in the tree, outside the levels' targets."""


BRANCH_NAMES: Mapping[Branch, str] = {Branch.LOCAL: "địa phương", Branch.VERTICAL: "ngành dọc"}


class _Period(Protocol):
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


P = TypeVar("P", bound=_Period)


@dataclass(frozen=True, slots=True)
class Named:
    """A name and when it was borne."""

    name: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Below:
    """A parent and when the unit stood below it."""

    parent: str | None
    """Code; None: at the top."""
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit that took over from one that is gone."""

    unit: str
    """Code."""
    since: date
    """First day without the unit that is gone."""
    principal: bool
    """It answers for what was left; exactly one heir does."""
    source: str
    """The decision."""


@dataclass(frozen=True, slots=True)
class History:
    """All that was, is and will be of a unit."""

    code: str
    level: Level
    branch: Branch
    since: date
    until: date | None
    names: tuple[Named, ...]
    """In the order of time, without a gap."""
    parents: tuple[Below, ...]
    """In the order of time, without a gap."""
    heirs: tuple[Heir, ...] = ()
    """The principal first, the others by code."""

    @property
    def principal(self) -> Heir | None:
        """Who answers after the end; None: nobody was named."""
        return next((heir for heir in self.heirs if heir.principal), None)

    def exists_on(self, day: date) -> bool:
        """Tell whether the unit exists on a day."""
        return holds(self, day)

    def name_on(self, day: date) -> str:
        """Return the name of a day; of the first or last one before and after the unit's time."""
        return _nearest(self.names, day).name

    def parent_on(self, day: date) -> str | None:
        """Return the parent of a day as it was decreed, whether or not it still exists."""
        return _nearest(self.parents, day).parent


Tree = Mapping[str, History]
"""By code."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Why a history cannot be."""

    code: str
    """Of the unit."""
    sentence: str
    """Vietnamese half-sentence."""


def holds(period: _Period, day: date) -> bool:
    """Tell whether a day lies in a period."""
    return period.since <= day and (period.until is None or period.until >= day)


def _nearest(periods: Sequence[P], day: date) -> P:
    return next((period for period in reversed(periods) if period.since <= day), periods[0])


def above(tree: Tree, code: str, day: date) -> str | None:
    """Return what a unit stands below on a day: its parent, or its principal heir once it is gone."""
    unit = tree[code]
    heir = unit.principal
    if heir is not None and heir.since <= day:
        return heir.unit
    return unit.parent_on(day)


def answering(tree: Tree, code: str, day: date) -> str:
    """Return the unit that answers on a day for what a unit left: itself while it exists, else its principal heir's.

    The way ends at a unit that named no heir, and at an heir outside the tree.
    """
    seen = {code}
    while (heir := tree[code].principal) is not None and heir.since <= day and heir.unit in tree.keys() - seen:
        code = heir.unit
        seen.add(code)
    return code


def renamed(unit: History, name: str, since: date) -> History:
    """Let a unit bear another name from a day on.

    Raises:
        InvalidInput: the name is empty, or the unit does not exist on that day.
        Conflict: it was renamed on that day or later already.
    """
    if not name.strip():
        raise InvalidInput("thiếu tên mới của đơn vị")
    if unit.names[-1].name == name and unit.names[-1].since == since:
        return unit
    _need_later(unit, since, unit.names[-1].since, "tên")
    return replace(unit, names=(*_closed(unit.names, since), Named(name, since, unit.until)))


def moved(unit: History, parent: str | None, since: date) -> History:
    """Let a unit stand below another parent from a day on.

    Raises:
        InvalidInput: the unit does not exist on that day.
        Conflict: it was moved on that day or later already.
    """
    if unit.parents[-1].parent == parent and unit.parents[-1].since == since:
        return unit
    _need_later(unit, since, unit.parents[-1].since, "đơn vị cấp trên")
    return replace(unit, parents=(*_closed(unit.parents, since), Below(parent, since, unit.until)))


def ended(unit: History, since: date, heirs: Sequence[str], source: str) -> History:
    """Let a unit be gone from a day on, with heirs of which the first is the principal.

    Raises:
        InvalidInput: it begins on that day or later, no heir is named, or one of them twice.
        Conflict: it ended on another day, or with other heirs, already.
    """
    if not heirs or len(set(heirs)) != len(heirs):
        raise InvalidInput("phải nêu đơn vị kế thừa, mỗi đơn vị một lần, đơn vị chính đứng đầu")
    if since <= unit.since:
        raise InvalidInput(f"đơn vị {unit.code} mới có từ {unit.since:%d/%m/%Y}, không thể thôi trước ngày đó")
    named = inherited(heirs, since, source)
    last = since - timedelta(days=1)
    if unit.until not in {None, last} or (unit.heirs and unit.heirs != named):
        raise Conflict(f"đơn vị {unit.code} đã thôi với ngày hoặc đơn vị kế thừa khác", remedy="")
    if max(unit.names[-1].since, unit.parents[-1].since) > last:
        raise Conflict(f"đơn vị {unit.code} có thay đổi từ ngày đó trở đi, không thể thôi trước", remedy="")
    return replace(
        unit, until=last, names=_closed(unit.names, since), parents=_closed(unit.parents, since), heirs=named
    )


def inherited(heirs: Sequence[str], since: date, source: str) -> tuple[Heir, ...]:
    """Return the heirs of a unit that is gone from a day on, given the principal first."""
    first, others = heirs[:1], sorted(heirs[1:])
    return tuple(Heir(heir, since, number == 0, source) for number, heir in enumerate([*first, *others]))


def _need_later(unit: History, since: date, last: date, what: str) -> None:
    if not unit.exists_on(since):
        raise InvalidInput(f"đơn vị {unit.code} không tồn tại vào ngày {since:%d/%m/%Y}")
    if since <= last:
        raise Conflict(f"{what} của đơn vị {unit.code} đã được ghi từ {last:%d/%m/%Y}", remedy="Hãy chọn ngày sau đó.")


def _closed(periods: Sequence[P], since: date) -> tuple[P, ...]:
    return (*periods[:-1], replace(periods[-1], until=since - timedelta(days=1)))  # type: ignore[type-var]


def contradictions(tree: Tree, codes: Iterable[str]) -> Iterator[Contradiction]:
    """Tell what cannot be in the histories of some units; circles are looked for in the whole tree."""
    for code in codes:
        for sentence in _faults(tree, tree[code]):
            yield Contradiction(code, sentence)
    yield from _circles(tree)


def _faults(tree: Tree, unit: History) -> Iterator[str]:
    if unit.until is not None and unit.until < unit.since:
        yield f"ngày cuối {unit.until:%d/%m/%Y} trước ngày đầu {unit.since:%d/%m/%Y}"
    for below in unit.parents:
        if below.parent is not None:
            yield from _faults_above(tree.get(below.parent), below)
    if unit.heirs and unit.until is None:
        yield "có đơn vị kế thừa nhưng không có ngày cuối"
    for heir in unit.heirs:
        inherits = tree.get(heir.unit)
        if inherits is None:
            yield f"không có đơn vị kế thừa {heir.unit}"
        elif heir.unit == unit.code or not inherits.exists_on(heir.since):
            yield f"đơn vị kế thừa {heir.unit} không tồn tại vào ngày {heir.since:%d/%m/%Y}"


def _faults_above(parent: History | None, below: Below) -> Iterator[str]:
    if parent is None:
        yield f"không có đơn vị cấp trên {below.parent}"
    elif parent.since > below.since:
        yield f"đơn vị cấp trên {below.parent} chưa có vào ngày {below.since:%d/%m/%Y}"
    elif parent.until is not None and parent.until < below.since and parent.principal is None:
        yield f"đơn vị cấp trên {below.parent} đã thôi trước ngày {below.since:%d/%m/%Y}"


def _circles(tree: Tree) -> Iterator[Contradiction]:
    days = {below.since for unit in tree.values() for below in unit.parents}
    days |= {heir.since for unit in tree.values() for heir in unit.heirs}
    found: set[str] = set()
    for day in sorted(days):
        for code in _in_circle(tree, day) - found:
            found.add(code)
            yield Contradiction(code, f"từ {day:%d/%m/%Y} đứng dưới chính nó")


def _in_circle(tree: Tree, day: date) -> set[str]:
    safe: set[str] = set()
    circled: set[str] = set()
    for code in tree:
        way: list[str] = []
        at: str | None = code
        while at is not None and at not in safe and at in tree and at not in way:
            way.append(at)
            at = above(tree, at, day)
        if at is not None and at in way:
            circled.update(way[way.index(at) :])
        safe.update(way)
    return circled
