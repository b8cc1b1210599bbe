"""Commands about the tree of units: a table of it, changes from a day on, and what a name on a paper stands for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from digitize.errors import InvalidInput
from digitize.procedures import Defaults
from digitize.tabular import RowFault
from digitize.targets import LEVEL_NAMES, VIETNAM_TIME
from digitize.territory import BRANCH_NAMES
from storage import units as kept
from storage.administration import imports
from storage.administration import units as changes
from storage.administration.imports import File, What
from storage.changes import COMMAND_LINE, Deed
from storage.database import Database
from storage.settings import load_settings
from workers.cli.answer import print_json
from workers.cli.table import print_table
from workers.spreadsheets import opened_table

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
_SINCE = click.option("--since", type=date.fromisoformat, required=True, help="Từ ngày nào, ví dụ 2025-07-01.")
MOST_TOLD = 50
"""Bad rows that are told one by one."""


@click.group(help="Cây đơn vị theo thời gian: nhập bảng, đổi tên, chuyển, sáp nhập, tra tên.")
def units() -> None:
    """Hold the commands together."""


@units.command(name="import", help="Nhập bảng đơn vị (CSV UTF-8, JSON, NDJSON, XLSX); một dòng sai thì không ghi gì.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi.")
@_JSON
def take_in(file: Path, dry_run: bool, as_json: bool) -> int:
    """Enter and change the units of a table."""
    database = Database(load_settings().database)
    with opened_table(file) as table, database.read() if dry_run else database.write() as connection:
        done = imports.take_in(connection, What.UNITS, table, Defaults(), File(file.name), _deed(), dry_run=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, "entered": done.entered, "changed": done.changed, "same": done.same,
                    "faults": done.faults, "without_heirs": done.without_heirs})  # fmt: skip
        return 2 if done.faults else 0
    tell_faults(done.faults)
    if done.without_heirs:
        some = ", ".join(done.without_heirs[:10]) + (" …" if len(done.without_heirs) > 10 else "")
        click.echo(f"{len(done.without_heirs)} đơn vị thôi mà chưa có đơn vị kế thừa: {some}", err=True)
    if done.faults:
        return 2
    verb = "Sẽ thêm" if dry_run else "Đã thêm"
    click.echo(f"{verb} {done.entered} đơn vị, sửa {done.changed}, giữ nguyên {done.same}.")
    return 0


@units.command(name="list", help="Các đơn vị có vào một ngày.")
@click.option("--on", type=date.fromisoformat, help="Ngày; bỏ trống: hôm nay.")
@_JSON
def show(on: date | None, as_json: bool) -> None:
    """Show the tree of a day."""
    with Database(load_settings().database).read() as connection:
        found = kept.on_day(connection, on or today())
    codes = {one.id: one.code for one in found}
    rows = [
        {
            "code": one.code, "name": one.name, "level": one.level, "branch": one.branch,
            "parent": codes.get(one.parent_id or ""), "valid_from": one.valid_from, "valid_to": one.valid_to,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        print_json(rows)
        return
    print_table(
        ("Mã", "Tên", "Cấp", "Ngành", "Cấp trên", "Từ ngày", "Đến ngày"),
        [
            (one.code, one.name, LEVEL_NAMES[one.level], BRANCH_NAMES[one.branch],
             codes.get(one.parent_id or "") or "", one.valid_from, one.valid_to or "")
            for one in found
        ],
    )  # fmt: skip


@units.command(help="Đơn vị mà tên trên giấy chỉ tới vào ngày của giấy; không chắc thì là không rõ (mã thoát 3).")
@click.argument("name")
@click.option("--on", type=date.fromisoformat, help="Ngày của giấy; bỏ trống: hôm nay.")
@click.option("--above", default="", help="Cơ quan chủ quản in ở dòng trên.")
@_JSON
def resolve(name: str, on: date | None, above: str, as_json: bool) -> int:
    """Find the unit of a name."""
    with Database(load_settings().database).read() as connection:
        found = kept.resolve(connection, name, on or today(), today(), above=above)
        answers = kept.find_unit(connection, found.answering) if found.answering else None
    if as_json:
        print_json({
            "unit": found.unit and found.unit.code, "score": found.unit and found.unit.score,
            "answering": answers and answers.code, "reason": found.reason,
            "candidates": [{"unit": one.code, "name": one.name, "score": one.score} for one in found.candidates],
        })  # fmt: skip
    else:
        click.echo(found.reason)
        for one in found.candidates:
            click.echo(f"  {one.code}  {one.name}  (điểm {one.score:.2f})")
        if answers is not None:
            click.echo(f"Hôm nay trả lời: {answers.name} ({answers.code}).")
    return 0 if found.unit else 3


@units.command(help="Đổi tên một đơn vị từ một ngày; ngày sắp tới thì tự có hiệu lực vào ngày đó.")
@click.argument("code")
@click.argument("name")
@_SINCE
def rename(code: str, name: str, since: date) -> None:
    """Let a unit bear another name."""
    with Database(load_settings().database).write() as connection:
        changes.rename(connection, kept.find_by_code(connection, code), name, since, _deed())
    click.echo(f"{code} mang tên {name} từ {since:%d/%m/%Y}.")


@units.command(help="Chuyển một đơn vị, cùng mọi đơn vị trực thuộc, sang đơn vị cấp trên khác từ một ngày.")
@click.argument("code")
@click.argument("parent")
@_SINCE
def move(code: str, parent: str, since: date) -> None:
    """Let a unit stand below another parent."""
    with Database(load_settings().database).write() as connection:
        above = kept.find_by_code(connection, parent)
        changes.move(connection, kept.find_by_code(connection, code), above, since, _deed())
    click.echo(f"{code} trực thuộc {parent} từ {since:%d/%m/%Y}.")


@units.command(help="Sáp nhập hoặc giải thể đơn vị từ một ngày; đơn vị kế thừa nêu đầu tiên trả lời thay.")
@click.argument("codes", nargs=-1, required=True)
@click.option("--heir", "heirs", multiple=True, required=True, help="Mã đơn vị kế thừa; có thể nhiều lần.")
@click.option("--source", required=True, help="Căn cứ, ví dụ nghị quyết sáp nhập.")
@_SINCE
def merge(codes: tuple[str, ...], heirs: tuple[str, ...], source: str, since: date) -> None:
    """Let units be gone, with heirs."""
    if not source.strip():
        raise InvalidInput("phải ghi căn cứ")
    with Database(load_settings().database).write() as connection:
        inherit = [kept.find_by_code(connection, heir) for heir in heirs]
        for code in codes:
            changes.end(connection, kept.find_by_code(connection, code), since, inherit, source, _deed(source))
    click.echo(f"{', '.join(codes)} thôi từ {since:%d/%m/%Y}; {heirs[0]} trả lời thay.")


def _deed(reason: str = "") -> Deed:
    return Deed(COMMAND_LINE, datetime.now(UTC), reason)


def today() -> date:
    """Return the day in Vietnam."""
    return datetime.now(UTC).astimezone(VIETNAM_TIME).date()


def tell_faults(faults: tuple[RowFault, ...]) -> None:
    """Name the bad rows on stderr."""
    for fault in faults[:MOST_TOLD]:
        click.echo(f"Dòng {fault.row}: {fault.sentence}.", err=True)
    if faults:
        more = f" (chỉ nêu {MOST_TOLD} dòng đầu)" if len(faults) > MOST_TOLD else ""
        click.echo(f"{len(faults)} lỗi{more}: chưa ghi gì. Hãy sửa rồi nhập lại.", err=True)
