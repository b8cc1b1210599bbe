"""`sohoa verify`: its exit codes and its JSON, with the file opened in the confined room."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from tests.verifying.authorities import root
from tests.verifying.making import signed
from tests.verifying.papers import paper
from workers.cli.program import run

PER_SIGNATURE = {
    *("field", "signer", "role", "signed_at", "integrity", "trust", "level", "changes_after", "reasons"),
    *("covers_file", "algorithm", "time_source", "time_authority", "verdict"),
}


def locked() -> bytes:
    saved = BytesIO()
    with pikepdf.open(BytesIO(paper())) as pdf:
        pdf.save(saved, encryption=pikepdf.Encryption(owner="a", user="b"))
    return saved.getvalue()


def asked(pdf: bytes, place: Path, capfd: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    (place / "trust").mkdir()
    (place / "trust" / "root.crt").write_bytes(root().der)
    (place / "file.pdf").write_bytes(pdf)
    status = run(["verify", str(place / "file.pdf"), "--trust", str(place / "trust"), "--json"])
    return status, json.loads(capfd.readouterr().out)


def test_valid_is_0(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status, said = asked(signed(paper(), dated=datetime.now(UTC)), tmp_path, capfd)
    assert (status, said["verdict"]) == (0, "valid")
    assert isinstance(said["signatures"], list)
    assert set(said["signatures"][0]) == PER_SIGNATURE


@pytest.mark.parametrize(("tail", "verdict"), [(b"x", "invalid"), (None, "unsigned")])
def test_any_other_verdict_is_3(
    tail: bytes | None, verdict: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status, said = asked(paper() if tail is None else signed(paper()) + tail, tmp_path, capfd)
    assert (status, said["verdict"]) == (3, verdict)


def test_a_file_that_cannot_be_read_is_2_and_says_what_to_do(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status, said = asked(locked(), tmp_path, capfd)
    assert status == 2
    assert said == {
        "error": {"code": "encrypted_pdf", "message": "PDF được bảo vệ bằng mật khẩu. Hãy gửi bản không đặt mật khẩu."}
    }
