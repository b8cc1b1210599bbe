"""``sohoa report``: the quarterly and the yearly report of a unit and all below it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import click

from digitize.errors import InvalidInput
from storage.settings import load_settings

_QUARTER = re.compile(r"(\d{4})[Qq]([1-4])")


@click.command(help="Báo cáo quý hoặc năm của một đơn vị và các đơn vị trực thuộc: XLSX, ODS, PDF hoặc JSON.")
@click.option("--quarter", help="Quý, ví dụ 2021Q3.")
@click.option("--year", type=int, help="Năm, khi không nêu quý.")
@click.option("--unit", "unit_code", required=True, help="Mã đơn vị lập báo cáo.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Tệp: .xlsx, .ods, .pdf hoặc .json.")  # fmt: skip
@click.option("--number", default="", help="Số, ký hiệu in trên PDF; bỏ trống để ghi tay.")
@click.option("--to", "addressee", default="", help="Kính gửi; mặc định là cơ quan cấp trên.")
@click.option("--signer", default="", help="Họ tên người ký in trên PDF.")
@click.option("--title", default="Thủ trưởng cơ quan", help="Chức danh người ký in trên PDF.")
def report(
    quarter: str | None, year: int | None, unit_code: str, output: Path, number: str, addressee: str, signer: str,
    title: str,
) -> None:  # fmt: skip
    """Gather the numbers at one moment and write them as the file's name asks."""
    from digitize.official_paper import Signer
    from digitize.reports.files import encoded
    from digitize.reports.formats import format_of
    from digitize.reports.paper import Outside
    from storage.database import Database
    from storage.reports import gather, report_period
    from storage.units import find_by_code
    from workers.cli.files import write_output

    now = datetime.now(UTC)
    form = format_of(output)
    asked = _period(quarter, year, now)
    database = Database(load_settings().database)
    with database.read() as connection:
        unit = find_by_code(connection, unit_code)
        gathered = gather(connection, unit, report_period(*asked, now), now)
    write_output(output, encoded(gathered, form, Outside(number, addressee, Signer(title, signer))))
    click.echo(f"Đã ghi báo cáo {gathered.period.name} của {unit.name}: {output}")
    if gathered.due_on is not None:
        click.echo(f"Hạn nộp: trước ngày {gathered.due_on:%d/%m/%Y} ({gathered.due_source})")


def _period(quarter: str | None, year: int | None, now: datetime) -> tuple[int, int | None]:
    if quarter is not None and year is not None:
        raise InvalidInput("chỉ nêu --quarter hoặc --year, không nêu cả hai")
    if quarter is None:
        return year or now.year, None
    told = _QUARTER.fullmatch(quarter.strip())
    if told is None:
        raise InvalidInput(f"quý {quarter!r} không đọc được; viết như 2021Q3")
    return int(told[1]), int(told[2])
