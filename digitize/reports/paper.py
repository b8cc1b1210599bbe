"""The report as an official paper (NĐ 30/2020/NĐ-CP, Annex I and III: báo cáo), its tables as annexes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from digitize.official_paper import Letterhead, Sheet, Signer
from digitize.reports.report import Report, UnitLine
from digitize.reports.rules import bases
from digitize.reports.tables import TITLE, by_clerk, by_unit, of_indicators
from digitize.spreadsheet import Grid, Value
from digitize.targets import VIETNAM_TIME, Rate

UNSIGNED = Signer("Thủ trưởng cơ quan", "")
"""Who signs is written by hand where nobody is named."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the register does not know of a paper."""

    number: str = ""
    """Số, ký hiệu; empty leaves the dotted line."""
    to: str = ""
    """Kính gửi; empty: the agency above, if there is one."""
    signer: Signer = UNSIGNED


def pdf(report: Report, outside: Outside) -> bytes:
    """Return the report as PDF/A-2b: the same values always give the same bytes.

    Raises:
        Misconfigured: the typeface is missing.
    """
    made_on = report.made_at.astimezone(VIETNAM_TIME).date()
    sheet = Sheet("portrait", made_on, f"Báo cáo {TITLE.lower()} {report.period.name}")
    sheet.head(Letterhead(report.agency, report.place, made_on, report.parent, outside.number))
    sheet.heading("BÁO CÁO", f"{TITLE} {report.period.name}")
    to = outside.to or report.parent
    if to:
        sheet.say(f"Kính gửi: {to}", indent=False)
    for basis in bases(report.period.span.last):
        sheet.say(f"Căn cứ {basis.text};")
    sheet.say(f"{report.agency} báo cáo kết quả {report.period.name}, số liệu đến hết ngày {_day(report)} như sau:")
    _results(sheet, report)
    _dossiers(sheet, report)
    _copies(sheet, report)
    sheet.say(
        "Số liệu được tính từ các sự kiện đã ghi trong sổ kết quả "
        f"(phương pháp tính phiên bản {report.method_version}); chi tiết tại các phụ lục kèm theo./."
    )
    sheet.signed_by(outside.signer, recipients=("Như trên;" if to else "Thủ trưởng cơ quan;", "Lưu: VT."))
    for number, grid in enumerate((by_unit(report), of_indicators(report), by_clerk(report)), start=1):
        _annex(sheet, number, grid)
    return sheet.finish()


def _results(sheet: Sheet, report: Report) -> None:
    sheet.point("1. Số hóa kết quả còn hiệu lực và có giá trị sử dụng")
    for level in report.levels:
        sheet.say(f"- {level.name}: {_stock(level)}")
    if not report.levels:
        sheet.say("Chưa có kết quả nào trong sổ.")
    sheet.point("2. Số hóa hồ sơ giải quyết trong kỳ")
    for level in report.levels:
        sheet.say(f"- {level.name}: {_share(level.flow, 'hồ sơ giải quyết trong kỳ có kết quả đã công bố')}.")


def _stock(line: UnitLine) -> str:
    told = _share(line.stock, "kết quả còn hiệu lực đã số hóa")
    if line.target is None:
        return f"{told}; kỳ này không có chỉ tiêu."
    mark = f", {line.target.mark}" if line.target.mark else ""
    verdict = {True: "đạt", False: f"chưa đạt, còn thiếu {line.stock.missing(line.target.percent)} kết quả"}
    judged = verdict.get(line.reached, "không có gì để so") if line.reached is not None else "không có gì để so"
    return f"{told}; chỉ tiêu {line.target.percent} % ({line.target.source}{mark}): {judged}."


def _share(rate: Rate, what: str) -> str:
    return f"{rate.numerator}/{rate.denominator} {what} ({rate.text})"


def _dossiers(sheet: Sheet, report: Report) -> None:
    sheet.point("3. Giải quyết đúng hạn")
    late = report.late
    if not late.late:
        sheet.say("Không ghi nhận hồ sơ trễ hẹn trong kỳ.")
        return
    sheet.say(f"Có {late.late} hồ sơ trễ hẹn; đã gửi thư xin lỗi {late.apologised}/{late.late} hồ sơ.")


def _copies(sheet: Sheet, report: Report) -> None:
    if report.copies is None:
        return
    sheet.point("4. Chứng thực bản sao điện tử từ bản chính")
    share = _share(report.copies.communes, "đơn vị cấp xã cung cấp dịch vụ và đã cấp ít nhất một bản sao")
    goal = report.copies.target_percent
    mark = f", {report.copies.mark}" if report.copies.mark else ""
    aim = f"; chỉ tiêu {goal} % ({report.copies.source}{mark})" if goal is not None else "; năm này không có chỉ tiêu"
    sheet.say(f"Trong năm {report.period.year}: {share}{aim}.")


def _annex(sheet: Sheet, number: int, grid: Grid) -> None:
    sheet.add_page(orientation="landscape")
    sheet.heading(f"PHỤ LỤC {number}", *grid.head[:1])
    sheet.say(". ".join(grid.head[1:]), indent=False)
    numeric = frozenset(place for place, column in enumerate(grid.columns) if column.numeric)
    sheet.table_of(
        [column.title for column in grid.columns], [column.share for column in grid.columns], _shown(grid.rows), numeric
    )
    for line in grid.foot:
        sheet.say(line, indent=False)


def _shown(rows: Iterable[Sequence[Value]]) -> Iterable[list[str]]:
    for row in rows:
        yield [_text(value) for value in row]


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _day(report: Report) -> str:
    return f"{report.period.span.last:%d/%m/%Y}"
