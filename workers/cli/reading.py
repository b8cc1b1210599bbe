"""Commands that read a scan and make its archive file; no service is needed."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click

from digitize.errors import InvalidInput, SohoaError
from digitize.model import Reading
from workers.cli.answer import print_json
from workers.cli.files import read_input, write_output
from workers.sandbox import Sandbox


@click.command(help="Đọc bản quét: loại giấy tờ, các trường, chữ, nhận xét về chất lượng.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--json", "as_json", is_flag=True, help="In một giá trị JSON (một tệp: một đối tượng; nhiều tệp: một mảng)."
)
def read(files: tuple[Path, ...], as_json: bool) -> int:
    """Read files one after the other; a bad one does not stop the others."""
    answers: list[dict[str, object]] = []
    worst = 0
    with Sandbox() as sandbox:
        for path in files:
            try:
                reading = _digitize(sandbox, path)[0]
            except SohoaError as error:
                worst = max(worst, error.exit_code)
                answers.append({"file": str(path), "error": {"code": error.code(), "message": error.message}})
                if not as_json:
                    click.echo(f"{path}: {error.message}", err=True)
                continue
            answers.append(answer(path, reading))
            if not as_json:
                _print(path, reading)
    if as_json:
        print_json(answers[0] if len(files) == 1 else answers)
    return worst


@click.command(help="Làm tệp lưu trữ PDF/A-2b hai lớp từ bản quét.")
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Tệp kết quả; không ghi đè.")
@click.option("--json", "as_json", is_flag=True, help="In một giá trị JSON.")
def archive(source: Path, output: Path, as_json: bool) -> None:
    """Make the archive file of one scan."""
    with Sandbox() as sandbox:
        reading, made = _digitize(sandbox, source)
    if reading.secrecy is not None:
        raise InvalidInput(
            f"trên giấy có dấu {reading.secrecy.value}",
            remedy="Giấy tờ mật không được số hóa ở đây; hãy làm theo quy chế bảo mật.",
        )
    if made is None:
        raise InvalidInput("tệp đã là bản điện tử, không phải bản quét", remedy="Hãy giữ nguyên tệp này.")
    write_output(output, made)
    told = {
        "file": str(output), "bytes": len(made), "pages": len(reading.pages),
        "sha256": hashlib.sha256(made).hexdigest(),
    }  # fmt: skip
    if as_json:
        print_json(told)
    else:
        click.echo(f"Đã ghi {output}: {told['pages']} trang, {told['bytes']} byte.")


def answer(path: Path, reading: Reading) -> dict[str, object]:
    """Return a reading in the words of the command's contract."""
    return {
        "file": str(path),
        "nature": reading.nature.value,
        "secrecy": reading.secrecy.value if reading.secrecy else None,
        "kind": {
            "code": reading.kind.code, "name": reading.kind.name, "confidence": round(reading.kind.confidence, 3),
            "reasons": list(reading.kind.reasons),
        },
        "fields": {
            name: {
                "value": field.value, "confidence": round(field.confidence, 3), "page": field.page,
                "box": [field.box.left, field.box.top, field.box.right, field.box.bottom] if field.box else None,
                "doubtful": field.doubtful, "alternatives": list(field.alternatives),
            }
            for name, field in reading.fields.items()
        },
        "findings": [
            {"code": one.code, "severity": one.severity.value, "page": one.page, "message": one.message}
            for one in reading.findings
        ],
        "pages": [
            {
                "number": page.number, "width": page.width, "height": page.height, "dpi": page.dpi,
                "rotation": page.rotation, "skew": round(page.skew, 2), "text": page.text,
            }
            for page in reading.pages
        ],
    }  # fmt: skip


def _digitize(sandbox: Sandbox, path: Path) -> tuple[Reading, bytes | None]:
    """Return what was read, and the archive file where one was made."""
    from digitize.archive import Capture

    data = read_input(path)
    sha256 = hashlib.sha256(data).hexdigest()
    scanned_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    capture = Capture(document_id=sha256[:32], scanned_at=scanned_at, source_sha256=sha256)
    digitized, made = sandbox.digitize(data, capture)
    with made or nullcontext():
        return digitized.reading, made.read() if made else None


def _print(path: Path, reading: Reading) -> None:
    click.echo(f"{path}: {reading.kind.name} (độ tin cậy {reading.kind.confidence:.2f}), {len(reading.pages)} trang")
    if reading.secrecy is not None:
        click.echo(f"  dấu mật: {reading.secrecy.value}")
    for name, field in reading.fields.items():
        doubt = "  ← cần kiểm tra" if field.doubtful else ""
        click.echo(f"  {name:<18} {field.value}  ({field.confidence:.2f}){doubt}")
    for finding in reading.findings:
        place = f"trang {finding.page}: " if finding.page else ""
        click.echo(f"  {place}{finding.message}")
