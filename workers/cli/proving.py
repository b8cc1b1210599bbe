"""Commands that prove: the daily heads, the audit of the whole registry, the evidence bundle of one subject."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from digitize.errors import InvalidInput
from storage import audit as auditing
from storage import evidence as proving
from storage import heads as keeping
from storage import operations, tallies
from storage.audit import Audit, JudgeToken, TokenJudgement
from storage.connect import open_objects
from storage.database import Database
from storage.operations import Kind
from storage.settings import Settings, load_settings
from workers.cli.answer import print_json
from workers.cli.files import write_output
from workers.cli.table import print_table

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")


@click.command(help="Các đầu cây hằng ngày: hãy giữ một bản ở nơi khác để sau này đối chiếu.")
@click.option("--above", type=click.IntRange(min=0), default=0, show_default=True, help="Chỉ những số lớn hơn.")
@_JSON
def heads(above: int, as_json: bool) -> None:
    """Show the heads."""
    with Database(load_settings().database).read() as connection:
        kept = keeping.heads(connection, above=above)
    if as_json:
        print_json([each.told() for each in kept])
        return
    print_table(
        ("Số", "Ngày", "Số lá", "Mã băm", "Dấu thời gian"),
        [
            (each.head.number, each.head.day, each.head.leaves, each.kept_hash, each.timestamped_at or "đang chờ")
            for each in kept
        ],
    )


@click.command(help="Tính lại mọi chuỗi sự kiện, mọi đầu cây, mọi dòng; nêu tên dòng nào đã bị sửa.")
@click.option("--against", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Tệp đã giữ ở nơi khác từ `sohoa heads --json`.")  # fmt: skip
@_JSON
def audit(against: Path | None, as_json: bool) -> int:
    """Recompute everything; 1 when something was changed."""
    settings = load_settings()
    known = () if against is None else _known(against)
    database = Database(settings.database)
    found = auditing.audit(database, _judge(settings), known)
    with database.read() as connection:
        miscounted = tallies.prove(connection)
    _keep(database, found, len(miscounted))
    if as_json:
        print_json({
            "holds": found.holds and not miscounted, "subjects": found.subjects, "events": found.events,
            "heads": found.heads, "leaves": found.leaves, "untimed_heads": found.untimed,
            "covered_until": found.covered_until and found.covered_until.isoformat(),
            "findings": [asdict(each) for each in found.findings], "miscounted": list(miscounted),
        })  # fmt: skip
    else:
        _print(found)
        for fault in miscounted:
            click.echo(f"  {fault}; hãy chạy `sohoa recount --mend`", err=True)
    return 0 if found.holds and not miscounted else 1


def _keep(database: Database, found: Audit, miscounted: int) -> None:
    """Let the operator's board show how the audit ended."""
    told = f"{found.events} sự kiện, {found.heads} đầu cây: {len(found.findings) + miscounted} chỗ không khớp."
    details = {"events": found.events, "heads": found.heads, "findings": len(found.findings), "miscounted": miscounted}
    with database.write() as connection:
        well = found.holds and not miscounted
        operations.note(connection, Kind.AUDIT, datetime.now(UTC), well=well, sentence=told, details=details)


def _print(found: Audit) -> None:
    click.echo(
        f"Đã tính lại {found.events} sự kiện của {found.subjects} văn bản và bản sao, {found.heads} đầu cây, "
        f"{found.leaves} lá; đầu cây mới nhất phủ đến hết ngày {found.covered_until or '(chưa có)'}."
    )
    if found.untimed:
        click.echo(f"{found.untimed} đầu cây đang chờ dấu thời gian.")
    for each in found.findings:
        click.echo(f"  {each.told}", err=True)
    click.echo("Mọi thứ khớp." if found.holds else f"KHÔNG khớp: {len(found.findings)} chỗ.")


@click.command(help="Lập bộ chứng cứ (ZIP) của một văn bản hay bản sao; ai cũng kiểm tra được, không cần mạng.")
@click.argument("document")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Tệp ZIP.")
@click.option("--without-scan", is_flag=True, help="Không kèm bản quét, chỉ có mã băm của nó.")
@click.option("--private", is_flag=True, help="Mở giá trị cá nhân trong lịch sử, kèm muối.")
def evidence(document: str, output: Path, without_scan: bool, private: bool) -> None:
    """Make the bundle of a document or a copy, by its id or verification code."""
    from digitize.sign.trust import built_in_trust, load_trust
    from workers.evidence import BundleOrder, make_bundle

    settings, now = load_settings(), datetime.now(UTC)
    with Database(settings.database).read() as connection:
        found = proving.collect(connection, proving.find_subject(connection, document), private=private)
    trust = built_in_trust(now.date()) if settings.trust is None else load_trust(settings.trust)
    made = make_bundle(found, open_objects(settings), BundleOrder(scan=not without_scan, trust=trust), now)
    write_output(output, made)
    covered = (
        f"{len(found.proofs)} chứng minh trong {len(found.heads)} đầu cây" if found.proofs else "chưa vào đầu cây nào"
    )
    click.echo(f"Đã lập {output}: {len(found.files)} tệp, {len(found.chain)} sự kiện, {covered}.")


def _judge(settings: Settings) -> JudgeToken:
    from digitize.sign.trust import built_in_trust, load_trust

    now = datetime.now(UTC)
    trust = built_in_trust(now.date()) if settings.trust is None else load_trust(settings.trust)
    return partial(_judge_by, trust, now)


def _judge_by(trust: Any, now: datetime, token: bytes, digest: str) -> TokenJudgement:  # noqa: ANN401  # loaded late
    from digitize.sign.lone_token import judge_lone_token

    report = judge_lone_token(token, bytes.fromhex(digest), trust, now)
    return TokenJudgement(report.fault, report.stamped_at)


def _known(file: Path) -> Sequence[Mapping[str, Any]]:
    try:
        told = json.loads(file.read_bytes())
    except ValueError as fault:
        raise InvalidInput("tệp đầu cây không phải JSON") from fault
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise InvalidInput("tệp đầu cây không phải kết quả của `sohoa heads --json`")
    return told
