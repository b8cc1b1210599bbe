"""Commands about numbers: the indicators, the frozen months, and whether the sums are those of the facts."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from digitize import indicators as indicators_known
from digitize.span import span
from digitize.tally import METHOD_VERSION, day_of
from digitize.targets import NONE
from storage import indicators as measuring
from storage import snapshots, tallies, units
from storage.database import Database
from storage.indicators import Measured
from storage.registry import EVERYTHING
from storage.settings import load_settings
from workers.cli.answer import print_json
from workers.cli.table import print_table

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")


@click.command(help="Các chỉ số nhóm 4 của Cổng Dịch vụ công quốc gia, đúng hạn, thanh toán.")
@click.option("--year", type=int, help="Năm; mặc định năm nay.")
@click.option("--quarter", type=int, help="Quý, 1 đến 4; mặc định cả năm.")
@click.option("--month", type=int, help="Tháng, 1 đến 12; mặc định cả năm.")
@click.option("--unit", "unit_code", help="Mã đơn vị: của đơn vị này và các đơn vị trực thuộc.")
@_JSON
def indicators(year: int | None, quarter: int | None, month: int | None, unit_code: str | None, as_json: bool) -> None:
    """Show the indicators of a unit and all below it."""
    settings = load_settings()
    now = datetime.now(UTC)
    asked = span(now, year or day_of(now).year, quarter=quarter, month=month)
    thresholds = indicators_known.thresholds_of(settings.indicator_thresholds)
    with Database(settings.database).read() as connection:
        scope = units.find_by_code(connection, unit_code).scope if unit_code else EVERYTHING
        found = measuring.measured(connection, scope, asked, thresholds)
    if as_json:
        print_json({
            "unit": unit_code, "first_day": asked.first.isoformat(), "last_day": asked.last.isoformat(),
            "method_version": METHOD_VERSION, "indicators": [_told(each) for each in found],
        })  # fmt: skip
        return
    print_table(
        ("Chỉ số", "", "Đạt", "Trên", "Tỷ lệ", "Chưa rõ", "Điểm", "Yêu cầu"),
        [
            (
                each.indicator.code, each.indicator.name, each.rate.numerator, each.rate.denominator, each.rate.text,
                each.unknown, NONE if each.score is None else f"{each.score:.2f}/{each.indicator.max_score:g}",
                _goal(each),
            )
            for each in found
        ],
    )  # fmt: skip


def _goal(each: Measured) -> str:
    if each.indicator.goal_percent is None:
        return ""
    sign = ">" if each.indicator.more_than else "≥"
    reached = {None: "–", True: "đạt", False: "chưa đạt"}[each.reached]
    return f"{sign} {each.indicator.goal_percent} % {each.indicator.mark}".rstrip() + f": {reached}"


def _told(each: Measured) -> dict[str, object]:
    return {
        "code": each.indicator.code, "key": each.indicator.key, "name": each.indicator.name,
        "numerator": each.rate.numerator, "denominator": each.rate.denominator, "percent": each.rate.percent,
        "unknown": each.unknown, "score": each.score, "max_score": each.indicator.max_score,
        "goal_percent": each.indicator.goal_percent, "reached": each.reached, "source": each.indicator.source,
        "verified": each.indicator.verified,
    }  # fmt: skip


@click.command(help="Chốt số của những tháng đã hết; tháng đã chốt không bao giờ ghi lại.")
@click.option("--month", help="Tháng, dạng 2026-10; mặc định: mọi tháng đã hết mà chưa chốt.")
@_JSON
def snapshot(month: str | None, as_json: bool) -> None:
    """Freeze the numbers of months that have ended."""
    database = Database(load_settings().database)
    now = datetime.now(UTC)
    taken = snapshots.take_due(database, now) if month is None else [month] * bool(snapshots.take(database, month, now))
    if as_json:
        print_json({"taken": list(taken), "method_version": METHOD_VERSION})
    else:
        click.echo(f"Đã chốt: {', '.join(taken)}." if taken else "Không có tháng nào cần chốt.")


@click.command(help="Đếm lại từ dữ kiện và so với tổng đã lưu; --mend thì sửa tổng theo dữ kiện.")
@click.option("--unit", "unit_code", help="Mã đơn vị: chỉ đơn vị này và các đơn vị trực thuộc.")
@click.option("--mend", is_flag=True, help="Đếm lại và sửa; dừng giữa chừng rồi chạy lại được.")
@_JSON
def recount(unit_code: str | None, mend: bool, as_json: bool) -> int:
    """Compare the sums with the facts; 1 when something differs."""
    database = Database(load_settings().database)
    with database.read() as connection:
        scope = units.find_by_code(connection, unit_code).scope if unit_code else EVERYTHING
        chosen = [unit.id for unit in units.subtree(connection, scope)]
    done = tallies.recount(database, chosen) if mend else 0
    with database.read() as connection:
        faults = tallies.prove(connection, chosen)
    if as_json:
        print_json({"units": len(chosen), "recounted": done, "holds": not faults, "faults": list(faults)})
    else:
        for fault in faults:
            click.echo(f"  LỖI: {fault}", err=True)
        click.echo(f"{len(chosen)} đơn vị: tổng đã lưu {'KHÔNG khớp' if faults else 'khớp'} với dữ kiện.")
    return 1 if faults else 0
