"""The proof of a file is renewed before it fades; fifteen years later the renewed file is valid and its twin is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from digitize.model import Verdict
from digitize.sign.apply import sign
from digitize.sign.evidence import Evidence
from digitize.sign.extend import to_lt, to_lta
from digitize.sign.renewal import SignatureHealth, health, renew
from digitize.sign.revocation_source import gather
from digitize.sign.strength import Calendar, Sunset, calendar
from digitize.sign.verify import verify
from tests.pki.decades import Decades
from tests.pki.world import AGENCY_ORDER, CLERK_ORDER, NOW, archive_page
from tests.verapdf.plugin import PdfaJudge
from tests.verifying import authorities
from tests.verifying.making import signed, with_evidence
from tests.verifying.papers import paper
from tests.verifying.seals import Seal, Stamp

RSA_2048_ENDS = date(2028, 6, 30)
"""In the calendar of these tests: before the certificate of the first timestamp authority expires."""

MARGIN = timedelta(days=180)


def dates() -> Calendar:
    """Return a calendar in which RSA-2048 fades in the middle of the first authority's life, and nothing else does."""
    row = Sunset("rsa", RSA_2048_ENDS, "phép thử", verified=True, since=date(2026, 1, 1), bits_below=3072)
    return replace(calendar(), sunset=(row,))


@cache
def decades() -> Decades:
    """Return the PKI of these tests."""
    return Decades(NOW)


@cache
def released() -> bytes:
    """Return a file as it is released: both signatures at B-LT."""
    pki = decades()
    clerk, office = pki.signer("Nguyễn Thị Hương", 3, NOW), pki.signer("UBND xã Hòa Bình", 3, NOW)
    first = sign(archive_page(), CLERK_ORDER, clerk, pki.stamper(NOW), NOW)
    second = sign(first.pdf, AGENCY_ORDER, office, pki.stamper(NOW), NOW)
    return with_proof(second.pdf, NOW)


def with_proof(pdf: bytes, now: datetime) -> bytes:
    """Append what the authorities of the day say."""
    return to_lt(pdf, gather(pdf, decades().trust, decades(), now).evidence)


def state(pdf: bytes) -> SignatureHealth:
    """Return the health of a file that has one."""
    found = health(pdf, decades().trust, dates())
    assert found is not None
    return found


def test_fifteen_years_of_renewals_keep_a_file_valid_while_its_twin_fades(pdfa_verdict: PdfaJudge) -> None:
    pki, pdf, renewals = decades(), released(), []
    for month in range(15 * 12 + 1):
        now = NOW + timedelta(days=month * 365.25 / 12)
        if not state(pdf).due(now, MARGIN):
            continue
        before = pdf
        pdf = renew(pdf, pki.stamper(now), gather(pdf, pki.trust, pki, now).evidence, now)
        assert pdf.startswith(before)
        assert state(pdf).weakens_at > state(before).weakens_at
        renewals.append(now.year)
    end = NOW + timedelta(days=15 * 365.25)
    assert renewals == [2028, 2032, 2036, 2040], "first the fading algorithm, then the expiring certificates"
    report = verify(pdf, pki.trust, end)
    assert report.verdict is Verdict.VALID, report.sentence
    assert [each.level for each in report.signatures[:2]] == ["B-LTA", "B-LTA"]
    assert verify(released(), pki.trust, end).verdict is Verdict.INDETERMINATE
    assert pdfa_verdict(pdf).compliant


def test_a_file_renewed_too_late_does_not_become_valid_again() -> None:
    pki, late = decades(), NOW + timedelta(days=7 * 365)
    revived = renew(released(), pki.stamper(late), Evidence(), late)
    assert verify(revived, pki.trust, late + timedelta(days=1)).verdict is Verdict.INDETERMINATE


def test_a_released_file_holds_as_long_as_the_certificate_of_its_timestamp_or_its_algorithms() -> None:
    assert state(released()).level == "B-LT"
    assert state(released()).weakens_at.date() == RSA_2048_ENDS
    assert state(released()).why == "khóa RSA 2048 bit của dấu thời gian của chữ ký không còn đủ mạnh"
    by_catalogue = health(released(), decades().trust)
    assert by_catalogue is not None
    assert by_catalogue.weakens_at.year == 2030, "RSA-2048 fades by the catalogue"


def test_without_proof_of_revocation_it_holds_as_long_as_the_signers_certificate() -> None:
    pki = decades()
    short = sign(archive_page(), CLERK_ORDER, pki.signer("Trần Văn Bình", 1, NOW), pki.stamper(NOW), NOW).pdf
    assert (state(short).level, state(short).weakens_at.year) == ("B-T", 2027)
    assert "Trần Văn Bình" in state(short).why
    assert (state(with_proof(short, NOW)).level, state(with_proof(short, NOW)).weakens_at.year) == ("B-LT", 2028)
    bare = sign(archive_page(), CLERK_ORDER, pki.signer("Trần Văn Bình", 1, NOW), None, NOW).pdf
    assert state(bare).level == "B-B"


def test_an_archive_timestamp_replaces_the_threads_before_it() -> None:
    pki, later = decades(), datetime(2031, 1, 1, tzinfo=UTC)
    archived = to_lta(released(), pki.stamper(later), later)
    assert (state(archived).level, state(archived).archive_timestamps) == ("B-LTA", 1)
    assert state(archived).weakens_at.year == 2032
    assert "dấu thời gian lưu trữ" in state(archived).why


def test_what_is_not_signed_has_no_health() -> None:
    assert health(archive_page(), decades().trust) is None


def test_every_row_of_the_calendar_says_where_it_comes_from() -> None:
    for row in calendar().sunset:
        assert row.source
        assert row.since
        assert bool(row.names) != bool(row.bits_below)


@pytest.mark.parametrize(
    ("revoked", "complete", "level"), [(None, False, "B-T"), (None, True, "B-LT"), (-1, True, "B-T"), (1, True, "B-LT")]
)
def test_the_level_needs_a_good_word_on_every_certificate(revoked: int | None, complete: bool, level: str) -> None:
    """One list about a part of the chain is no proof; a revocation counts when it came before the timestamp."""
    now = authorities.NOW
    whom = {} if revoked is None else {authorities.person(): now + revoked * authorities.HOUR}
    lists = [authorities.revocation_list(authorities.issuing(), whom)]
    lists += [authorities.revocation_list(authorities.root())] if complete else []
    pdf = with_evidence(signed(paper(), Seal(stamp=Stamp(at=now))), crls=lists)
    found = health(pdf, authorities.trust())
    assert found is not None
    assert found.level == level == verify(pdf, authorities.trust(), now + authorities.DAY).signatures[0].level
