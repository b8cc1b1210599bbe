"""A time counts when a trusted authority proves it; a revocation counts when it came before that time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import cms, core
from cryptography.x509.oid import ExtendedKeyUsageOID

from digitize.model import TimeSource, Trust, Verdict
from digitize.sign.trust import TrustAnchors
from tests.verifying.authorities import (
    DAY,
    HOUR,
    ISSUING,
    NOW,
    PERSON,
    STAMPING,
    Holder,
    issue,
    issuing,
    key,
    ocsp_answer,
    person,
    revocation_list,
    root,
    second_person,
    stamping,
    strange_root,
    trust,
)
from tests.verifying.making import judged, signed, stamped, with_evidence
from tests.verifying.papers import paper, update
from tests.verifying.seals import Seal, Stamp

LATER = NOW + 100 * DAY


def brief() -> Holder:
    """Return a signer whose certificate ends tomorrow."""
    return issue(replace(PERSON, ends=NOW + DAY), key("p256", 70), issuing())


def stamper(**changes: object) -> Holder:
    return issue(replace(STAMPING, **changes), key("p256", 71), issuing())  # type: ignore[arg-type]


class TestExpiry:
    def test_expired_without_a_time_is_open(self) -> None:
        report = judged(signed(paper(), Seal(brief())), now=LATER)
        assert report.verdict is Verdict.INDETERMINATE
        assert "hết hạn" in report.sentence

    def test_the_signers_own_word_is_no_time(self) -> None:
        report = judged(signed(paper(), Seal(brief(), claimed_at=NOW)), now=LATER)
        assert (report.verdict, report.signatures[0].time_source) == (Verdict.INDETERMINATE, TimeSource.CLAIMED)

    def test_a_timestamp_within_the_validity_keeps_it_good(self) -> None:
        assert judged(signed(paper(), Seal(brief(), stamp=Stamp())), now=LATER).verdict is Verdict.VALID

    def test_a_document_timestamp_within_the_validity_keeps_it_good(self) -> None:
        assert judged(stamped(signed(paper(), Seal(brief()))), now=LATER).verdict is Verdict.VALID

    def test_a_timestamp_after_the_end_does_not(self) -> None:
        late = Seal(brief(), stamp=Stamp(at=NOW + 2 * DAY))
        assert judged(signed(paper(), late), now=LATER).verdict is Verdict.INDETERMINATE

    def test_a_timestamp_before_the_beginning_does_not(self) -> None:
        early = Seal(person(), stamp=Stamp(at=NOW - 900 * DAY))
        assert judged(signed(paper(), early)).verdict is Verdict.INDETERMINATE

    def test_a_document_timestamp_after_the_end_does_not(self) -> None:
        late = stamped(signed(paper(), Seal(brief())), Stamp(at=NOW + 2 * DAY))
        assert judged(late, now=LATER).verdict is Verdict.INDETERMINATE

    def test_an_archive_outlives_the_first_authority(self) -> None:
        ends = NOW + 10 * DAY
        pdf = signed(paper(), Seal(brief(), stamp=Stamp(holder=stamper(ends=ends))))
        assert judged(pdf, now=LATER).verdict is Verdict.INDETERMINATE
        archived = stamped(pdf, Stamp(at=NOW + 5 * DAY))
        assert judged(archived, now=LATER).verdict is Verdict.VALID

    def test_an_aged_timestamp_does_not_spoil_what_needs_none(self) -> None:
        report = judged(signed(paper(), Seal(stamp=Stamp(at=NOW - 9 * DAY, holder=stamper(ends=NOW - DAY)))))
        assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-B")
        assert "Dấu thời gian" in report.signatures[0].reasons[0]


def flipped(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


FORGED: Mapping[str, Callable[[], Stamp]] = {
    "of another value": lambda: Stamp(imprint=sha256(b"other").digest()),
    "of another length": lambda: Stamp(imprint=b"abc"),
    "flipped": lambda: Stamp(spoiled=flipped),
    "of an unknown authority": lambda: Stamp(holder=issue(STAMPING, key("p256", 72), strange_root())),
    "of an authority that signs itself": lambda: Stamp(holder=issue(STAMPING, key("p256", 73), None)),
    "of the signer": lambda: Stamp(holder=person()),
    "of an authority for mail": lambda: Stamp(holder=stamper(extended=(ExtendedKeyUsageOID.EMAIL_PROTECTION,))),
    "of an authority for anything": lambda: Stamp(holder=stamper(extended=())),
    "of the future": lambda: Stamp(at=NOW + DAY),
    "of the far future": lambda: Stamp(at=NOW + 900 * DAY),
    "before the authority began": lambda: Stamp(at=NOW - 2000 * DAY),
    "of an authority that has not begun": lambda: Stamp(holder=stamper(begins=NOW + DAY)),
    "with a weak hash": lambda: Stamp(digest="sha1"),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_timestamp_that_proves_nothing_is_told_and_leaves_it_open(forged: str) -> None:
    report = judged(signed(paper(), Seal(stamp=FORGED[forged]())))
    one = report.signatures[0]
    assert (report.verdict, one.level, one.time_source) == (Verdict.INDETERMINATE, "B-B", TimeSource.CLAIMED), report
    assert any("thời gian" in reason for reason in one.reasons)


def test_a_timestamp_over_a_weak_hash_proves_no_time_and_is_held_against_nobody() -> None:
    weak = Stamp(imprint_digest="sha1")
    report = judged(signed(paper(), Seal(stamp=weak)))
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-B")
    assert "hàm băm" in report.signatures[0].reasons[0]
    assert judged(signed(paper(), Seal(brief(), stamp=weak)), now=LATER).verdict is Verdict.INDETERMINATE
    stranger = replace(weak, holder=issue(STAMPING, key("p256", 78), strange_root()))
    assert judged(signed(paper(), Seal(stamp=stranger))).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("forged", FORGED)
def test_a_document_timestamp_that_proves_nothing_is_never_valid(forged: str) -> None:
    report = judged(stamped(signed(paper()), FORGED[forged]()))
    assert report.verdict is not Verdict.VALID, report
    assert report.signatures[0].level == "B-B"


@pytest.mark.parametrize("forged", ["of another value", "of another length", "flipped"])
def test_a_document_timestamp_that_does_not_fit_is_invalid(forged: str) -> None:
    assert judged(stamped(signed(paper()), FORGED[forged]())).verdict is Verdict.INVALID


@pytest.mark.parametrize("forged", [name for name in FORGED if name != "of the future"])
def test_a_forged_timestamp_saves_no_expired_certificate(forged: str) -> None:
    seal = Seal(brief(), stamp=FORGED[forged]())
    assert judged(signed(paper(), seal), now=NOW + 3 * DAY).verdict is not Verdict.VALID


def test_a_signature_timestamp_that_is_no_token_is_told() -> None:
    junk = cms.CMSAttribute(
        {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(Seal().over(b"x" * 32))]}
    )
    report = judged(signed(paper(), Seal(unsigned=(junk,))))
    assert report.verdict is Verdict.INDETERMINATE, report


def test_a_good_timestamp_counts_beside_a_forged_one() -> None:
    info = {"type": "2.999.3", "values": [core.Any(core.Null())]}
    report = judged(signed(paper(), Seal(stamp=Stamp(), unsigned=(cms.CMSAttribute(info),))))
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-T")


def revoked(at: datetime, *, by: str = "crl", holder: Holder | None = None, pdf: bytes | None = None) -> bytes:
    """Return a signed paper whose signer was revoked, with the evidence in the file."""
    who = holder or person()
    made = pdf or signed(paper(), Seal(stamp=Stamp()))
    lists = [revocation_list(root())]
    if by == "crl":
        return with_evidence(made, crls=[*lists, revocation_list(issuing(), {who: at})])
    return with_evidence(made, crls=lists, ocsps=[ocsp_answer(who, revoked_at=at), ocsp_answer(stamping())])


class TestRevocation:
    @pytest.mark.parametrize("by", ["crl", "ocsp"])
    @pytest.mark.parametrize("before", [timedelta(seconds=1), HOUR, 30 * DAY, 300 * DAY])
    def test_before_a_proven_time_is_invalid(self, by: str, before: timedelta) -> None:
        report = judged(revoked(NOW - before, by=by))
        assert report.verdict is Verdict.INVALID, report
        assert "thu hồi" in report.sentence

    @pytest.mark.parametrize("by", ["crl", "ocsp"])
    @pytest.mark.parametrize("after", [timedelta(seconds=1), HOUR, 30 * DAY])
    def test_after_a_proven_time_is_valid(self, by: str, after: timedelta) -> None:
        report = judged(revoked(NOW + after, by=by), now=NOW + 60 * DAY)
        assert report.verdict is Verdict.VALID, report

    @pytest.mark.parametrize("by", ["crl", "ocsp"])
    def test_without_a_proven_time_is_open(self, by: str) -> None:
        report = judged(revoked(NOW - HOUR, by=by, pdf=signed(paper())))
        assert report.verdict is Verdict.INDETERMINATE, report
        assert report.signatures[0].trust is Trust.UNTRUSTED

    def test_before_a_document_timestamp_is_invalid(self) -> None:
        assert judged(stamped(revoked(NOW - HOUR, pdf=signed(paper())))).verdict is Verdict.INVALID

    def test_after_a_document_timestamp_is_valid(self) -> None:
        pdf = with_evidence(stamped(signed(paper())), crls=[revocation_list(issuing(), {person(): NOW + HOUR})])
        assert judged(pdf, now=NOW + DAY).verdict is Verdict.VALID

    @pytest.mark.parametrize("stamped_too", [False, True])
    def test_a_list_in_the_folder_of_trust_counts(self, *, stamped_too: bool) -> None:
        listed = revocation_list(issuing(), {person(): NOW - HOUR}).dump()
        anchors = TrustAnchors((root().der,), revocations=(listed,))
        report = judged(signed(paper(), Seal(stamp=Stamp() if stamped_too else None)), anchors)
        assert report.verdict is (Verdict.INVALID if stamped_too else Verdict.INDETERMINATE), report

    def test_a_list_in_the_folder_about_others_does_no_harm(self) -> None:
        listed = revocation_list(issuing(), {second_person(): NOW - HOUR}).dump()
        anchors = TrustAnchors((root().der,), revocations=(listed,))
        assert judged(signed(paper()), anchors).verdict is Verdict.VALID

    @pytest.mark.parametrize("stamped_too", [False, True])
    def test_a_revoked_issuer_is_never_valid(self, *, stamped_too: bool) -> None:
        pdf = signed(
            paper(), Seal(stamp=Stamp(holder=issue(STAMPING, key("p256", 74), root())) if stamped_too else None)
        )
        listed = with_evidence(pdf, crls=[revocation_list(root(), {issuing(): NOW - DAY})])
        report = judged(listed)
        assert report.verdict is (Verdict.INVALID if stamped_too else Verdict.INDETERMINATE), report

    def test_a_revoked_intermediate_of_the_folder_is_found(self) -> None:
        listed = revocation_list(root(), {issuing(): NOW - DAY}).dump()
        anchors = TrustAnchors((root().der,), (issuing().der,), (listed,))
        assert judged(signed(paper()), anchors).verdict is Verdict.INDETERMINATE

    def test_a_good_answer_does_not_hide_a_revocation(self) -> None:
        pdf = with_evidence(
            signed(paper(), Seal(stamp=Stamp())),
            crls=[revocation_list(issuing(), {person(): NOW - DAY})],
            ocsps=[ocsp_answer(person(), at=NOW)],
        )
        assert judged(pdf).verdict is Verdict.INVALID

    def test_a_list_that_a_stranger_signed_revokes_nobody(self) -> None:
        forged = revocation_list(issuing(), {person(): NOW - DAY}, signer=key("p256", 75))
        assert judged(with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=[forged])).verdict is Verdict.VALID

    def test_an_answer_of_an_unauthorised_responder_revokes_nobody(self) -> None:
        answer = ocsp_answer(person(), revoked_at=NOW - DAY, responder=second_person())
        pdf = with_evidence(signed(paper(), Seal(stamp=Stamp())), ocsps=[answer])
        assert judged(pdf).verdict is Verdict.VALID

    def test_a_revoked_timestamp_authority_proves_nothing(self) -> None:
        pdf = signed(paper(), Seal(brief(), stamp=Stamp()))
        listed = with_evidence(pdf, crls=[revocation_list(issuing(), {stamping(): NOW - HOUR})])
        report = judged(listed, now=NOW + 3 * DAY)
        assert report.verdict is Verdict.INDETERMINATE, report

    def test_a_timestamp_authority_revoked_later_still_proves(self) -> None:
        pdf = signed(paper(), Seal(brief(), stamp=Stamp()))
        listed = with_evidence(pdf, crls=[revocation_list(issuing(), {stamping(): NOW + HOUR})])
        assert judged(listed, now=NOW + 3 * DAY).verdict is Verdict.VALID

    def test_a_forged_store_is_never_valid(self) -> None:
        good = with_evidence(signed(paper(), Seal(stamp=Stamp())), crls=[revocation_list(issuing())])
        assert (
            judged(
                update(good, {1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R /DSS << /Bad 5 0 R >> >>"})
            ).verdict
            is not Verdict.VALID
        )

    @pytest.mark.parametrize("junk", [b"", b"junk", b"\x30\x00", b"\x30\x80" * 900])
    def test_junk_in_the_store_is_no_evidence(self, junk: bytes) -> None:
        from pyhanko.pdf_utils import generic

        from tests.verifying.making import changed

        def put(writer: object) -> None:
            stream = generic.StreamObject(stream_data=junk)
            array = generic.ArrayObject([writer.add_object(stream)])  # type: ignore[attr-defined]
            store = generic.DictionaryObject({generic.pdf_name("/CRLs"): array, generic.pdf_name("/OCSPs"): array})
            writer.root["/DSS"] = writer.add_object(store)  # type: ignore[attr-defined]
            writer.update_root()  # type: ignore[attr-defined]

        report = judged(changed(signed(paper(), Seal(stamp=Stamp())), put))
        assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-T"), report

    def test_a_lower_authority_may_be_revoked_alone(self) -> None:
        lower = issue(replace(ISSUING, name="Cấp dưới"), key("p256", 76), issuing())
        holder = issue(PERSON, key("p256", 77), lower)
        pdf = with_evidence(signed(paper(), Seal(holder)), crls=[revocation_list(issuing(), {lower: NOW - DAY})])
        assert judged(pdf).verdict is Verdict.INDETERMINATE
        assert judged(pdf, trust(lower)).verdict is Verdict.VALID
