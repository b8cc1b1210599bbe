"""Commands for who answers for the service: is it well, where do the offices stand, is anything lost."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from digitize.attest.lifecycle import COPY_STATE_NAMES
from digitize.errors import WorldAtFault
from digitize.lifecycle import STATE_NAMES, Actor, Office, State
from digitize.targets import UnitProgress
from storage import logins, operations
from storage import proof as proving
from storage import purge as purging
from storage import targets as counting
from storage.connect import open_storage
from storage.database import Database
from storage.operations import Kind
from storage.proof import Proof
from storage.registry import EVERYTHING, find
from storage.settings import Settings, load_settings
from storage.units import find_by_code
from workers.cli.answer import print_json
from workers.cli.table import print_table

if TYPE_CHECKING:
    from workers.checks import Check

_JSON = click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")

_MARKS = {"ok": "tốt", "warning": "CẦN XEM", "failed": "HỎNG"}


@click.command(help="Xem từng thành phần: cái gì hỏng, phải làm gì.")
@_JSON
def doctor(as_json: bool) -> int:
    """Examine every part; 1 when one of them has failed."""
    from workers.checks import Condition
    from workers.doctor import examine, worst

    settings = load_settings()
    checks = examine(settings)
    _keep(settings, checks)
    if as_json:
        print_json([
            {"name": one.name, "verdict": one.verdict.value, "sentence": one.sentence, "remedy": one.remedy}
            for one in checks
        ])  # fmt: skip
    else:
        for one in checks:
            click.echo(f"[{_MARKS[one.verdict.value]}] {one.sentence}" + (f" {one.remedy}" if one.remedy else ""))
    return 1 if worst(checks) is Condition.FAILED else 0


def _keep(settings: Settings, checks: Sequence[Check]) -> None:
    """Let the operator's board show what was found; a registry that does not answer is told of by the checks."""
    from workers.checks import Condition
    from workers.doctor import worst

    bad = [one for one in checks if one.verdict is not Condition.OK]
    told = f"{len(checks)} mục: {len(checks) - len(bad)} tốt, {len(bad)} cần xem hoặc hỏng."
    details = {"checks": [asdict(one) for one in checks]}
    with suppress(WorldAtFault), Database(settings.database).write() as connection:
        well = worst(checks) is not Condition.FAILED
        operations.note(connection, Kind.DOCTOR, datetime.now(UTC), well=well, sentence=told, details=details)


@click.command(help="Tỷ lệ số hóa của từng cấp, từng đơn vị, bên cạnh chỉ tiêu của năm.")
@click.option("--year", type=int, help="Năm; mặc định năm nay.")
@click.option("--unit", "unit_code", help="Mã đơn vị: chỉ đếm đơn vị này và các đơn vị trực thuộc.")
@click.option("--counted-until", type=click.DateTime(["%Y-%m-%d"]),
              help="Đếm cả kết quả công bố sau kỳ, đến hết ngày này; mặc định: hết kỳ.")  # fmt: skip
@_JSON
def targets(year: int | None, unit_code: str | None, counted_until: datetime | None, as_json: bool) -> None:
    """Count from recorded events."""
    now = datetime.now(UTC)
    database = Database(load_settings().database)
    until = None if counted_until is None else counted_until.replace(hour=23, minute=59, second=59).astimezone()
    with database.read() as connection:
        scope = find_by_code(connection, unit_code).scope if unit_code else EVERYTHING
        counted = counting.progress(connection, year or now.year, scope, now, counted_until=until)
    if as_json:
        print_json([_progress_json(one) for one in counted])
        return
    print_table(
        ("Đơn vị", "Cấp", "Còn hiệu lực", "Đã số hóa", "Tỷ lệ", "Chỉ tiêu", "", "Hồ sơ trong kỳ"),
        [
            (
                one.name, one.level.value, one.stock.denominator, one.stock.numerator, one.stock.text,
                "không có" if one.target is None else f"≥ {one.target.percent} % {one.target.mark}".rstrip(),
                {None: "–", True: "đạt", False: f"thiếu {one.missing}"}[one.reached],
                f"{one.flow.numerator}/{one.flow.denominator} ({one.flow.text})",
            )
            for one in counted
        ],
    )  # fmt: skip


def _progress_json(one: UnitProgress) -> dict[str, object]:
    return {
        "unit": one.unit_code or None, "name": one.name, "level": one.level.value, "year": one.period.year,
        "period_end": one.period.end.isoformat(), "counted_until": one.period.counted_until.isoformat(),
        "stock": {"numerator": one.stock.numerator, "denominator": one.stock.denominator, "percent": one.stock.percent},
        "flow": {"numerator": one.flow.numerator, "denominator": one.flow.denominator, "percent": one.flow.percent},
        "target": None if one.target is None else {
            "percent": one.target.percent, "verified": one.target.verified, "source": one.target.source,
        },
        "reached": one.reached,
        "missing": one.missing,
        "local": [
            {
                "measure": each.measure, "percent": each.percent, "source": each.source,
                "reached": one.reached_local(each),
            }
            for each in one.local
        ],
    }  # fmt: skip


@click.command(help="Chứng minh không mất gì: số đã nhận = số đã xong + số đang chờ (chờ ai, vì sao).")
@_JSON
def reconcile(as_json: bool) -> int:
    """Prove that nothing is lost; 1 when the proof fails."""
    database = Database(load_settings().database)
    with database.read() as connection:
        proof = proving.prove(connection, datetime.now(UTC))
    if as_json:
        print_json(_proof_json(proof))
    else:
        _print_proof(proof)
    return 0 if proof.holds else 1


def _proof_json(proof: Proof) -> dict[str, object]:
    documents, copies = proof.documents, proof.copies
    return {
        "holds": proof.holds, "received": documents.received,
        "finished": {state.value: count for state, count in documents.finished.items()},
        "waiting": [
            {
                "document": one.document, "dossier": one.dossier_code, "unit": one.unit_name, "state": one.state.value,
                "waiting_for": one.waiting_for.value, "since": one.since.isoformat(), "reason": one.reason,
            }
            for one in documents.waiting
        ],
        "copies": {
            "opened": copies.opened,
            "finished": {state.value: count for state, count in copies.finished.items()},
            "waiting": [
                {
                    "copy": one.copy, "certification": one.certification, "unit": one.unit_name,
                    "state": one.state.value, "waiting_for": one.waiting_for.value, "since": one.since.isoformat(),
                    "reason": one.reason,
                }
                for one in copies.waiting
            ],
        },
        "faults": list(proof.faults),
    }  # fmt: skip


def _print_proof(proof: Proof) -> None:
    documents, copies = proof.documents, proof.copies
    done = sum(documents.finished.values())
    click.echo(f"Văn bản: đã nhận {documents.received} = đã xong {done} + đang chờ {len(documents.waiting)}.")
    for state, count in documents.finished.items():
        click.echo(f"  {STATE_NAMES[state]}: {count}")
    for one in documents.waiting:
        click.echo(f"  chờ: {one.document} ({one.dossier_code}, {one.unit_name}): {one.reason}")
    done = sum(copies.finished.values())
    click.echo(f"Bản sao chứng thực: đã mở {copies.opened} = đã xong {done} + đang chờ {len(copies.waiting)}.")
    for ended, count in copies.finished.items():
        click.echo(f"  {COPY_STATE_NAMES[ended]}: {count}")
    for each in copies.waiting:
        click.echo(f"  chờ: {each.copy} (phiên {each.certification}, {each.unit_name}): {each.reason}")
    for fault in proof.faults:
        click.echo(f"  LỖI: {fault}", err=True)
    click.echo(
        "Đối soát khớp." if proof.holds else "Đối soát KHÔNG khớp: hãy chạy `sohoa doctor` và báo người vận hành."
    )


@click.command(help="Xóa theo quyết định: người thứ nhất đề nghị, người thứ hai đồng ý (--approve).")
@click.argument("document")
@click.option("--as", "username", required=True, help="Lãnh đạo thực hiện (tên đăng nhập); sẽ hỏi mật khẩu.")
@click.option("--ground", default="", help="Căn cứ pháp lý (khi đề nghị).")
@click.option("--decision", default="", help="Số quyết định (khi đề nghị).")
@click.option("--approve", is_flag=True, help="Đồng ý với đề nghị của người khác.")
@click.password_option("--password", confirmation_prompt=False, prompt="Mật khẩu", help="Không có thì hỏi.")
def purge(document: str, username: str, ground: str, decision: str, approve: bool, password: str) -> None:
    """Remove what must not be kept; published results are revoked, never purged."""
    settings = load_settings()
    storage = open_storage(settings)
    now = datetime.now(UTC)
    with storage.database.write() as connection:
        token, session = logins.log_in(connection, username, password, now, settings)
    with storage.database.write() as connection:
        logins.log_out(connection, token)  # the password was the question, nobody stays logged in
        known = find(connection, document, session.scope)
        actor = Actor(session.person.id, Office(session.person.office))
        if approve:
            after = purging.approve(connection, known.id, actor, now, known.record.version)
        else:
            after = purging.propose(connection, known.id, ground, decision, actor, now, known.record.version)
    click.echo(_purge_told(after.state))


def _purge_told(state: State) -> str:
    if state is State.PURGED:
        return "Đã xóa theo quyết định; dấu vết sự kiện được giữ lại, tệp được gỡ khỏi kho trong ít phút."
    return "Đã ghi nhận đề nghị; cần một người khác đồng ý bằng --approve."
