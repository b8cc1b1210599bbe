"""Commands that keep the proof of the archive alive: which signatures fade, and their renewal."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import click

from digitize.errors import Misconfigured
from storage import signature_health
from storage.settings import load_settings
from storage.signature_health import Fading
from workers.cli.answer import print_json
from workers.cli.table import print_table
from workers.compose import open_archive, open_post, timing_works
from workers.dispatch import do_by_kind
from workers.journal import journal_aside
from workers.renewing import examine, order_renewal

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")

EXAMINED_AT_ONCE = 1000
"""Released files that are entered into the calendar before it is shown; the next call goes on."""


@click.command(help="Lịch của kho: chữ ký nào sắp hết hạn hoặc yếu đi.")
@click.option(
    "--months", type=click.IntRange(1, 600), default=12, show_default=True, help="Nhìn trước bao nhiêu tháng."
)
@_JSON
def signatures(months: int, as_json: bool) -> None:
    """Show what fades, by month and reason."""
    settings = load_settings()
    post, now = open_post(settings), datetime.now(UTC)
    with journal_aside(settings.log_level):
        looked_at = examine(post, open_archive(settings, post), EXAMINED_AT_ONCE)
    with post.storage.database.read() as connection:
        rows = signature_health.months(connection, now + timedelta(days=round(months * 365.25 / 12)))
    if as_json:
        print_json({
            "months": [
                {"month": row.month, "why": row.why, "files": row.files, "bytes": row.size_bytes} for row in rows
            ],
            "complete": looked_at < EXAMINED_AT_ONCE,
        })  # fmt: skip
        return
    if rows:
        print_table(("Tháng", "Số tệp", "Lý do"), [(row.month, str(row.files), row.why) for row in rows])
    else:
        click.echo(f"Trong {months} tháng tới không chữ ký nào hết hạn hay yếu đi.")
    if looked_at == EXAMINED_AT_ONCE:
        click.echo("Kho còn tệp chưa được xem xét; hãy chạy lại lệnh này để xem tiếp.", err=True)


@click.command(help="Gia hạn: thêm dấu thời gian lưu trữ cho tệp đã đóng dấu trước khi chữ ký yếu đi.")
@click.option("--within", type=click.IntRange(0, 36500), default=365, show_default=True,
              help="Gia hạn những tệp sẽ yếu đi trong chừng này ngày.")  # fmt: skip
@click.option("--batch", type=click.IntRange(1), default=1000, show_default=True, help="Nhiều nhất bao nhiêu tệp.")
@click.option("--dry-run", is_flag=True, help="Chỉ tính: bao nhiêu dấu thời gian, bao nhiêu byte, mất bao lâu.")
@_JSON
def renew(within: int, batch: int, dry_run: bool, as_json: bool) -> int:
    """Renew what fades first; 1 when something could not be renewed. Run again, it goes on where it stopped."""
    settings = load_settings()
    post, now = open_post(settings), datetime.now(UTC)
    archive = open_archive(settings, post)
    with journal_aside(settings.log_level):
        examine(post, archive, EXAMINED_AT_ONCE)
    with post.storage.database.read() as connection:
        due = signature_health.fading(connection, now + timedelta(days=within), batch)
    if dry_run or not due:
        _tell_cost(due, as_json=as_json)
        return 0
    if archive.timestamper is None:
        raise Misconfigured("chưa đặt SOHOA_TSA_URL nên không gia hạn được dấu thời gian")
    ordered = [each for each in due if order_renewal(post, each.subject)]
    renew_one = partial(do_by_kind, post, timing_works(post, archive))
    with journal_aside(settings.log_level), ThreadPoolExecutor(_at_once()) as threads:
        list(threads.map(renew_one, [each.subject for each in ordered]))
    with post.storage.database.read() as connection:
        # A renewed file may fade within the same days again: it is renewed where another file stands in the calendar.
        left = {each.object_key for each in signature_health.fading(connection, now + timedelta(days=within))}
        failed = {
            each.subject: signature_health.last_fault(connection, each.subject)
            for each in due
            if each.object_key in left
        }
    if as_json:
        print_json({"renewed": len(due) - len(failed), "failed": failed})
    else:
        click.echo(f"Đã gia hạn {len(due) - len(failed)} tệp; {len(failed)} tệp chưa được.")
        for subject, why in failed.items():
            click.echo(f"  {subject}: {why or 'đang có việc khác'}", err=True)
    return 1 if failed else 0


def _at_once() -> int:
    from digitize.sign.strength import calendar

    return calendar().renewal.at_once


def _tell_cost(due: Sequence[Fading], *, as_json: bool) -> None:
    from digitize.sign.strength import calendar

    cost = calendar().renewal
    rounds = -(-len(due) // cost.at_once)
    fastest, slowest = (timedelta(seconds=rounds * each) for each in (cost.fastest_seconds, cost.slowest_seconds))
    growth = len(due) * cost.growth_bytes
    if as_json:
        print_json({
            "timestamps": len(due), "bytes": growth, "read_bytes": sum(each.size_bytes for each in due),
            "seconds": [fastest.total_seconds(), slowest.total_seconds()],
            "files": [
                {
                    each.kind.value: each.subject, "weakens_at": each.health.weakens_at.isoformat(),
                    "why": each.health.why,
                }
                for each in due
            ],
        })  # fmt: skip
        return
    click.echo(
        f"Cần {len(due)} dấu thời gian; kho tăng khoảng {growth / 2**20:.1f} MiB và giữ cả tệp cũ; "
        f"mất từ {fastest} đến {slowest}, tùy máy chủ dấu thời gian."
    )
