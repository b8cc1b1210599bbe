"""Commands about the national catalogue of procedures and result types."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from digitize.procedures import Defaults
from storage.administration import imports
from storage.administration.imports import File, What
from storage.changes import COMMAND_LINE, Deed
from storage.database import Database
from storage.settings import load_settings
from workers.cli.answer import print_json
from workers.cli.units import tell_faults
from workers.spreadsheets import opened_table

_TABLES = {"procedures": What.PROCEDURES, "result-types": What.RESULT_TYPES}


@click.group(help="Danh mục thủ tục hành chính và loại giấy tờ kết quả (CSDLQG về TTHC).")
def catalogue() -> None:
    """Hold the commands together."""


@catalogue.command(name="import", help="Nhập bảng (CSV UTF-8, JSON, NDJSON, XLSX); ngày hiệu lực mới khép dòng cũ.")
@click.argument("table", type=click.Choice(list(_TABLES)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", type=date.fromisoformat, help="Ngày có hiệu lực của các dòng không ghi ngày.")
@click.option("--source", default="", help="Nguồn của các dòng không ghi nguồn.")
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi.")
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def take_in(table: str, file: Path, since: date | None, source: str, dry_run: bool, as_json: bool) -> int:
    """Take a table in."""
    database = Database(load_settings().database)
    with opened_table(file) as told, database.read() if dry_run else database.write() as connection:
        deed, named = Deed(COMMAND_LINE, datetime.now(UTC)), File(file.name)
        done = imports.take_in(connection, _TABLES[table], told, Defaults(since, source), named, deed, dry_run=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, "entered": done.entered, "changed": done.changed, "same": done.same,
                    "faults": done.faults})  # fmt: skip
        return 2 if done.faults else 0
    tell_faults(done.faults)
    if done.faults:
        return 2
    verb = "Sẽ thêm" if dry_run else "Đã thêm"
    click.echo(f"{verb} {done.entered} dòng, sửa {done.changed}, giữ nguyên {done.same}.")
    return 0
