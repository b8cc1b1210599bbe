"""A released file carries the proof of all its chains; a document timestamp keeps the proof; no signed byte changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import pytest
from asn1crypto import crl, x509

from digitize.errors import EmptyFile, RevocationUnavailable, SigningRefused
from digitize.model import Verdict
from digitize.sign.evidence import Evidence
from digitize.sign.extend import to_lt, to_lta
from digitize.sign.revocation_source import Gathered, Word, gather, refuse_revoked
from digitize.sign.verify import verify
from tests.pki.world import NOW, DeskSource, StampAt, Talkative, archive_page, clerk_signed, sealed, world
from tests.verapdf.plugin import PdfaJudge

MINUTE = NOW + timedelta(minutes=1)


@cache
def gathered() -> Gathered:
    """Return what the authorities of the world say about the sealed page."""
    return gather(sealed().pdf, world().trust, DeskSource(MINUTE), MINUTE)


@cache
def long_term() -> bytes:
    """Return the sealed page at B-LT."""
    return to_lt(sealed().pdf, gathered().evidence)


@cache
def archived() -> bytes:
    """Return it at B-LTA."""
    return to_lta(long_term(), StampAt(MINUTE), MINUTE)


def test_the_proof_takes_in_the_chains_of_both_signatures_and_of_their_timestamps() -> None:
    names = {each.subject.native["common_name"] for each in gathered().evidence.certificates}
    assert len(names) == 5, "clerk, office, timestamp authority, issuing authority, responder"
    assert len(gathered().evidence.ocsps) == 3
    assert len(gathered().evidence.crls) == 1
    assert gathered().complete


def test_with_proof_both_signatures_are_b_lt_and_with_a_document_timestamp_b_lta() -> None:
    for pdf, level in ((sealed().pdf, "B-T"), (long_term(), "B-LT"), (archived(), "B-LTA")):
        report = verify(pdf, world().trust, NOW + timedelta(days=1))
        assert report.verdict is Verdict.VALID, report
        assert [each.level for each in report.signatures[:2]] == [level, level]


def test_what_was_there_is_not_touched() -> None:
    assert long_term().startswith(sealed().pdf)
    assert archived().startswith(long_term())


def test_the_same_proof_is_not_added_twice() -> None:
    assert to_lt(long_term(), gathered().evidence) == long_term()
    assert to_lt(sealed().pdf, Evidence()) == sealed().pdf


@pytest.mark.parametrize("make", [long_term, archived])
def test_the_file_stays_pdf_a_2b(make: object, pdfa_verdict: PdfaJudge) -> None:
    assert callable(make)
    verdict = pdfa_verdict(make())
    assert verdict.compliant, verdict


def test_a_token_larger_than_its_place_gets_a_larger_one() -> None:
    authority = Talkative()
    stamped = to_lta(long_term(), authority, NOW)
    assert authority.asked == 2
    assert verify(stamped, world().trust, NOW + timedelta(days=1)).signatures[0].level == "B-LTA"


def test_an_authority_whose_clock_is_not_ours_does_not_stamp_the_archive() -> None:
    with pytest.raises(SigningRefused, match="lệch"):
        to_lta(long_term(), StampAt(NOW - timedelta(hours=1)), NOW)


def test_nothing_is_extended_that_is_no_file() -> None:
    with pytest.raises(EmptyFile):
        to_lt(b"", gathered().evidence)


class Away(DeskSource):
    """An authority that does not answer about people."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        if not issuer.self_issued:
            raise RevocationUnavailable
        return super().word_on(certificate, issuer, now)


class Mute(DeskSource):
    """Certificates that name no place to ask."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        return super().word_on(certificate, issuer, now) if issuer.self_issued else None


def test_who_did_not_answer_and_who_cannot_be_asked_is_named_and_the_level_stays_b_t() -> None:
    away = gather(clerk_signed().pdf, world().trust, Away(NOW), NOW)
    assert (len(away.unanswered), away.silent, away.complete) == (2, (), False)
    mute = gather(clerk_signed().pdf, world().trust, Mute(NOW), NOW)
    assert (mute.unanswered, len(mute.silent)) == ((), 2)
    report = verify(to_lt(clerk_signed().pdf, mute.evidence), world().trust, NOW + timedelta(days=1))
    assert (report.verdict, report.signatures[0].level) == (Verdict.VALID, "B-T")


class SilentOnTime(DeskSource):
    """Certificates of which only that of the timestamp authority names no place to ask."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        purposes = certificate.extended_key_usage_value
        if purposes is not None and "time_stamping" in purposes.native:
            return None
        return super().word_on(certificate, issuer, now)


def test_without_a_word_on_the_timestamp_authority_the_level_stays_b_t() -> None:
    found = gather(sealed().pdf, world().trust, SilentOnTime(MINUTE), MINUTE)
    assert (len(found.silent), found.unanswered) == (1, ())
    report = verify(to_lt(sealed().pdf, found.evidence), world().trust, NOW + timedelta(days=1))
    assert report.verdict is Verdict.VALID
    assert [each.level for each in report.signatures] == ["B-T", "B-T"]


class RevokedYesterday(DeskSource):
    """An authority that has revoked everybody."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        assert certificate.issuer == issuer.subject
        moment = x509.Time("utc_time", now - timedelta(days=1))
        entry = {"user_certificate": certificate.serial_number, "revocation_date": moment}
        listed = {"version": "v2", "revoked_certificates": [entry]}
        return crl.CertificateList({"tbs_cert_list": listed})


def test_a_revoked_certificate_does_not_sign() -> None:
    clerk = world().clerk
    issuers = list(clerk.cert_registry)
    refuse_revoked(clerk.signing_cert, issuers, DeskSource(NOW), NOW)
    refuse_revoked(clerk.signing_cert, issuers, Away(NOW), NOW)
    with pytest.raises(SigningRefused, match="đã bị thu hồi ngày 21/11/2026"):
        refuse_revoked(clerk.signing_cert, issuers, RevokedYesterday(NOW), NOW)


def test_an_unsigned_file_asks_nobody() -> None:
    source = DeskSource(NOW)
    assert gather(archive_page(), world().trust, source, NOW) == Gathered(Evidence())
    assert source.asked == 0
