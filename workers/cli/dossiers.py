"""Commands that take dossiers from files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from digitize.dossiers import columns as known_columns
from digitize.dossiers.columns import Suggestion
from digitize.dossiers.deciding import Outcome
from digitize.dossiers.rows import RowFault
from digitize.dossiers.terms import first_moment
from digitize.errors import Forbidden, InvalidInput
from digitize.lifecycle import Office
from storage import people
from storage.database import Database
from storage.dossiers.importing import SOURCE, Order, Report, confirmed
from storage.registry import Scope
from storage.settings import load_settings
from workers import dossier_import
from workers.cli.answer import print_json
from workers.dossier_tables import MOST_BYTES
from workers.spreadsheets import MOST_XLSX_BYTES

_FILE = click.argument("path", type=click.Path(path_type=Path), metavar="FILE")

_OUTCOMES = {
    Outcome.CREATED: "mới vào sổ",
    Outcome.SAME: "đã có, không đổi",
    Outcome.AMENDED: "đã có, vừa sửa",
    Outcome.OLDER: "đã có tin mới hơn",
    Outcome.REFUSED: "không nhận",
}


@click.group(help="Hồ sơ một cửa: nhận từ tệp CSV, XLSX hoặc NDJSON.")
def dossiers() -> None:
    """Hold the commands together."""


@dossiers.command("columns", help="Xem các cột của bảng được hiểu là gì; không nhận gì cả.")
@_FILE
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def columns(path: Path, as_json: bool) -> None:
    """Show what the columns of a table are taken for."""
    with _opened(path) as file:
        found = dossier_import.look(file)
    if as_json:
        print_json({"columns": _suggested(found), "fields": list(known_columns.fields())})
        return
    for one in found:
        click.echo(f"{one.header}: {'bỏ qua' if one.field is None else one.field}")


@dossiers.command("import", help="Nhận hồ sơ từ một tệp; gửi lại cùng tệp thì không thêm gì.")
@_FILE
@click.option("--as", "username", required=True, help="Cán bộ chịu trách nhiệm (tên đăng nhập).")
@click.option("--map", "pairs", multiple=True, help="mục=tên cột, khi cột không được nhận ra đúng; có thể nhiều lần.")
@click.option("--unit", help="Mã đơn vị giải quyết, khi bảng không có cột đơn vị.")
@click.option("--source", default=SOURCE, show_default=True, help="Tên hệ thống đã xuất tệp này.")
@click.option("--as-of", type=date.fromisoformat, help="Ngày của số liệu; tin cũ không đè tin mới. Mặc định: bây giờ.")
@click.option("--dry-run", is_flag=True, help="Chỉ thử: nêu từng dòng hỏng, không ghi gì.")
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def import_dossiers(
    path: Path,
    username: str,
    pairs: tuple[str, ...],
    unit: str | None,
    source: str,
    as_of: date | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Enter the dossiers of a file, or try to."""
    if not 1 <= len(source.strip()) <= 40:
        raise InvalidInput("tên hệ thống nguồn có từ 1 đến 40 ký tự")
    database = Database(load_settings().database)
    actor, scope = _clerk(database, username)
    told_at = None if as_of is None else first_moment(as_of)
    order = Order(actor, scope, confirmed(pairs), unit, source.strip(), told_at, dry_run)
    faults: list[RowFault] = []
    with _opened(path) as file:
        report = dossier_import.import_file(
            database, file, order, lambda: datetime.now(UTC), faults.append if as_json else _tell
        )
    if as_json:
        print_json(_json(report, faults, dry_run=dry_run))
    else:
        _sum_up(report, dry_run=dry_run)
    return 2 if report.outcomes[Outcome.REFUSED] else 0


def _opened(path: Path) -> Any:  # noqa: ANN401  # a binary file
    if path.is_dir():
        raise InvalidInput(f"{path} là một thư mục, không phải tệp")
    try:
        size = path.stat().st_size
        most = MOST_XLSX_BYTES if path.suffix.lower() == ".xlsx" else MOST_BYTES
        if size > most:
            raise InvalidInput(f"tệp lớn hơn {most // 1024**2} MiB", remedy="Hãy chia thành nhiều tệp.")
        return path.open("rb")
    except FileNotFoundError:
        raise InvalidInput(f"không có tệp {path}") from None
    except PermissionError:
        raise InvalidInput(f"không có quyền đọc {path}") from None


def _clerk(database: Database, username: str) -> tuple[str, Scope]:
    with database.read() as connection:
        person, scope = people.find_by_username(connection, username)
    if person.office is not Office.CLERK:
        raise Forbidden("chỉ cán bộ số hóa mới nhận hồ sơ", remedy="Hãy dùng tài khoản của cán bộ số hóa.")
    return person.id, scope


def _tell(fault: RowFault) -> None:
    place = f"dòng {fault.row}" + (f", cột “{fault.column}”" if fault.column else "")
    shown = f" (“{fault.value}”)" if fault.value else ""
    click.echo(f"{place}{shown}: {fault.reason}")


def _sum_up(report: Report, *, dry_run: bool) -> None:
    for name, header in report.columns.items():
        click.echo(f"cột “{header}”: {name}")
    told = ", ".join(f"{words} {report.outcomes[one]}" for one, words in _OUTCOMES.items() if report.outcomes[one])
    click.echo(f"{report.dossiers} hồ sơ, {report.results} kết quả: {told or 'không có gì'}.")
    if dry_run:
        click.echo("Chỉ chạy thử, chưa ghi gì.")


def _suggested(found: Sequence[Suggestion]) -> list[dict[str, Any]]:
    return [{"header": one.header, "field": one.field, "likeness": round(one.likeness, 1)} for one in found]


def _json(report: Report, faults: Sequence[RowFault], *, dry_run: bool) -> dict[str, Any]:
    return {
        "kind": report.kind.value,
        "dry_run": dry_run,
        "columns": report.columns,
        "suggestions": _suggested(report.suggestions),
        "dossiers": report.dossiers,
        "results": report.results,
        "outcomes": {one.value: report.outcomes[one] for one in Outcome},
        "bad_rows": report.bad_rows,
        "faults": [{"row": one.row, "column": one.column, "value": one.value, "reason": one.reason} for one in faults],
    }
