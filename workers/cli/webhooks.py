"""Commands about the messages to other systems: who is told, what was given up, send it again."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from digitize.targets import VIETNAM_TIME
from storage.database import Database
from storage.settings import load_settings
from storage.webhooks import endpoints, messages, replay
from storage.webhooks.messages import MessageState
from workers.cli.answer import print_json
from workers.cli.table import print_table

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")


@click.group(help="Tin báo cho hệ thống khác: điểm nhận, tin bị bỏ, gửi lại.")
def webhooks() -> None:
    """Hold the commands together."""


@webhooks.command(name="list", help="Các điểm nhận tin.")
@_JSON
def list_endpoints(as_json: bool) -> None:
    """Show all endpoints."""
    with Database(load_settings().database).read() as connection:
        found = endpoints.listing(connection)
    if as_json:
        print_json([
            {
                "id": each.id, "client": each.client_id, "unit": each.unit_code, "url": each.url,
                "topics": each.topics, "active": each.active, "disabled_reason": each.disabled_reason,
                "failing_since": each.failing_since,
            }
            for each in found
        ])  # fmt: skip
        return
    print_table(
        ("Điểm nhận", "Đơn vị", "Địa chỉ", "Loại tin", "Tình trạng"),
        [(each.id, each.unit_code, each.url, ", ".join(each.topics), _standing(each)) for each in found],
    )


@webhooks.command(help="Các tin đã bỏ sau khi thử hết số lần.")
@click.option("--endpoint", help="Chỉ của điểm nhận này.")
@_JSON
def dead(endpoint: str | None, as_json: bool) -> None:
    """Show what was given up, newest first."""
    with Database(load_settings().database).read() as connection:
        found = messages.listing(connection, endpoint, MessageState.DEAD, limit=1000)
        tried = messages.attempts_of(connection, found)
    last = {each.id: tried[each.id][-1].error if tried[each.id] else None for each in found}
    if as_json:
        print_json([
            {
                "id": each.id, "endpoint": each.endpoint_id, "topic": each.topic, "created_at": each.created_at,
                "attempts": each.attempts, "error": last[each.id],
            }
            for each in found
        ])  # fmt: skip
        return
    print_table(
        ("Tin", "Điểm nhận", "Loại", "Lúc", "Số lần thử", "Lỗi cuối"),
        [
            (each.id, each.endpoint_id, each.topic, _shown(each.created_at), each.attempts, last[each.id] or "")
            for each in found
        ],
    )


@webhooks.command(name="replay", help="Gửi lại cho một điểm nhận: một tin, các tin bị bỏ, hoặc mọi tin từ một lúc.")
@click.argument("endpoint")
@click.option("--message", help="Mã của một tin.")
@click.option("--since", type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
              help="Mọi tin từ lúc này (giờ Việt Nam), kể cả tin đã giao; mặc định: chỉ các tin bị bỏ.")  # fmt: skip
def send_again(endpoint: str, message: str | None, since: datetime | None) -> None:
    """Put messages into the line again."""
    if message is not None and since is not None:
        raise click.UsageError("chỉ dùng một trong hai: --message hoặc --since")
    settings = load_settings()
    now = datetime.now(UTC)
    with Database(settings.database).write() as connection:
        found = endpoints.find(connection, endpoint)
        if message is not None:
            done = replay.one(connection, found, message, now)
        elif since is not None:
            begin = since.replace(tzinfo=VIETNAM_TIME)
            done = replay.since(connection, found, begin, settings.pages, now)
        else:
            done = replay.dead(connection, found, now)
    click.echo(f"Sẽ gửi lại {done.messages} tin.")
    if done.go_on_from is not None:
        click.echo(f"Còn nữa: chạy tiếp với --since {done.go_on_from.astimezone(VIETNAM_TIME):%Y-%m-%dT%H:%M:%S}")


def _standing(endpoint: endpoints.Endpoint) -> str:
    if not endpoint.active:
        return f"TẮT: {endpoint.disabled_reason}"
    return "tốt" if endpoint.failing_since is None else f"LỖI từ {_shown(endpoint.failing_since)}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM_TIME):%d/%m/%Y %H:%M}"
