"""The confirmed data carry a detached signature of the office that anybody can check."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from digitize.errors import DamagedFile
from digitize.model import Integrity, Verdict
from digitize.sign.metadata import check_metadata, sign_metadata
from digitize.sign.trust import TrustAnchors
from tests.pki.world import NOW, world

RECORD = '{"number":"12/GP-UBND","subject":"Giấy phép xây dựng"}'.encode()


def _signature() -> bytes:
    return sign_metadata(RECORD, world().office, world().authority, NOW)


def test_a_signature_over_the_record_is_valid_and_stamped() -> None:
    report = check_metadata(RECORD, _signature(), world().trust, NOW)
    assert (report.verdict, report.level) == (Verdict.VALID, "B-T")
    assert report.signed_at == "2026-11-22T15:00:02+07:00"


def test_one_changed_letter_makes_it_invalid() -> None:
    report = check_metadata(RECORD.replace(b"12/", b"13/"), _signature(), world().trust, NOW)
    assert (report.verdict, report.integrity) == (Verdict.INVALID, Integrity.MODIFIED)


def test_an_unknown_office_is_indeterminate() -> None:
    assert check_metadata(RECORD, _signature(), TrustAnchors(()), NOW).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("signature", [b"", b"x", b"\x30\x00", _signature()[:-200]])
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(DamagedFile):
        check_metadata(RECORD, signature, world().trust, NOW)


def test_openssl_agrees(tmp_path: Path) -> None:
    (tmp_path / "record").write_bytes(RECORD)
    (tmp_path / "p7s").write_bytes(_signature())
    command: list[str | Path] = [
        *("openssl", "cms", "-verify", "-binary", "-content", tmp_path / "record", "-inform", "DER"),
        *("-in", tmp_path / "p7s", "-CAfile", world().pki.trust / "root.pem", "-purpose", "any"),
        *("-attime", str(int(NOW.timestamp())), "-out", "/dev/null"),
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
