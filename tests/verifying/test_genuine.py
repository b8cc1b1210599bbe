"""Good papers are valid, whoever made them and in whichever of the permitted ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import cms, crl, ocsp, pdf
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from digitize.model import Changes, Integrity, TimeSource, Trust, Verdict
from tests.verifying import papers
from tests.verifying.authorities import (
    ANSWERING,
    DAY,
    HOUR,
    ISSUING,
    NOW,
    PERSON,
    issue,
    issuing,
    key,
    ocsp_answer,
    person,
    revocation_list,
    root,
    second_person,
    stamping,
    trust,
)
from tests.verifying.forgeries import CONTENT
from tests.verifying.making import changed, judged, signed, stamped, with_evidence
from tests.verifying.papers import dressed, hybrid, objects, paper, update
from tests.verifying.seals import Seal, Stamp

WAYS = ["object streams", "linearised", "encrypted", "encrypted of old", "pdf 2.0", "with metadata"]
RSA = [("rsa2048", pss, digest) for pss in (False, True) for digest in ("sha256", "sha384", "sha512")]
CURVES = [(curve, False, digest) for curve in ("p256", "p384", "p521") for digest in ("sha256", "sha384", "sha512")]
MECHANISMS = [*RSA, *CURVES, ("rsa3072", False, "sha256"), ("rsa4096", True, "sha512"), ("ed25519", False, "sha512")]


@pytest.mark.parametrize(("kind", "pss", "digest"), MECHANISMS)
def test_every_strong_mechanism_is_valid(kind: str, pss: bool, digest: str) -> None:
    report = judged(signed(paper(), Seal(person(kind), pss=pss, digest=digest)))
    assert report.verdict is Verdict.VALID, report
    assert (report.signatures[0].level, report.signatures[0].changes_after) == ("B-B", Changes.NONE)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_writing_a_file_is_valid(way: str) -> None:
    once = signed(dressed(way))
    assert judged(once).verdict is Verdict.VALID
    twice = signed(once, Seal(second_person()), "Sig2")
    assert judged(twice).verdict is Verdict.VALID
    assert judged(stamped(twice)).verdict is Verdict.VALID


@pytest.mark.parametrize("level", [None, 1, 2, 3])
@pytest.mark.parametrize("way", ["object streams", "linearised", "pdf 2.0"])
def test_every_level_of_certification_is_valid(way: str, level: int | None) -> None:
    certified = signed(dressed(way), certify=None if level is None else MDPPerm(level))
    assert judged(certified).verdict is Verdict.VALID
    assert judged(stamped(certified)).verdict is Verdict.VALID


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_many_signatures_are_valid(count: int) -> None:
    pdf = paper()
    for number in range(count):
        pdf = signed(pdf, Seal(second_person() if number % 2 else person()), f"Sig{number + 1}")
    report = judged(pdf)
    assert (report.verdict, len(report.signatures)) == (Verdict.VALID, count), report
    assert [one.changes_after for one in report.signatures] == [Changes.PERMITTED] * (count - 1) + [Changes.NONE]


def test_further_visible_signatures_are_valid() -> None:
    once = signed(paper(), field="Seen1", box=(50, 50, 150, 90))
    twice = signed(once, Seal(second_person()), "Seen2", box=(200, 50, 300, 90))
    assert judged(twice).verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("subfilter", "level"),
    [("/adbe.pkcs7.detached", "PKCS#7"), ("/ETSI.CAdES.detached", "B-B")],
)
@pytest.mark.parametrize("open_length", [False, True])
@pytest.mark.parametrize("attributes", [False, True])
def test_forms_of_the_cms_object(subfilter: str, level: str, *, open_length: bool, attributes: bool) -> None:
    seal = Seal(open_length=open_length, attributes=attributes)
    report = judged(signed(paper(), seal, subfilter=subfilter))
    assert report.signatures[0].integrity is Integrity.INTACT
    # a signature that does not name its certificate is of no level of PAdES (EN 319 142-1 §6.3)
    reached = level if attributes or level == "PKCS#7" else "unknown"
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, reached), report


@pytest.mark.parametrize("omitted", ["signing_time", "signing_certificate_v2"])
def test_what_a_pkcs7_signature_may_leave_out(omitted: str) -> None:
    seal = Seal(omitted=frozenset({omitted}))
    assert judged(signed(paper(), seal, subfilter="/adbe.pkcs7.detached")).verdict is Verdict.VALID


def test_intermediates_may_come_from_the_security_store() -> None:
    pdf = signed(paper(), Seal(others=()))
    assert judged(pdf).verdict is Verdict.INDETERMINATE
    assert judged(with_evidence(pdf, certificates=[issuing()])).verdict is Verdict.VALID


def test_a_longer_chain_is_valid() -> None:
    lower = issue(replace(ISSUING, name="Cấp dưới"), key("p256", 20), issuing())
    holder = issue(PERSON, key("p256", 21), lower)
    assert judged(signed(paper(), Seal(holder))).verdict is Verdict.VALID


def test_superfluous_certificates_do_no_harm() -> None:
    seal = Seal(others=(issuing(), root(), second_person(), stamping()))
    assert judged(signed(paper(), seal)).verdict is Verdict.VALID


@pytest.mark.parametrize("locked", [FieldMDPAction.ALL, FieldMDPAction.INCLUDE, FieldMDPAction.EXCLUDE])
def test_a_signature_that_locks_fields_is_valid(locked: FieldMDPAction) -> None:
    fields = None if locked is FieldMDPAction.ALL else ["Amount"]
    pdf = signed(paper(), locked=FieldMDPSpec(locked, fields))
    assert judged(pdf).verdict is Verdict.VALID
    assert judged(stamped(pdf)).verdict is Verdict.VALID


class TestLevels:
    def test_b_t_by_a_signature_timestamp(self) -> None:
        report = judged(signed(paper(), Seal(stamp=Stamp(at=NOW - HOUR))))
        one = report.signatures[0]
        assert (report.verdict, one.level, one.time_source) == (Verdict.VALID, "B-T", TimeSource.TIMESTAMP)
        assert (one.signed_at, one.time_authority) == ("2026-11-22T14:00:00+07:00", "Dấu thời gian thử")

    def test_b_t_by_a_document_timestamp(self) -> None:
        report = judged(stamped(signed(paper())))
        assert [one.level for one in report.signatures] == ["B-T", "RFC 3161"]

    @pytest.mark.parametrize("by", ["crl", "ocsp", "both", "responder"])
    def test_b_lt_and_b_lta(self, by: str) -> None:
        timed = signed(paper(), Seal(stamp=Stamp()))
        crls: list[crl.CertificateList] = [revocation_list(root())]
        answers: list[ocsp.OCSPResponse] = []
        if by in {"crl", "both"}:
            crls.append(revocation_list(issuing()))
        if by in {"ocsp", "both"}:
            answers += [ocsp_answer(person()), ocsp_answer(stamping())]
        if by == "responder":
            responder = issue(ANSWERING, key("p256", 22), issuing())
            answers += [ocsp_answer(person(), responder=responder), ocsp_answer(stamping(), responder=responder)]
        kept = with_evidence(timed, certificates=[issuing()], crls=crls, ocsps=answers)
        assert [(one.level, one.verdict) for one in judged(kept).signatures] == [("B-LT", Verdict.VALID)]
        report = judged(stamped(kept))
        assert [one.level for one in report.signatures] == ["B-LTA", "RFC 3161"], report
        assert report.verdict is Verdict.VALID

    def test_evidence_about_a_part_of_the_chain_is_no_b_lt(self) -> None:
        kept = with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=[revocation_list(issuing())])
        assert judged(kept).signatures[0].level == "B-T"

    def test_evidence_without_a_time_is_no_b_lt(self) -> None:
        kept = with_evidence(signed(paper()), crls=[revocation_list(issuing()), revocation_list(root())])
        assert judged(kept).signatures[0].level == "B-B"

    def test_certificates_alone_are_no_b_lt(self) -> None:
        kept = with_evidence(signed(paper(), Seal(stamp=Stamp())), certificates=[issuing(), root()])
        assert judged(kept).signatures[0].level == "B-T"

    def test_lists_that_a_stranger_signed_are_no_b_lt(self) -> None:
        lists = [revocation_list(one, signer=key("p256", 66)) for one in (issuing(), root())]
        assert judged(with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=lists)).signatures[0].level == "B-T"

    def test_lists_that_ended_before_the_signature_are_no_b_lt(self) -> None:
        lists = [
            revocation_list(one, this_update=NOW - 30 * DAY, next_update=NOW - 20 * DAY) for one in (issuing(), root())
        ]
        assert judged(with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=lists)).signatures[0].level == "B-T"

    def test_lists_in_the_folder_of_trust_raise_no_level(self) -> None:
        anchors = replace(trust(), revocations=tuple(revocation_list(one).dump() for one in (issuing(), root())))
        report = judged(signed(paper(), Seal(stamp=Stamp())), anchors)
        assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-T")

    def test_a_document_timestamp_before_the_evidence_does_not_archive_it(self) -> None:
        lists = [revocation_list(issuing()), revocation_list(root())]
        kept = with_evidence(stamped(signed(paper(), Seal(stamp=Stamp()))), crls=lists)
        assert judged(kept).signatures[0].level == "B-LT"

    def test_a_chain_of_document_timestamps(self) -> None:
        lists = [revocation_list(issuing()), revocation_list(root())]
        kept = stamped(with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=lists))
        again = stamped(with_evidence(kept, crls=[revocation_list(issuing())]), field="Stamp2")
        report = judged(again)
        assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-LTA")

    def test_the_level_of_an_unknown_issuer_is_what_is_proven(self) -> None:
        report = judged(signed(paper(), Seal(stamp=Stamp())), trust(issue(ISSUING, key("p256", 30), None)))
        assert (report.signatures[0].level, report.signatures[0].trust) == ("B-B", Trust.UNKNOWN)


def test_revocation_data_within_the_signature_is_used() -> None:
    """Adobe's attribute of PKCS#7 signatures (ISO 32000-2 §12.8.3.3.2)."""
    archive = pdf.RevocationInfoArchival({"crl": [revocation_list(issuing(), {person(): NOW - DAY})]})
    attribute = cms.CMSAttribute({"type": "adobe_revocation_info_archival", "values": [archive]})
    seal = Seal(stamp=Stamp(), signed_extra=(attribute,))
    report = judged(signed(paper(), seal, subfilter="/adbe.pkcs7.detached"))
    assert report.verdict is Verdict.INVALID, report


def test_a_security_store_may_grow() -> None:
    first = with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=[revocation_list(issuing())])
    assert judged(with_evidence(first, crls=[revocation_list(root())])).signatures[0].level == "B-LT"


def test_a_program_may_note_that_it_saved_the_file() -> None:
    def touch(writer: object) -> None:
        from pyhanko.pdf_utils import generic

        info = writer.trailer["/Info"]  # type: ignore[attr-defined]
        info[pdf_name("/Producer")] = generic.pdf_string("khac")
        writer.update_container(info)  # type: ignore[attr-defined]

    assert judged(changed(signed(paper()), touch)).verdict is Verdict.VALID


def test_a_file_signed_in_the_summer_of_last_year_is_valid() -> None:
    long_ago = NOW - timedelta(days=300)
    report = judged(signed(paper(), Seal(claimed_at=long_ago, stamp=Stamp(at=long_ago)), dated=long_ago))
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].signed_at == "2026-01-26T15:00:00+07:00"


def test_an_update_without_any_object_does_no_harm() -> None:
    report = judged(update(signed(paper()), {}))
    assert (report.verdict, report.signatures[0].changes_after) == (Verdict.VALID, Changes.PERMITTED), report


def test_white_space_after_the_end_does_no_harm() -> None:
    assert judged(signed(paper()) + b"\n\r\n").verdict is Verdict.VALID


def test_our_own_signer_of_the_library_is_valid() -> None:
    """PyHanko's stock signer, as a foreign program."""
    from asn1crypto.keys import PrivateKeyInfo
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()
    store.register(issuing().parsed)
    der = person().key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(person().parsed, PrivateKeyInfo.load(der), store)
    for subfilter in (SigSeedSubFilter.PADES, SigSeedSubFilter.ADOBE_PKCS7_DETACHED):
        meta = PdfSignatureMetadata(field_name="Sig1", subfilter=subfilter, md_algorithm="sha256")
        output = PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(paper())))
        assert judged(output.getvalue()).verdict is Verdict.VALID


def test_a_hybrid_file_is_valid_and_so_is_what_is_signed_after_it() -> None:
    once = signed(hybrid())
    assert judged(once).verdict is Verdict.VALID
    assert judged(stamped(signed(once, Seal(second_person()), "Sig2"))).verdict is Verdict.VALID
    assert judged(update(once, CONTENT["the text of the page is replaced"])).verdict is Verdict.INVALID


def test_the_signature_that_enables_adobes_reader_is_none_that_was_taken_out() -> None:
    rights = b"<< /Type /Sig /Filter /Adobe.PPKLite /Contents <00> /ByteRange [0 1 2 3] >>"
    catalog = objects()[papers.CATALOG].replace(b"/Lang", b"/Perms << /UR3 20 0 R >> /Lang")
    enabled = papers.written({**objects(), papers.CATALOG: catalog, 20: rights})
    assert judged(signed(enabled)).verdict is Verdict.VALID
    assert judged(enabled).verdict is Verdict.UNSIGNED
