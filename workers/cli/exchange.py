"""Commands about portals: who is told, how far they are in step, what was given up, send it again."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import msgspec

from digitize.errors import InvalidInput
from digitize.exchange.rules import Kind, kind_name
from digitize.targets import VIETNAM_TIME
from storage import units
from storage.database import Database
from storage.exchange import connectors, measuring, messages, replay
from storage.exchange.connectors import Connector
from storage.exchange.messages import MessageState
from storage.settings import load_settings
from storage.webhooks.address import Guard
from workers.cli.answer import print_json
from workers.cli.table import print_table

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")


@click.group(help="Đồng bộ với Cổng Dịch vụ công quốc gia và LGSP: kết nối, tình trạng, gửi lại.")
def exchange() -> None:
    """Hold the commands together."""


@exchange.command(help="Khai một kết nối; mọi hồ sơ của đơn vị được gửi dần.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), required=True, help="Loại cổng.")
@click.option("--name", required=True, help="Tên để gọi.")
@click.option("--unit", required=True, help="Mã đơn vị: gửi hồ sơ của đơn vị này và các đơn vị bên dưới.")
@click.option("--url", required=True, help="Địa chỉ https của cổng.")
@click.option("--madonvi", required=True, help="Mã định danh mà cổng biết đơn vị.")
@click.option("--option", "more", multiple=True, metavar="TÊN=GIÁ_TRỊ",
              help="Tùy chọn khác: username, secret_file, login_path, sync_path, token_url, dstcode …")  # fmt: skip
def connect(kind: str, name: str, unit: str, url: str, madonvi: str, more: tuple[str, ...]) -> None:
    """Enter a connector."""
    settings = load_settings()
    options = {"madonvi": madonvi} | {key: _value(value) for key, _, value in (each.partition("=") for each in more)}
    guard = Guard(settings.portals_inside)
    for each in (url, options.get("token_url")):
        if each:
            guard.check(str(each))
    with Database(settings.database).write() as connection:
        found = units.find_by_code(connection, unit)
        made = connectors.connect(
            connection, kind=Kind(kind), name=name, unit_id=found.id, url=url, options=options, created_by="sohoa",
            now=datetime.now(UTC),
        )  # fmt: skip
    click.echo(f"Đã khai kết nối {made.id} tới {kind_name(made.kind)}.")
    if made.options.username:
        place = settings.connector_folder / (made.options.secret_file or made.id)
        click.echo(f"Đặt mật khẩu vào tệp {place} (chỉ tiến trình worker exchange đọc được).")


@exchange.command(help="Các kết nối, số tin đang chờ hoặc bị bỏ, tỷ lệ đang khớp.")
@click.option("--measure", is_flag=True, help="Đo ngay bây giờ thay vì xem lần đo gần nhất.")
@_JSON
def status(measure: bool, as_json: bool) -> None:
    """Show how it stands."""
    database = Database(load_settings().database)
    now = datetime.now(UTC)
    with database.read() as connection:
        known = connectors.listing(connection)
        counted = messages.counts(connection)
        if measure:
            shares = [each for one in known if one.active for each in measuring.count(connection, one, now)]
        else:
            shares = list(measuring.kept(connection))
    told = {one.id: measuring.together([each for each in shares if each.connector_id == one.id]) for one in known}
    lacking = {one.id: sum(each.lacking for each in shares if each.connector_id == one.id) for one in known}
    states = (MessageState.WAITING, MessageState.DEAD)
    if as_json:
        print_json([
            {
                "id": one.id, "name": one.name, "kind": one.kind.value, "unit": one.unit_code, "active": one.active,
                "failing_since": one.failing_since, "problem": one.problem, "answered_at": one.answered_at,
                "reviewing": one.reviewed_to is not None,
                **{state.value: counted.get((one.id, state), 0) for state in states}, "lacking": lacking[one.id],
                "statuses": {"in_step": told[one.id][0].numerator, "all": told[one.id][0].denominator},
                "results": {"in_step": told[one.id][1].numerator, "all": told[one.id][1].denominator},
            }
            for one in known
        ])  # fmt: skip
        return
    print_table(
        ("Kết nối", "Tên", "Đơn vị", "Tình trạng", "Chờ", "Bỏ", "Thiếu dữ liệu", "Trạng thái khớp", "Kết quả khớp"),
        [
            (
                one.id, one.name, one.unit_code, _standing(one), *(counted.get((one.id, state), 0) for state in states),
                lacking[one.id], told[one.id][0].text, told[one.id][1].text,
            )
            for one in known
        ],
    )  # fmt: skip


@exchange.command(name="replay", help="Gửi lại cho một cổng: các tin bị bỏ, một tin, hoặc mọi tin từ một lúc.")
@click.argument("connector")
@click.option("--message", help="Mã của một tin.")
@click.option("--since", type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
              help="Mọi tin đã xong từ lúc này (giờ Việt Nam); mặc định: chỉ các tin bị bỏ.")  # fmt: skip
def send_again(connector: str, message: str | None, since: datetime | None) -> None:
    """Put messages into the line again."""
    if message is not None and since is not None:
        raise click.UsageError("chỉ dùng một trong hai: --message hoặc --since")
    now = datetime.now(UTC)
    with Database(load_settings().database).write() as connection:
        found = connectors.find(connection, connector)
        if message is not None:
            queued = replay.one(connection, found, message, now)
        elif since is not None:
            queued = replay.since(connection, found, since.replace(tzinfo=VIETNAM_TIME), now)
        else:
            queued = replay.dead(connection, found, now)
    click.echo(f"Sẽ gửi lại {queued} tin.")


def _value(text: str) -> object:
    """Read a value: JSON where it is a list or an object, else the text itself."""
    if text[:1] not in {"{", "["}:
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"giá trị của --option không phải JSON: {text}") from error


def _standing(one: Connector) -> str:
    if not one.active:
        return "TẮT"
    if one.failing_since is not None:
        return f"LỖI từ {one.failing_since.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}: {one.problem}"
    return "đang soát lại mọi hồ sơ" if one.reviewed_to is not None else "tốt"
