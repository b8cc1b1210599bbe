"""Commands that sign a file and judge one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.errors import InvalidInput, SigningRefused
from digitize.model import Integrity, Role, Verdict, VerificationReport
from workers.cli.answer import print_json
from workers.cli.files import read_input, write_output

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer

_XMP_CREATED = re.compile(rb"<xmp:CreateDate>([^<]+)</xmp:CreateDate>")

_VERDICT_NAMES = {
    Verdict.VALID: "HỢP LỆ",
    Verdict.INVALID: "KHÔNG HỢP LỆ",
    Verdict.INDETERMINATE: "CHƯA XÁC ĐỊNH ĐƯỢC",
    Verdict.UNSIGNED: "CHƯA KÝ",
}


@click.command(help="Ký một tệp PDF: vị trí và lời theo quy định.")
@click.argument("source", type=click.Path(path_type=Path), metavar="IN.pdf")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Tệp kết quả; không ghi đè.")
@click.option("--as", "role", type=click.Choice([role.value for role in Role]), required=True,
              help="clerk: góc trên bên trái; agency: góc trên bên phải.")  # fmt: skip
@click.option("--p12", type=click.Path(path_type=Path), help="Tệp khóa PKCS#12.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Tệp chứa mật khẩu khóa; không có thì hỏi.")
@click.option("--keyring", type=click.Path(path_type=Path), help="Danh mục khóa ký (thiết bị, HSM, dịch vụ ký từ xa).")
@click.option("--key", help="Mã của khóa trong danh mục khóa ký.")
@click.option("--tsa", help="Địa chỉ máy chủ dấu thời gian RFC 3161; không có thì chữ ký ở mức B-B.")
@click.option("--name", help="Tên ghi trên trang; mặc định là tên trong chứng thư số.")
@click.option(
    "--scanned-at", type=datetime.fromisoformat, help="Thời điểm quét (ISO 8601 có múi giờ); mặc định lấy từ tệp."
)
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def sign(
    source: Path,
    output: Path,
    role: str,
    p12: Path | None,
    passphrase_file: Path | None,
    keyring: Path | None,
    key: str | None,
    tsa: str | None,
    name: str | None,
    scanned_at: datetime | None,
    as_json: bool,
) -> None:
    """Add one signature; the source stays as it is."""
    from digitize.sign.apply import sign as add_signature
    from digitize.sign.eligibility import common_name
    from digitize.sign.order import SigningOrder
    from digitize.sign.timestamps import HttpTimeStamper

    pdf = read_input(source)
    signer = open_key(p12, passphrase_file, keyring, key)
    now = datetime.now(UTC)
    order = SigningOrder(
        role=Role(role),
        name=name or common_name(signer.signing_cert),
        scanned_at=(scanned_at or _scan_time(pdf) or now) if role == Role.CLERK else None,
    )
    revision = add_signature(pdf, order, signer, HttpTimeStamper(tsa) if tsa else None, now)
    _check(revision.pdf, revision.field, now)
    write_output(output, revision.pdf)
    if as_json:
        print_json({
            "file": str(output), "field": revision.field, "role": role, "signer": revision.signer,
            "signed_at": revision.signed_at, "level": revision.level, "sha256": revision.sha256,
        })  # fmt: skip
    else:
        click.echo(f"Đã ký {output} ({revision.level}, {revision.signed_at}) bằng chứng thư của {revision.signer}.")


@click.command(help="Kiểm tra một tệp: còn nguyên vẹn không, ai ký, khi nào, có tin được không.")
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--trust", type=click.Path(path_type=Path), help="Thư mục chứng thư gốc được tin; mặc định: danh sách kèm theo."
)
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def verify(source: Path, trust: Path | None, as_json: bool) -> int:
    """Judge a file; 0 only when it is valid."""
    from digitize.confined.frames import Setup
    from digitize.sign.trust import built_in_trust, load_trust
    from workers.sandbox import JUDGING, Sandbox

    now = datetime.now(UTC)
    anchors = load_trust(trust) if trust else built_in_trust(now.date())
    with Sandbox(setup=Setup(JUDGING, trust=anchors)) as sandbox:
        report = sandbox.verify(read_input(source), now)
    if as_json:
        print_json(answer(report))
    else:
        _print(report)
    return 0 if report.verdict is Verdict.VALID else 3


def _check(pdf: bytes, field: str, now: datetime) -> None:
    """Judge what was just made before it is given out; whether its issuer is trusted is the reader's question.

    Raises:
        SigningRefused: our own verifier does not find the signature intact over the whole file.
    """
    from digitize.sign.trust import built_in_trust
    from digitize.sign.verify import verify as judge

    made = [one for one in judge(pdf, built_in_trust(now.date()), now).signatures if one.field == field]
    if not any(one.integrity is Integrity.INTACT and one.covers_file for one in made):
        raise SigningRefused("chữ ký vừa tạo không qua được bước tự kiểm tra", remedy="Không có tệp nào được ghi.")


def answer(report: VerificationReport) -> dict[str, object]:
    """Return a report in the words of the command's contract."""
    return {
        "verdict": report.verdict.value,
        "sentence": report.sentence,
        "signatures": [
            {
                "field": one.field, "signer": one.signer, "role": one.role.value if one.role else None,
                "signed_at": one.signed_at, "integrity": one.integrity.value, "trust": one.trust.value,
                "level": one.level, "changes_after": one.changes_after.value, "covers_file": one.covers_file,
                "algorithm": one.algorithm, "time_source": one.time_source.value,
                "time_authority": one.time_authority, "verdict": one.verdict.value, "reasons": list(one.reasons),
            }
            for one in report.signatures
        ],
    }  # fmt: skip


def _print(report: VerificationReport) -> None:
    click.echo(f"{_VERDICT_NAMES[report.verdict]}: {report.sentence}")
    for one in report.signatures:
        click.echo(
            f"  {one.field}: {one.signer or '(không đọc được người ký)'}, {one.signed_at or 'không rõ lúc nào'}, "
        )
        click.echo(f"    {_VERDICT_NAMES[one.verdict].lower()}, mức {one.level}, {one.algorithm}")
        for reason in one.reasons:
            click.echo(f"    - {reason}")


def open_key(p12: Path | None, passphrase_file: Path | None, keyring: Path | None, key: str | None) -> Signer:
    """Open the key that the options of a command name.

    Raises:
        InvalidInput: they name none.
        SigningRefused: it cannot be opened.
    """
    return _from_keyring(keyring, key) if keyring else _from_file(p12, passphrase_file)


def _from_keyring(keyring: Path, key: str | None) -> Signer:
    from workers.keyring import Keyring

    if key is None:
        raise InvalidInput("thiếu mã khóa", remedy="Hãy thêm --key.")
    return Keyring(keyring).signer(key)


def _from_file(p12: Path | None, passphrase_file: Path | None) -> Signer:
    from digitize.sign.keys import open_pkcs12

    if p12 is None:
        raise InvalidInput("chưa biết ký bằng khóa nào", remedy="Hãy thêm --p12, hoặc --keyring và --key.")
    return open_pkcs12(read_input(p12), _passphrase(passphrase_file))


def _passphrase(file: Path | None) -> str:
    if file is not None:
        return read_input(file).decode().strip()
    answered: str = click.prompt("Mật khẩu của tệp khóa", hide_input=True, err=True)
    return answered


def _scan_time(pdf: bytes) -> datetime | None:
    found = _XMP_CREATED.search(pdf)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found.group(1).decode())
    except ValueError:
        return None
    if moment.utcoffset() is None:
        raise InvalidInput("thời điểm quét trong tệp thiếu múi giờ", remedy="Hãy thêm --scanned-at.")
    return moment
