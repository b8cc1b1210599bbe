"""How long the proof in a file will hold, and its renewal before it fades (EN 319 142-1 §5.5).

The proof of a file hangs on one thread: its newest document timestamp; before there is one, on the timestamps of its
signatures and, while revocation is not proven in the file, on the signers' own certificates. A thread holds until a
certificate between it and its root expires or one of its algorithms fades by the calendar. A renewal puts what speaks
for the present thread into the file and ties a new one around everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from asn1crypto import cms, x509
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitize.model import SignatureHealth
from digitize.sign.eligibility import common_name
from digitize.sign.evidence import Evidence, evidence_within
from digitize.sign.extend import to_lt, to_lta
from digitize.sign.opened import open_pdf
from digitize.sign.revocation_source import (
    LONGEST_CHAIN,
    Word,
    issuer_of,
    revocation_time,
    signer_among,
    speaks_of,
    tokens,
)
from digitize.sign.rules import VIETNAM_TIME
from digitize.sign.strength import Calendar, Sunset, calendar, key_bits
from digitize.sign.trust import TrustAnchors


@dataclass(frozen=True, slots=True)
class _Thread:
    """What the proof of a file hangs on."""

    name: str
    """Vietnamese."""
    signed_data: cms.SignedData
    imprint: str | None
    """Digest by which a timestamp is tied to what it stamps; None for a signature."""


def health(pdf: bytes, trust: TrustAnchors, dates: Calendar | None = None) -> SignatureHealth | None:
    """Return until when the proof in a file holds; None when the file carries no signature that can be read.

    Args:
        pdf: the file.
        trust: the roots at which the chains end.
        dates: of algorithms; those of the catalogue unless given.

    Raises:
        DocumentAtFault: the file is unreadable.
    """
    opened = open_pdf(pdf)
    if not opened.signatures:
        return None
    archive = [each for each in opened.signatures if each.sig_object_type == "/DocTimeStamp"]
    approvals = [each for each in opened.signatures if each.sig_object_type != "/DocTimeStamp"]
    pool = [*opened.evidence.certificates, *trust.between(), *trust.certificates()]
    proven = all(_proven(each.signed_data, opened.evidence, pool, trust) for each in approvals)
    threads = _threads(archive, approvals, proven=proven)
    ends = [end for thread in threads for end in _ends(thread, pool, trust, dates or calendar())]
    weakens_at, why = min(ends, key=lambda end: end[0])
    return SignatureHealth(_level(archive, approvals, proven=proven), weakens_at, why, len(archive))


def renew(pdf: bytes, timestamper: TimeStamper, evidence: Evidence, now: datetime) -> bytes:
    """Tie a new archive timestamp around a file and all its proof; the output begins with the input.

    Args:
        pdf: a signed file.
        timestamper: of an authority.
        evidence: see ``revocation_source.gather``: what speaks for the chains of the present thread.
        now: with an offset.

    Raises:
        TimestampUnavailable: the authority does not answer.
        SigningRefused: its clock is not ours.
        DocumentAtFault: the file cannot be extended.
    """
    return to_lta(to_lt(pdf, evidence), timestamper, now)


def _threads(
    archive: list[EmbeddedPdfSignature], approvals: list[EmbeddedPdfSignature], *, proven: bool
) -> Iterator[_Thread]:
    if archive:
        yield _stamp("dấu thời gian lưu trữ", archive[-1].signed_data)
        return
    for each in approvals:
        stamps = tokens(each.signed_data)
        yield from (_stamp("dấu thời gian của chữ ký", token) for token in stamps)
        if not stamps or not proven:
            yield _Thread("chữ ký", each.signed_data, None)


def _stamp(name: str, token: cms.SignedData) -> _Thread:
    info = token["encap_content_info"]["content"].parsed
    return _Thread(name, token, info["message_imprint"]["hash_algorithm"]["algorithm"].native)


def _ends(
    thread: _Thread, pool: list[x509.Certificate], trust: TrustAnchors, dates: Calendar
) -> Iterator[tuple[datetime, str]]:
    """Yield every moment at which a thread loses something, and what."""
    digest = thread.signed_data["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    for name in {digest, thread.imprint} - {None}:
        yield from _fading(dates.of_digest(name), f"hàm băm {name} của {thread.name}")
    for certificate in _chain(thread.signed_data, pool, trust):
        yield certificate.not_valid_after, f"chứng thư “{common_name(certificate)}” của {thread.name} hết hạn"
        key = certificate.public_key
        yield from _fading(
            dates.of_key(certificate), f"khóa {key.algorithm.upper()} {key_bits(key)} bit của {thread.name}"
        )


def _chain(
    signed_data: cms.SignedData, pool: list[x509.Certificate], trust: TrustAnchors
) -> Iterator[x509.Certificate]:
    """Yield the signer's certificate, its issuer and so on, up to the anchor or as far as they are known."""
    own = [each.chosen for each in signed_data["certificates"] if each.name == "certificate"]
    certificate: x509.Certificate | None = signer_among(signed_data, own)
    for _ in range(LONGEST_CHAIN):
        if certificate is None:
            return
        yield certificate
        certificate = None if certificate.dump() in trust.roots else issuer_of(certificate, [*own, *pool])


def _proven(signed_data: cms.SignedData, evidence: Evidence, pool: list[x509.Certificate], trust: TrustAnchors) -> bool:
    """Tell whether the file itself has a good word on every certificate of a signature and of its timestamps.

    One word too few, and a judgement without asking anybody is impossible (EN 319 142-1 §5.4.2).
    """
    words = evidence + evidence_within(signed_data)
    stamps = tokens(signed_data)
    times = [each["encap_content_info"]["content"].parsed["gen_time"].native for each in stamps]
    for each in (signed_data, *stamps):
        chain = list(_chain(each, pool, trust))
        if not (chain[-1].self_issued or chain[-1].dump() in trust.roots):
            return False
        if not all(_cleared(link, issuer, words, min(times, default=None)) for link, issuer in pairwise(chain)):
            return False
    return True


def _cleared(
    certificate: x509.Certificate, issuer: x509.Certificate, words: Evidence, stamped_at: datetime | None
) -> bool:
    """Tell whether a certificate has a word, and none that it was revoked when the signature was made."""
    about: list[Word] = [each for each in words.crls if each.issuer == issuer.subject]
    about += [each for each in words.ocsps if speaks_of(each, certificate)]
    revoked = [moment for each in about if (moment := revocation_time(certificate, each)) is not None]
    return bool(about) and all(stamped_at is not None and stamped_at < moment for moment in revoked)


def _fading(sunset: Sunset | None, what: str) -> Iterator[tuple[datetime, str]]:
    if sunset is not None:
        yield datetime.combine(sunset.last_day, time.max, VIETNAM_TIME), f"{what} không còn đủ mạnh"


def _level(archive: list[EmbeddedPdfSignature], approvals: list[EmbeddedPdfSignature], *, proven: bool) -> str:
    if not all(tokens(each.signed_data) for each in approvals):
        return "B-B"
    if not proven:
        return "B-T"
    return "B-LTA" if archive else "B-LT"
