"""A report's tables: the same for a spreadsheet and for print."""

from __future__ import annotations

from collections.abc import Sequence

from digitize.reports.report import ClerkLine, IndicatorLine, Report, UnitLine
from digitize.spreadsheet import Column, Grid, Value
from digitize.targets import NONE, Rate

TITLE = "Kết quả số hóa kết quả giải quyết thủ tục hành chính"

_RATE_NOTE = (
    "Tỷ lệ tồn = kết quả còn hiệu lực đã số hóa, đóng dấu, công bố ÷ mọi kết quả còn hiệu lực, tính đến hết kỳ.",
    "Tỷ lệ phát sinh = hồ sơ giải quyết trong kỳ có kết quả đã công bố ÷ mọi hồ sơ giải quyết trong kỳ.",
    "Hai tỷ lệ khác nhau, không cộng gộp.",
)


def grids(report: Report) -> tuple[Grid, ...]:
    """Return every table of a report: by level, by unit, the indicators, by clerk."""
    return (by_level(report), by_unit(report), of_indicators(report), by_clerk(report))


def by_level(report: Report) -> Grid:
    """Return where the levels stand."""
    return Grid("Theo cấp", _head(report, "Theo cấp chính quyền"), _UNITS[1:], _numbered(report.levels)[0], _RATE_NOTE)


def by_unit(report: Report) -> Grid:
    """Return where each unit stands, a parent before its children."""
    _, rows = _numbered(report.units)
    return Grid("Theo đơn vị", _head(report, "Theo đơn vị"), _UNITS, rows, _RATE_NOTE)


def of_indicators(report: Report) -> Grid:
    """Return the indicators of the whole."""
    columns = (
        Column("Chỉ số", 8), Column("Nội dung", 38), Column("Đạt", 8, numeric=True), Column("Tổng", 8, numeric=True),
        Column("Tỷ lệ (%)", 8, numeric=True), Column("Chưa rõ", 8, numeric=True), Column("Điểm", 7, numeric=True),
        Column("Tối đa", 7, numeric=True), Column("Ghi chú", 12),
    )  # fmt: skip
    return Grid("Chỉ số", _head(report, "Chỉ số thành phần"), columns, [_indicator(each) for each in report.indicators])


def by_clerk(report: Report) -> Grid:
    """Return who digitised how much."""
    columns = (
        Column("TT", 6, numeric=True), Column("Đơn vị", 40), Column("Cán bộ số hóa", 28),
        Column("Bản chụp đã ký", 13, numeric=True), Column("Đã công bố", 13, numeric=True),
    )  # fmt: skip
    rows = [_clerk(place, each) for place, each in enumerate(report.clerks, start=1)]
    return Grid("Theo cán bộ", _head(report, "Theo cán bộ số hóa"), columns, rows)


_UNITS = (
    Column("TT", 4, numeric=True), Column("Đơn vị", 24), Column("Cấp", 5), Column("KQ còn hiệu lực", 8, numeric=True),
    Column("Đã số hóa", 7, numeric=True), Column("Tỷ lệ tồn (%)", 8, numeric=True),
    Column("Chỉ tiêu (%)", 8, numeric=True), Column("Đạt chỉ tiêu", 8),
    Column("HS giải quyết trong kỳ", 8, numeric=True), Column("Đã số hóa trong kỳ", 8, numeric=True),
    Column("Tỷ lệ phát sinh (%)", 8, numeric=True), Column("Đúng hạn (%)", 8, numeric=True),
)  # fmt: skip

_LEVELS = {"tinh": "tỉnh", "huyen": "huyện", "xa": "xã"}


def _numbered(lines: Sequence[UnitLine]) -> tuple[list[list[Value]], list[list[Value]]]:
    plain = [_unit(each) for each in lines]
    return plain, [[place, *row] for place, row in enumerate(plain, start=1)]


def _unit(line: UnitLine) -> list[Value]:
    target = line.target
    return [
        f"{'    ' * line.depth}{line.name}", _LEVELS[line.level.value], line.stock.denominator, line.stock.numerator,
        percent(line.stock), NONE if target is None else target.percent, reached(line), line.flow.denominator,
        line.flow.numerator, percent(line.flow), percent(line.on_time),
    ]  # fmt: skip


def percent(rate: Rate) -> Value:
    """Return a share with one decimal, or "không có"."""
    return NONE if rate.percent is None else round(rate.percent, 1)


def reached(line: UnitLine) -> str:
    """Say whether a target is reached, and what must stand beside it."""
    if line.target is None or line.reached is None:
        return NONE
    verdict = "đạt" if line.reached else "chưa đạt"
    return f"{verdict} ({line.target.mark})" if line.target.mark else verdict


def _indicator(line: IndicatorLine) -> list[Value]:
    whole = line.rate.denominator
    return [
        line.code, line.name, line.rate.numerator, whole or NONE, percent(line.rate), line.unknown or None,
        NONE if line.score is None else line.score, line.max_score, line.mark,
    ]  # fmt: skip


def _clerk(place: int, line: ClerkLine) -> list[Value]:
    return [place, line.unit, line.clerk, line.captures, line.published]


def _head(report: Report, what: str) -> tuple[str, ...]:
    return (f"{TITLE} {report.period.name}", report.agency, f"{what}; số liệu đến hết ngày {_last(report)}")


def _last(report: Report) -> str:
    return f"{report.period.span.last:%d/%m/%Y}"
