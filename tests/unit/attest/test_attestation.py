"""The attestation on its copy: where there is room, readable, selectable, scannable, and still PDF/A-2b."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from numpy.typing import NDArray

from digitize.archive import ArchiveWriter, Capture
from digitize.attest.attestation import QrPrint, attach
from digitize.attest.certified import Attesting, certified
from digitize.attest.codes import new_verification_code
from digitize.attest.numbering import Numbering
from digitize.attest.offline import PayloadKey, check, key_set
from digitize.attest.pictures import pictures_digest
from digitize.attest.wording import words
from digitize.errors import DamagedFile, Impossible, SigningRefused
from digitize.image.decoding import render_page
from digitize.image.intake import open_scan
from digitize.image.limits import Limits
from digitize.model import Changes, Page, Role
from digitize.sign.apply import sign
from digitize.sign.order import SigningOrder
from digitize.sign.verify import self_check, verify
from tests.pki.world import NOW, world
from tests.samples import scans
from tests.verapdf.plugin import PdfaJudge

KEY = PayloadKey(ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1()))
NUMBER = Numbering(12, "01/2026-SCTĐT/BS", 2026, date(2026, 11, 22))
ATTESTING = Attesting(
    NUMBER, "Phó Chủ tịch", "Ủy ban nhân dân xã Gia Viễn, tỉnh Ninh Bình", new_verification_code(bytes(range(7, 17))),
    "https://chungthuc.ninhbinh.gov.vn",
)  # fmt: skip
LATER = datetime(2026, 11, 22, 9, tzinfo=UTC)


def half_empty() -> NDArray[np.uint8]:
    page = scans.paper()
    page[640:] = page[5, 5]
    return page


def archive(pixels: NDArray[np.uint8], rotation: int = 0, pages: int = 1) -> bytes:
    writer = ArchiveWriter(Capture("01JD8ZK7", datetime(2026, 11, 22, 8, 30, tzinfo=UTC), "ab" * 32))
    turned = np.ascontiguousarray(np.rot90(pixels, rotation // 90))
    for _ in range(pages):
        for sheet in open_scan(scans.jpeg(turned), Limits()).sheets():
            height, width = pixels.shape[:2]
            writer.add(sheet, Page(sheet.number, width, height, sheet.dpi, rotation, 0.0, ()))
    buffer = io.BytesIO()
    writer.finish(buffer)
    return buffer.getvalue()


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def scanned(pdf: bytes, dpi: int) -> str:
    found = zxingcpp.read_barcodes(render_page(pdf, pages_of(pdf) - 1, dpi))
    return found[0].text if found else ""


def text_of(pdf: bytes, folder: Path) -> str:
    place = folder / "a.pdf"
    place.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", place, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_it_stands_on_the_last_page_where_that_is_empty_whatever_its_turn(rotation: int) -> None:
    made = certified(archive(half_empty(), rotation), ATTESTING, KEY, LATER)
    assert pages_of(made) == 1
    assert check(scanned(made, 150), key_set([KEY.published])).serial == 12


def test_it_takes_a_page_of_its_own_where_the_last_is_full() -> None:
    assert pages_of(certified(archive(scans.paper(), pages=2), ATTESTING, KEY, LATER)) == 3
    dark = np.full_like(scans.paper(), 60)
    assert pages_of(certified(archive(dark), ATTESTING, KEY, LATER)) == 2


@pytest.mark.parametrize("dpi", [150, 200])
def test_the_qr_is_read_from_the_shown_page_and_names_these_pictures(dpi: int) -> None:
    scan = archive(half_empty())
    made = certified(scan, ATTESTING, KEY, LATER)
    claims = check(scanned(made, dpi), key_set([KEY.published]))
    assert claims.pictures == pictures_digest(made)[:16] == pictures_digest(scan)[:16]
    assert (claims.code, claims.on, claims.issuer) == (ATTESTING.code, NUMBER.on, ATTESTING.issuer)
    assert pictures_digest(archive(scans.paper())) != pictures_digest(scan)


def test_its_words_can_be_selected(tmp_path: Path) -> None:
    told = text_of(certified(archive(half_empty()), ATTESTING, KEY, LATER), tmp_path)
    for line in ("CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", "01/2026-SCTĐT/BS", "Ngày 22 tháng 11 năm 2026",
                 "PHÓ CHỦ TỊCH", ATTESTING.code.printed):  # fmt: skip
        assert line in told


def test_the_same_words_on_the_same_file_are_the_same_bytes() -> None:
    qr = QrPrint("https://xa.example/k/A", "A", "xa.example/k")
    made = [attach(archive(half_empty()), words(NUMBER, "Chủ tịch"), qr, LATER) for _ in range(2)]
    assert made[0] == made[1]


def test_the_metadata_tell_the_change_and_the_number_of_pages() -> None:
    with pikepdf.open(io.BytesIO(certified(archive(scans.paper()), ATTESTING, KEY, LATER))) as made:
        packet = made.Root.Metadata.read_bytes().decode()
    assert "<xmpTPg:NPages>2<" in packet
    assert "<xmp:ModifyDate>2026-11-22T16:00:00+07:00<" in packet
    assert "<xmp:CreateDate>2026-11-22T08:30:00+00:00<" in packet


@pytest.mark.parametrize(("pixels", "rotation"), [(half_empty(), 90), (scans.paper(), 0)])
def test_certifier_and_agency_sign_beside_the_words_and_the_file_stays_pdf_a_2b(
    pixels: NDArray[np.uint8], rotation: int, tmp_path: Path, pdfa_verdict: PdfaJudge
) -> None:
    signers = world()
    made = certified(archive(pixels, rotation), ATTESTING, KEY, LATER)
    first = sign(made, SigningOrder(Role.CERTIFIER, "Nguyễn Thị Hương"), signers.clerk, None, NOW).pdf
    assert self_check(first, Role.CERTIFIER, signers.trust, NOW).role is Role.CERTIFIER
    second = sign(first, SigningOrder(Role.AGENCY, ATTESTING.issuer, copy_form=""), signers.office, None, NOW).pdf
    assert self_check(second, Role.AGENCY, signers.trust, NOW).role is Role.AGENCY
    assert verify(second, signers.trust, NOW).signatures[0].changes_after is Changes.PERMITTED
    assert second.startswith(first)
    assert first.startswith(made)
    for file in (made, second):
        verdict = pdfa_verdict(file)
        assert verdict.compliant, verdict.failed_rules
    told = text_of(second, tmp_path)
    assert "Nguyễn Thị Hương" in told
    assert "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH" in told
    assert scanned(second, 150) == scanned(made, 150) != ""


def test_a_certifier_signs_no_file_without_attestation_and_no_signed_file_is_attested() -> None:
    signers, scan = world(), archive(half_empty())
    with pytest.raises(SigningRefused, match="chưa có lời chứng"):
        sign(scan, SigningOrder(Role.CERTIFIER, "Nguyễn Thị Hương"), signers.clerk, None, NOW)
    signed = sign(scan, SigningOrder(Role.CLERK, "An", scanned_at=NOW), signers.clerk, None, NOW).pdf
    with pytest.raises(Impossible):
        certified(signed, ATTESTING, KEY, LATER)
    with pytest.raises(DamagedFile):
        certified(b"%PDF-1.7 junk", ATTESTING, KEY, LATER)
