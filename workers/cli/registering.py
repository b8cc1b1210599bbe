"""Commands that enter units, people and client systems: what an operator needs before the first scan."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, date, datetime
from pathlib import Path

import click

from digitize.errors import InvalidInput
from digitize.lifecycle import Office
from digitize.targets import Level
from digitize.territory import BRANCH_NAMES, Branch
from storage import people, units
from storage.administration import clients as client_changes
from storage.administration import people as person_changes
from storage.administration import units as unit_changes
from storage.changes import COMMAND_LINE, Deed
from storage.clients import Limits
from storage.database import Database
from storage.roles import Role
from storage.settings import load_settings

_OFFICES = [Office.CLERK, Office.OFFICER, Office.SUPERVISOR, Office.ADMINISTRATOR]


@click.command(help="Thêm một đơn vị.")
@click.option("--code", required=True, help="Mã định danh đơn vị, ví dụ 000.00.12.H61.")
@click.option("--name", required=True, help="Tên đơn vị.")
@click.option("--level", type=click.Choice([level.value for level in Level]), required=True, help="tinh, huyen hay xa.")
@click.option("--parent", help="Mã đơn vị cấp trên; bỏ trống: đơn vị cao nhất.")
@click.option("--since", type=date.fromisoformat, default=date(2021, 1, 1), show_default=True, help="Ngày bắt đầu.")
@click.option(
    "--branch",
    type=click.Choice([branch.value for branch in Branch]),
    default=Branch.LOCAL.value,
    show_default=True,
    help=f"Ngành: {' hay '.join(BRANCH_NAMES.values())}.",
)
@click.option("--four-eyes", is_flag=True, help="Dữ liệu cần người thứ hai duyệt.")
def unit(code: str, name: str, level: str, parent: str | None, since: date, branch: str, four_eyes: bool) -> None:
    """Enter a unit."""
    with Database(load_settings().database).write() as connection:
        entered = unit_changes.enter(
            connection, _deed(), code=code, name=name, level=Level(level),
            parent=units.find_by_code(connection, parent) if parent else None, valid_from=since, four_eyes=four_eyes,
            branch=Branch(branch),
        )  # fmt: skip
    click.echo(f"Đã thêm đơn vị {entered.name} ({entered.code}), mã nội bộ {entered.id}.")


@click.command(help="Thêm một người dùng; mật khẩu được hỏi, không đặt trên dòng lệnh.")
@click.option("--username", required=True, help="Tên đăng nhập.")
@click.option("--full-name", required=True, help="Họ tên, như trên chữ ký.")
@click.option("--office", type=click.Choice([office.value for office in _OFFICES]), required=True, help="Vai trò.")
@click.option("--unit", "unit_code", required=True, help="Mã đơn vị.")
def person(username: str, full_name: str, office: str, unit_code: str) -> None:
    """Enter a person."""
    password: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu", err=True)
    with Database(load_settings().database).write() as connection:
        role = Role(Office(office), units.find_by_code(connection, unit_code).id, None, None)
        entered = person_changes.enter(connection, username, full_name, role, _deed(), chosen=password).person
    click.echo(f"Đã thêm {entered.username}, mã nội bộ {entered.id}.")


@click.command(help="Thêm một hệ thống gọi API; mật khẩu của nó chỉ hiện một lần.")
@click.option("--name", required=True, help="Tên hệ thống.")
@click.option(
    "--unit", "unit_code", required=True, help="Mã đơn vị: hệ thống thấy đơn vị này và các đơn vị trực thuộc."
)
@click.option("--scope", "scopes", multiple=True, required=True, help="Quyền, ví dụ results:write; có thể nhiều lần.")
@click.option("--per-minute", type=click.IntRange(1), help="Số yêu cầu trong một phút; bỏ trống: theo cài đặt.")
@click.option("--per-day", type=click.IntRange(1), help="Số yêu cầu trong một ngày; bỏ trống: không giới hạn.")
@click.option("--per-month", type=click.IntRange(1), help="Số yêu cầu trong một tháng; bỏ trống: không giới hạn.")
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Chứng thư TLS (PEM) mà hệ thống phải xuất trình (RFC 8705).")  # fmt: skip
def client(
    name: str,
    unit_code: str,
    scopes: tuple[str, ...],
    per_minute: int | None,
    per_day: int | None,
    per_month: int | None,
    certificate: Path | None,
) -> None:
    """Enter a client system."""
    shown = None if certificate is None else _thumbprint(certificate)
    with Database(load_settings().database).write() as connection:
        entered, secret = client_changes.enter(
            connection, _deed(), name=name, unit=units.find_by_code(connection, unit_code), scopes=scopes,
            limits=Limits(per_minute, per_day, per_month), certificate=shown,
        )  # fmt: skip
    click.echo(f"client_id:     {entered.id}\nclient_secret: {secret}\n(chỉ hiện lần này)")


@click.command(name="link-person", help="Liên kết một người dùng với tài khoản ở nhà cung cấp định danh (OIDC).")
@click.option("--username", required=True, help="Tên đăng nhập.")
@click.option("--subject", help="Định danh của người ấy ở nhà cung cấp; bỏ trống: gỡ liên kết.")
def link_person(username: str, subject: str | None) -> None:
    """Link a person, or take the link away; their open sessions end."""
    with Database(load_settings().database).write() as connection:
        person_changes.link(connection, username, subject, _deed())
    click.echo(f"Đã gỡ liên kết của {username}." if subject is None else f"Đã liên kết {username}.")


@click.command(name="reset-factor", help="Gỡ lớp xác thực thứ hai của người đã mất nó; các phiên của họ kết thúc.")
@click.option("--username", required=True, help="Tên đăng nhập.")
def reset_factor(username: str) -> None:
    """Take all second factors of a person away."""
    with Database(load_settings().database).write() as connection:
        person, _ = people.find_by_username(connection, username)
        person_changes.reset_factor(connection, person, _deed())
    click.echo(f"Đã gỡ lớp xác thực thứ hai của {username}.")


def _deed() -> Deed:
    return Deed(COMMAND_LINE, datetime.now(UTC))


def _thumbprint(file: Path) -> str:
    try:
        encoded = ssl.PEM_cert_to_DER_cert(file.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise InvalidInput("tệp chứng thư không phải PEM") from error
    return hashlib.sha256(encoded).hexdigest()
