"""A verification calls valid only what is valid, and says why it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner

from digitize.errors import DamagedFile, EmptyFile, EncryptedPdf, SigningRefused, UnknownType
from digitize.model import Changes, Integrity, Role, Trust, Verdict, from_json, to_json
from digitize.model import VerificationReport as Report
from digitize.sign.anatomy import covers_revision
from digitize.sign.apply import sign
from digitize.sign.keys import LoadedSigner
from digitize.sign.trust import TrustAnchors, built_in_trust
from digitize.sign.verify import self_check, verify
from tests.pki.tampering import (
    REVISIONS,
    add_a_visible_field_for_a_document_timestamp,
    append_revision,
    repaint_the_block_of_the_clerk,
)
from tests.pki.world import (
    AGENCY_ORDER,
    CLERK_ORDER,
    NOW,
    archive_page,
    clerk_signed,
    sealed,
    strange_signer,
    with_revocation_list,
    world,
)

Revision = Callable[[IncrementalPdfFileWriter], None]


def _verify(pdf: bytes, trust: TrustAnchors | None = None, now: datetime = NOW) -> Report:
    return verify(pdf, trust or world().trust, now)


def test_both_signatures_of_a_sealed_file_are_valid_at_level_b_t() -> None:
    report = _verify(sealed().pdf)
    assert report.verdict is Verdict.VALID
    assert [each.role for each in report.signatures] == [Role.CLERK, Role.AGENCY]
    assert [each.level for each in report.signatures] == ["B-T", "B-T"]
    assert [each.changes_after for each in report.signatures] == [Changes.PERMITTED, Changes.NONE]
    assert all(each.covers_file and each.integrity is Integrity.INTACT for each in report.signatures)
    assert "hợp lệ" in report.sentence
    assert "không có giá trị pháp lý" in report.sentence


def test_the_report_survives_json() -> None:
    report = _verify(sealed().pdf)
    assert from_json(to_json(report), Report) == report


def test_a_file_without_signatures_is_unsigned() -> None:
    assert _verify(archive_page()) == Report(Verdict.UNSIGNED, "Tệp không có chữ ký số.")


def test_the_state_before_the_seal_is_valid_by_itself() -> None:
    report = _verify(sealed().pdf[: len(clerk_signed().pdf)])
    assert (report.verdict, len(report.signatures)) == (Verdict.VALID, 1)


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda each: each.__name__)
def test_a_revision_that_nobody_signed_is_invalid(revision: Revision) -> None:
    report = _verify(append_revision(sealed().pdf, revision))
    assert report.verdict is Verdict.INVALID, report
    assert report.sentence.startswith("Chữ ký không hợp lệ")


@pytest.mark.parametrize("revision", [*REVISIONS[:3], repaint_the_block_of_the_clerk], ids=lambda each: each.__name__)
def test_a_revision_between_the_clerk_and_the_agency_does_not_become_good_by_the_seal(revision: Revision) -> None:
    tampered = append_revision(clerk_signed().pdf, revision)
    report = _verify(sign(tampered, AGENCY_ORDER, world().office, world().authority, NOW).pdf)
    assert report.verdict is Verdict.INVALID, report
    assert report.signatures[0].changes_after is Changes.SUSPICIOUS


@pytest.mark.parametrize(
    "revision", [*REVISIONS[:3], add_a_visible_field_for_a_document_timestamp], ids=lambda each: each.__name__
)
def test_a_document_timestamp_does_not_make_a_revision_good(revision: Revision) -> None:
    tampered = append_revision(sealed().pdf, revision)
    output = PdfTimeStamper(world().authority, field_name="Stamp").timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(tampered)), "sha256", validation_context=None
    )
    assert _verify(output.getvalue()).verdict is Verdict.INVALID


def test_a_document_timestamp_alone_is_a_permitted_change() -> None:
    output = PdfTimeStamper(world().authority, field_name="Stamp").timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(sealed().pdf)), "sha256", validation_context=None
    )
    report = _verify(output.getvalue())
    assert report.verdict is Verdict.VALID, report
    assert [each.level for each in report.signatures] == ["B-T", "B-T", "RFC 3161"]


@pytest.mark.parametrize("tail", [b"%", b"garbage", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_bytes_behind_the_last_revision_are_invalid(tail: bytes) -> None:
    report = _verify(sealed().pdf + tail)
    assert report.verdict is Verdict.INVALID


def test_an_orphan_revision_that_no_reader_follows_is_invalid() -> None:
    """An update is appended, then a startxref that leads back to the signed state hides it again."""
    last = re.findall(rb"startxref\s+(\d+)", sealed().pdf)[-1]
    hidden = append_revision(sealed().pdf, REVISIONS[0]) + b"\nstartxref\n" + last + b"\n%%EOF\n"
    assert _verify(hidden).verdict is Verdict.INVALID


def test_a_signature_of_another_file_does_not_fit_here() -> None:
    other = sign(archive_page(), CLERK_ORDER, world().clerk, None, NOW + timedelta(seconds=1)).pdf
    value = re.search(rb"/Contents\s*<([0-9A-F]+)>", other)
    place = re.search(rb"/Contents\s*<([0-9A-F]+)>", clerk_signed().pdf)
    assert value
    assert place
    swapped = clerk_signed().pdf[: place.start(1)] + value.group(1) + clerk_signed().pdf[place.end(1) :]
    report = _verify(swapped)
    assert report.verdict is Verdict.INVALID
    assert report.signatures[0].integrity is Integrity.MODIFIED


@pytest.mark.parametrize("value", [b"00", b"30", b"FF", b"3082"])
def test_a_signature_value_that_cannot_be_parsed_is_broken(value: bytes) -> None:
    place = re.search(rb"/Contents\s*<([0-9A-F]+)>", clerk_signed().pdf)
    assert place
    filled = value.ljust(len(place.group(1)), b"0")
    report = _verify(clerk_signed().pdf[: place.start(1)] + filled + clerk_signed().pdf[place.end(1) :])
    assert report.verdict is Verdict.INVALID
    assert report.signatures[0].integrity is Integrity.BROKEN


def test_bytes_hidden_in_the_padding_of_a_signature_are_invalid() -> None:
    place = re.search(rb"/Contents\s*<[0-9A-F]+>", clerk_signed().pdf)
    assert place
    pdf = bytearray(clerk_signed().pdf)
    pdf[place.end() - 3 : place.end() - 1] = b"41"
    report = _verify(bytes(pdf))
    assert report.verdict is Verdict.INVALID
    assert not report.signatures[0].covers_file


@pytest.mark.parametrize(
    "byte_range",
    [[0, 4, 10], [1, 3, 10, 5], [0, 4, 10, 99], [0, 3, 10, 5], [0, 4, 11, 4], [0, -4, 10, 5], [0, 2, 10, 5]],
)
def test_a_byte_range_with_a_gap_covers_nothing(byte_range: list[int]) -> None:
    assert covers_revision(b"head<3000>tail!", [0, 4, 10, 5], b"\x30\x00")
    assert not covers_revision(b"head<3000>tail!", byte_range, b"\x30\x00")


def test_a_later_signature_whose_block_hides_the_page_spoils_the_earlier_one() -> None:
    settings = PdfSignatureMetadata(field_name="Extra", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    cover = PdfSigner(settings, world().office, new_field_spec=SigFieldSpec("Extra", box=(0, 0, 600, 800)))
    output = cover.sign_pdf(IncrementalPdfFileWriter(BytesIO(clerk_signed().pdf)))
    report = _verify(output.getvalue())
    assert report.verdict is Verdict.INVALID
    assert "che nội dung" in report.sentence


def test_an_attachment_that_is_itself_signed_does_not_make_a_file_invalid() -> None:
    with pikepdf.open(BytesIO(archive_page())) as pdf:
        pdf.attachments["signed.pdf"] = sealed().pdf
        saved = BytesIO()
        pdf.save(saved, compress_streams=False)
    report = _verify(sign(saved.getvalue(), CLERK_ORDER, world().clerk, None, NOW).pdf)
    assert report.signatures[0].verdict is Verdict.VALID
    assert report.verdict is Verdict.INDETERMINATE


def test_an_unknown_issuer_is_indeterminate() -> None:
    for trust in (TrustAnchors(()), built_in_trust(NOW.date())):
        report = verify(sealed().pdf, trust, NOW)
        assert report.verdict is Verdict.INDETERMINATE
        assert all(each.trust is Trust.UNKNOWN and each.level == "B-B" for each in report.signatures)
        assert "Không biết tổ chức cấp" in report.sentence


def test_a_file_takes_the_worst_of_its_signatures() -> None:
    stranger = strange_signer()
    mixed = sign(clerk_signed().pdf, AGENCY_ORDER, stranger.signer, None, NOW)
    assert [each.verdict for each in _verify(mixed.pdf).signatures] == [Verdict.VALID, Verdict.INDETERMINATE]
    assert _verify(mixed.pdf).verdict is Verdict.INDETERMINATE


def test_an_expired_certificate_is_good_only_with_a_trusted_time() -> None:
    brief = strange_signer(ends=NOW + timedelta(hours=1))
    later = NOW + timedelta(days=30)
    without = sign(archive_page(), CLERK_ORDER, brief.signer, None, NOW).pdf
    with_time = sign(archive_page(), CLERK_ORDER, brief.signer, world().authority, NOW).pdf
    report = _verify(without, brief.trust, later)
    assert report.verdict is Verdict.INDETERMINATE
    assert "hết hạn" in report.sentence
    assert _verify(with_time, brief.trust, later).verdict is Verdict.VALID


def test_a_later_trusted_timestamp_proves_the_time_of_the_earlier_signature() -> None:
    brief = strange_signer(ends=NOW + timedelta(hours=1))
    clerk = sign(archive_page(), CLERK_ORDER, brief.signer, None, NOW).pdf
    both = sign(clerk, AGENCY_ORDER, world().office, world().authority, NOW).pdf
    assert _verify(both, brief.trust, NOW + timedelta(days=30)).verdict is Verdict.VALID


class Sha1Signer(LoadedSigner):
    """Signs the way nobody should since 2017."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        assert isinstance(self._key, rsa.RSAPrivateKey)
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - the weakness is the subject


def test_a_weak_hash_is_indeterminate() -> None:
    strong = world().clerk
    weak = Sha1Signer(strong.signing_cert, tuple(strong.cert_registry), strong._key)
    settings = PdfSignatureMetadata(field_name="ClerkSignature", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha1")
    output = PdfSigner(settings, weak).sign_pdf(IncrementalPdfFileWriter(BytesIO(archive_page())))
    report = _verify(output.getvalue())
    assert report.verdict is Verdict.INDETERMINATE, report
    assert "yếu" in report.sentence


def test_old_pkcs7_signatures_are_judged_and_named() -> None:
    bundle, passphrase = world().pki.signers["clerk"].read()
    signer = SimpleSigner.load_pkcs12_data(bundle, [], passphrase.encode())
    settings = PdfSignatureMetadata(
        field_name="Sig1", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED, md_algorithm="sha256"
    )
    output = PdfSigner(settings, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(archive_page())))
    report = _verify(output.getvalue())
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "PKCS#7")
    assert report.signatures[0].role is None


def test_what_is_no_readable_pdf_is_refused_by_name() -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(archive_page())) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    cases: tuple[tuple[bytes, type[Exception]], ...] = (
        (b"", EmptyFile),
        (b"<html></html>", UnknownType),
        (b"%PDF-1.7\n", DamagedFile),
        (sealed().pdf[:5000], DamagedFile),
        (sealed().pdf + b"startxref\n9\n%%EOF\n", DamagedFile),
        (locked.getvalue(), EncryptedPdf),
    )
    for data, error in cases:
        with pytest.raises(error):
            _verify(data)


def test_a_revision_of_ours_is_released_only_when_it_verifies() -> None:
    assert self_check(clerk_signed().pdf, Role.CLERK, world().trust, NOW).field == "ClerkSignature"
    assert self_check(sealed().pdf, Role.AGENCY, world().trust, NOW).field == "AgencySignature"
    with pytest.raises(SigningRefused, match="đúng các chữ ký"):
        self_check(clerk_signed().pdf, Role.AGENCY, world().trust, NOW)
    with pytest.raises(SigningRefused, match="trước khi phát hành"):
        self_check(sealed().pdf + b"x", Role.AGENCY, world().trust, NOW)
    with pytest.raises(SigningRefused, match="trước khi phát hành"):
        self_check(sealed().pdf, Role.AGENCY, TrustAnchors(()), NOW)


def test_a_certificate_revoked_before_the_proven_time_is_invalid() -> None:
    revoked = strange_signer()
    signed = sign(archive_page(), CLERK_ORDER, revoked.signer, world().authority, NOW).pdf
    with_list = with_revocation_list(signed, revoked, revoked_at=NOW - timedelta(hours=1))
    report = _verify(with_list, revoked.trust)
    assert report.verdict is Verdict.INVALID, report
    assert report.signatures[0].trust is Trust.UNTRUSTED
    assert "thu hồi" in report.sentence


def test_a_certificate_revoked_after_the_proven_time_keeps_its_signature_good() -> None:
    revoked = strange_signer()
    signed = sign(archive_page(), CLERK_ORDER, revoked.signer, world().authority, NOW).pdf
    with_list = with_revocation_list(signed, revoked, revoked_at=NOW + timedelta(hours=1))
    report = _verify(with_list, revoked.trust, NOW + timedelta(hours=3))
    assert report.verdict is Verdict.VALID, report


def test_revoked_without_a_proven_time_is_indeterminate() -> None:
    revoked = strange_signer()
    signed = sign(archive_page(), CLERK_ORDER, revoked.signer, None, NOW).pdf
    with_list = with_revocation_list(signed, revoked, revoked_at=NOW - timedelta(hours=1))
    report = _verify(with_list, revoked.trust, NOW + timedelta(hours=3))
    assert report.verdict is Verdict.INDETERMINATE, report


def test_proof_for_the_signer_alone_is_not_enough_for_b_lt_when_an_authority_stamped_it() -> None:
    good = strange_signer()
    signed = sign(archive_page(), CLERK_ORDER, good.signer, world().authority, NOW).pdf
    report = _verify(with_revocation_list(signed, good, revoked_at=None), good.trust, NOW + timedelta(hours=3))
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-T"), report
