"""A signature is one incremental update, placed and worded as the law says, and other programs agree with it."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms

from digitize.errors import DamagedFile, EmptyFile, EncryptedPdf, InvalidInput, SigningRefused
from digitize.model import Role
from digitize.sign.apply import sign
from digitize.sign.order import SigningOrder
from digitize.sign.verify import self_check
from tests.pki.world import (
    AGENCY_ORDER,
    CLERK_ORDER,
    NOW,
    StampAt,
    Talkative,
    archive_page,
    clerk_signed,
    sealed,
    world,
)
from tests.verapdf.plugin import PdfaJudge


def test_every_revision_begins_with_the_exact_bytes_of_the_one_before() -> None:
    assert clerk_signed().pdf.startswith(archive_page())
    assert sealed().pdf.startswith(clerk_signed().pdf)
    assert sealed().base_sha256 == clerk_signed().sha256


def test_both_are_pades_approval_signatures_with_vietnamese_time() -> None:
    with pikepdf.open(BytesIO(sealed().pdf)) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert set(fields) == {"ClerkSignature", "AgencySignature"}
        for field in fields.values():
            assert field.V.SubFilter == "/ETSI.CAdES.detached"
            assert str(field.V.M) == "D:20261122150000+07'00'"
            assert "/Reference" not in field.V
        assert "/Perms" not in pdf.Root


def test_32_kib_of_der_are_reserved_for_each_signature() -> None:
    places = re.findall(rb"/Contents\s*<([0-9A-F]+)>", sealed().pdf)
    assert len(places) == 2
    assert all(len(place) >= 2 * 32 * 1024 for place in places)


def test_a_signature_with_a_timestamp_is_b_t_and_says_the_stamped_time() -> None:
    assert (clerk_signed().level, clerk_signed().signed_at) == ("B-T", "2026-11-22T15:00:02+07:00")


def test_without_an_authority_it_is_b_b_and_says_our_own_time() -> None:
    signed = sign(archive_page(), CLERK_ORDER, world().clerk, None, NOW)
    assert (signed.level, signed.signed_at) == ("B-B", "2026-11-22T15:00:00+07:00")


def test_metadata_and_information_stay_as_they_were() -> None:
    with pikepdf.open(BytesIO(archive_page())) as before, pikepdf.open(BytesIO(sealed().pdf)) as after:
        assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
        assert before.docinfo == after.docinfo


def test_a_field_is_signed_once() -> None:
    with pytest.raises(SigningRefused, match="ClerkSignature đã có chữ ký"):
        sign(clerk_signed().pdf, CLERK_ORDER, world().clerk, None, NOW)


def test_a_foreign_file_without_fields_gets_one() -> None:
    plain = pikepdf.new()
    plain.add_blank_page(page_size=(595, 842))
    saved = BytesIO()
    plain.save(saved)
    signed = sign(saved.getvalue(), AGENCY_ORDER, world().office, None, NOW)
    assert self_check(signed.pdf, Role.AGENCY, world().trust, NOW, alone=True).verdict == "valid"


def test_what_cannot_be_signed_is_refused_by_name() -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(archive_page())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for pdf_bytes, error in ((b"", EmptyFile), (b"<html>", DamagedFile), (locked.getvalue(), EncryptedPdf)):
        with pytest.raises(error):
            sign(pdf_bytes, CLERK_ORDER, world().clerk, None, NOW)


def test_a_clerk_cannot_sign_without_the_time_of_the_scan() -> None:
    with pytest.raises(InvalidInput, match="thời gian quét"):
        SigningOrder(Role.CLERK, "Nguyễn Thị Hương")


def test_a_clock_that_the_authority_contradicts_does_not_sign() -> None:
    with pytest.raises(SigningRefused, match="đồng hồ máy ký lệch"):
        sign(archive_page(), CLERK_ORDER, world().clerk, StampAt(NOW - timedelta(hours=1)), NOW)


def test_a_signature_larger_than_its_place_is_made_again_with_more_room() -> None:
    authority = Talkative()
    signed = sign(archive_page(), CLERK_ORDER, world().clerk, authority, NOW)
    assert authority.asked == 2
    assert len(signed.pdf) - len(archive_page()) > 2 * 64 * 1024
    assert self_check(signed.pdf, Role.CLERK, world().trust, NOW).level == "B-T"


@pytest.mark.parametrize("rotation", [0, 90])
def test_the_file_stays_pdf_a_2b_after_both_signatures(rotation: int, pdfa_verdict: PdfaJudge) -> None:
    first = sign(archive_page(rotation=rotation), CLERK_ORDER, world().clerk, world().authority, NOW)
    second = sign(first.pdf, AGENCY_ORDER, world().office, world().authority, NOW)
    for pdf in (first.pdf, second.pdf):
        verdict = pdfa_verdict(pdf)
        assert verdict.compliant, verdict


def test_poppler_finds_both_signatures_valid(tmp_path: Path) -> None:
    place = tmp_path / "sealed.pdf"
    place.write_bytes(sealed().pdf)
    said = subprocess.run(["pdfsig", "-nocert", place], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    assert "Total document signed" in said


@pytest.mark.parametrize("field", ["ClerkSignature", "AgencySignature"])
def test_openssl_verifies_the_cms_object_against_the_root(field: str, tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(sealed().pdf)) as pdf:
        value = next(each.V for each in pdf.Root.AcroForm.Fields if str(each.T) == field)
        first, before, second, after = (int(number) for number in value.ByteRange)
        (tmp_path / "cms.der").write_bytes(cms.ContentInfo.load(bytes(value.Contents)).dump())
    covered = sealed().pdf[first:before] + sealed().pdf[second : second + after]
    (tmp_path / "covered").write_bytes(covered)
    said = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-in", tmp_path / "cms.der", "-binary"),
            *("-content", tmp_path / "covered", "-CAfile", world().pki.trust / "root.pem", "-purpose", "any"),
            *("-cades", "-attime", str(int(NOW.timestamp())), "-out", "/dev/null"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
