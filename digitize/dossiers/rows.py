"""Rows of a table, as the texts that stand in its cells, become dossiers; every cell that cannot be used is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from digitize.dossiers import terms
from digitize.dossiers.columns import Columns, words
from digitize.dossiers.told import NewDossier, NewResult, check
from digitize.errors import InvalidInput
from digitize.targets import VIETNAM_TIME
from digitize.vietnamese import bare, tidy

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})[:h](\d{2})(?::(\d{2}))?(?:\.\d+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_STAMP = re.compile(r"\d{8}(\d{6})?")
_LIKE_A_DAY = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T][0-9:.]{4,12})?")
_LONGEST = {"code": 64, "procedure_code": 40, "procedure_name": 500, "holder_name": 300, "holder_id": 40,
            "handler_name": 300, "field_code": 40, "result_title": 2000, "result_number": 200,
            "result_type_code": 40}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row cannot be entered."""

    row: int
    """As a person counts them in the file, the header included; from 1."""
    column: str
    """Header; empty when the row as a whole is at fault."""
    value: str
    """Masked: no more of it than is needed to find it."""
    reason: str
    """Vietnamese."""


@dataclass(frozen=True, slots=True)
class Office:
    """What is known to whoever reads a table."""

    units: Mapping[str, str]
    """Ids of the units that may be told of, by code, and by bare name where it is the only one of that name."""
    procedures: Mapping[str, str]
    """Names by code, where the table tells none."""
    unit: str | None = None
    """Id of the unit that the whole file belongs to."""
    told_at: datetime | None = None
    """Of when the file is."""


@dataclass(slots=True)
class Told:
    """What one dossier's rows come to."""

    row: int
    """The first of them."""
    dossier: NewDossier | None = None
    """None when a row is at fault."""
    faults: list[RowFault] = field(default_factory=list)


def tell(numbered: Iterable[tuple[int, Sequence[str]]], columns: Columns, office: Office) -> Iterator[Told]:
    """Turn rows into dossiers; rows of one code that follow each other are one dossier with several results.

    Args:
        numbered: each row with its number in the file; empty ones are passed over.
        columns: where each field stands.
        office: what is known besides.
    """
    reader = _Reader(columns, office)
    waiting: Told | None = None
    for number, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        now = reader.read(number, cells)
        if waiting is not None and _continues(waiting, now):
            waiting = _joined(waiting, now)
            continue
        if waiting is not None:
            yield waiting
        waiting = now
    if waiting is not None:
        yield waiting


def _continues(before: Told, now: Told) -> bool:
    first, second = before.dossier, now.dossier
    return first is not None and second is not None and first.code == second.code and bool(second.results)


def _joined(before: Told, now: Told) -> Told:
    assert before.dossier is not None and now.dossier is not None  # noqa: S101, PT018  # _continues has looked
    values = {name: getattr(now.dossier, name) for name in NewDossier.__dataclass_fields__}
    together = NewDossier(**(values | {"results": before.dossier.results + now.dossier.results}))
    alone = NewDossier(**(values | {"results": before.dossier.results}))
    if alone != before.dossier:
        reason = f"cùng mã hồ sơ với dòng {before.row} nhưng thông tin hồ sơ khác"
        before.faults.append(RowFault(now.row, "", "", reason))
        return Told(before.row, None, before.faults)
    return Told(before.row, together, before.faults)


class _Reader:
    """Reads the cells of one table."""

    def __init__(self, columns: Columns, office: Office) -> None:
        self._columns = columns
        self._office = office

    def read(self, number: int, cells: Sequence[str]) -> Told:
        """Read a row."""
        told = Told(number)
        values: dict[str, Any] = {}
        for name, place in self._columns.places.items():
            text = tidy(cells[place]) if place < len(cells) else ""
            if not text:
                continue
            try:
                values[name] = _PARSERS.get(name, _text)(_short_enough(name, text))
            except InvalidInput as fault:
                told.faults.append(RowFault(number, self._columns.header(name), veiled(text), fault.detail))
        if not told.faults:
            self._finish(told, values)
        return told

    def _finish(self, told: Told, values: dict[str, Any]) -> None:
        try:
            told.dossier = self._dossier(values)
            check(told.dossier)
        except _Cell as fault:
            name = fault.field
            shown = veiled(str(values[name])) if name in values else ""
            told.faults.append(RowFault(told.row, self._columns.header(name), shown, fault.detail))
        except InvalidInput as fault:
            told.dossier = None
            told.faults.append(RowFault(told.row, "", "", fault.detail))

    def _dossier(self, values: dict[str, Any]) -> NewDossier:
        for name in ("code", "procedure_code"):
            if name not in values:
                raise _Cell(name, "còn trống")
        called = values.pop("procedure_name", None) or self._office.procedures.get(values["procedure_code"])
        if called is None:
            raise _Cell("procedure_name", "còn trống, và danh mục không có mã thủ tục này")
        results = self._result(values)
        return NewDossier(
            unit_id=self._unit(values), procedure_name=called, results=results, told_at=self._office.told_at, **values
        )

    def _unit(self, values: dict[str, Any]) -> str:
        told = values.pop("unit", None)
        if told is None:
            if self._office.unit is None:
                raise _Cell("unit", "còn trống")
            return self._office.unit
        found = self._office.units.get(told) or self._office.units.get(bare(told))
        if found is None:
            values["unit"] = told
            raise _Cell("unit", "không có đơn vị này trong phạm vi được phép")
        return found

    @staticmethod
    def _result(values: dict[str, Any]) -> tuple[NewResult, ...]:
        told = {name: values.pop(name) for name in tuple(values) if name.startswith("result_")}
        if not told:
            return ()
        day = told.get("result_issued_on") or values.get("resolved_on")
        finished = values.get("finished_at")
        guessed = day is None
        if day is None and finished is not None:
            day = terms.day_of(finished)
        if "result_title" not in told:
            raise _Cell("result_title", "còn trống")
        if day is None:
            raise _Cell("result_issued_on", "còn trống, và không có ngày giải quyết để thay")
        return (
            NewResult(
                told["result_title"], day, valid_until=told.get("result_valid_until"),
                number=told.get("result_number"), result_type_code=told.get("result_type_code"),
                # Without a name of its own, a result whose day is a guess would be another one with the next file.
                source_ref=told.get("result_number") or told["result_title"][:200] if guessed else None,
                day_guessed=guessed,
            ),
        )  # fmt: skip


class _Cell(InvalidInput):
    """A cell of a row is at fault."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.field = name


def veiled(text: str) -> str:
    """Return what may be shown of a cell: a day as it is, of anything else no more than its beginning."""
    if _LIKE_A_DAY.fullmatch(text):
        return text
    return text if len(text) <= 2 else f"{text[:2]}… ({len(text)} ký tự)"


def parse_day(text: str) -> date:
    """Read a day in any of the usual forms; the day stands before the month.

    Raises:
        InvalidInput: it is none.
    """
    return _moment(text)[0]


def parse_moment(text: str, end_of_day: bool = False) -> datetime:
    """Read a moment; a mere day is its beginning, or its end.

    Raises:
        InvalidInput: it is none.
    """
    day, clock = _moment(text)
    if clock is None:
        return terms.last_moment(day) if end_of_day else terms.first_moment(day)
    return datetime.combine(day, clock, VIETNAM_TIME)


def _moment(text: str) -> tuple[date, time | None]:
    if _STAMP.fullmatch(text):
        moment = terms.parse_stamp(text)
        return moment.date(), moment.time() if len(text) == 14 else None
    first, year = _DAY_FIRST.search(text), _YEAR_FIRST.search(text)
    try:
        if year is not None:
            day, found = date(int(year[1]), int(year[2]), int(year[3])), year
        elif first is not None:
            day, found = date(int(first[3]), int(first[2]), int(first[1])), first
        else:
            raise InvalidInput("không phải ngày; hãy viết ngày/tháng/năm")
        rest = (text[: found.start()] + " " + text[found.end() :]).strip(" T,")
        return day, _clock(rest) if rest else None
    except ValueError:
        raise InvalidInput("không có ngày này trên lịch") from None


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InvalidInput("không phải ngày; hãy viết ngày/tháng/năm giờ:phút")
    clock = time(int(found[1]), int(found[2]), int(found[3] or 0))
    # Spreadsheets keep a mere day as its midnight.
    return clock if clock != time() else None


def _listed(name: str, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if text.isdigit() and 1 <= int(text) <= most:
            return int(text)
        found = words(name).get(bare(text)) or (_status_names().get(bare(text)) if name == "status" else None)
        if found is None:
            raise InvalidInput("không nằm trong các giá trị được nhận")
        return found

    return parse


def _status_names() -> Mapping[str, int]:
    return {bare(terms.name_of(number)): number for number in range(1, 11)}


def _money(text: str) -> int:
    digits = re.sub(r"(\s|đồng|vnđ|vnd|đ|[.,](?=\d{3}(\D|$)))", "", text.lower())
    if not digits.isdigit() or not digits.isascii():
        raise InvalidInput("không phải số tiền")
    return int(digits)


def _short_enough(name: str, text: str) -> str:
    most = _LONGEST.get(name, 200)
    if len(text) > most:
        raise InvalidInput(f"dài quá {most} ký tự")
    return text


def _text(text: str) -> str:
    if _CONTROL.search(text):
        raise InvalidInput("có ký tự điều khiển")
    return text


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "received_on": parse_day,
    "resolved_on": parse_day,
    "result_issued_on": parse_day,
    "result_valid_until": parse_day,
    "due_at": lambda text: parse_moment(text, end_of_day=True),
    "status_at": parse_moment,
    "finished_at": parse_moment,
    "returned_at": parse_moment,
    "status": _listed("status", 10),
    "channel": _listed("channel", 3),
    "holder_type": _listed("holder_type", 4),
    "paid_how": _listed("paid_how", 3),
    "fee_vnd": _money,
}
