"""Roots come from a folder that a person names, or from the dated catalogue, and from nowhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from asn1crypto import pem

from digitize.errors import InvalidInput
from digitize.sign.trust import built_in_trust, load_trust
from tests.pki.world import world


def test_pem_and_der_are_read_and_doubles_dropped(tmp_path: Path) -> None:
    armored = (world().pki.trust / "root.pem").read_bytes()
    (tmp_path / "a.pem").write_bytes(armored + armored)
    (tmp_path / "b.cer").write_bytes(pem.unarmor(armored)[2])
    (tmp_path / "readme.txt").write_text("no certificate", encoding="utf-8")
    assert load_trust(tmp_path).roots == world().trust.roots


def test_a_folder_without_certificates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="không có chứng thư nào"):
        load_trust(tmp_path)
    with pytest.raises(InvalidInput, match="không có thư mục"):
        load_trust(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_a_file_that_is_no_certificate_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "root.crt").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"root\.crt"):
        load_trust(tmp_path)


def test_nobody_is_trusted_without_being_named() -> None:
    assert built_in_trust(date(2026, 11, 22)).roots == ()
