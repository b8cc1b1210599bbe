"""The port to what certificate authorities say about revocation, and the gathering of all that a file needs of it.

A file proves itself for as long as its chains can be judged from what lies in it: every certificate between a signature
and a root, and for each a word of its issuer that it was not revoked (EN 319 142-1 §5.4.2). :func:`gather` asks for the
chains of all signatures and of all timestamps in a file; the answers prove themselves, so nothing is believed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import new as new_hash
from typing import Protocol, TypeAlias

from asn1crypto import cms, crl, ocsp, x509

from digitize.errors import RevocationUnavailable, SigningRefused
from digitize.sign.evidence import Evidence
from digitize.sign.opened import open_pdf
from digitize.sign.rules import VIETNAM_TIME
from digitize.sign.trust import TrustAnchors

LONGEST_CHAIN = 8
"""Certificates between a signer and a root; a longer chain is a loop or a trap."""

Word: TypeAlias = ocsp.OCSPResponse | crl.CertificateList
"""What an issuer says about one certificate, or about all that it revoked."""


class RevocationSource(Protocol):
    """Asks the issuer of a certificate whether it was revoked; the adapter over HTTP is ``revocation_http``."""

    def word_on(self, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Word | None:
        """Return what the issuer says, unchecked.

        Args:
            certificate: in question.
            issuer: its issuer.
            now: answers whose time has run out by then are not given again.

        Returns:
            None when the certificate names no place to ask.

        Raises:
            RevocationUnavailable: the place does not answer, or what it answers is none.
        """


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found for the chains of a file."""

    evidence: Evidence
    silent: tuple[str, ...] = ()
    """Subjects whose certificate names no place to ask: asking again is of no use."""
    unanswered: tuple[str, ...] = ()
    """Subjects whose issuer did not answer: asking later may help."""

    @property
    def complete(self) -> bool:
        """Whether every certificate of every chain has its word."""
        return not (self.silent or self.unanswered)


@dataclass(slots=True)
class _Basket:
    """What has been gathered so far, by DER."""

    certificates: dict[bytes, x509.Certificate] = field(default_factory=dict)
    words: dict[bytes, Word] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def gathered(self) -> Gathered:
        words = tuple(self.words.values())
        evidence = Evidence(
            tuple(self.certificates.values()),
            tuple(each for each in words if isinstance(each, crl.CertificateList)),
            tuple(each for each in words if isinstance(each, ocsp.OCSPResponse)),
        )
        return Gathered(evidence, tuple(self.silent), tuple(self.unanswered))


def gather(pdf: bytes, trust: TrustAnchors, source: RevocationSource, now: datetime) -> Gathered:
    """Ask for everything that the signatures and timestamps of a file need to be judged without asking.

    Args:
        pdf: a signed file.
        trust: the roots at which the chains end.
        source: where to ask.
        now: with an offset.

    Raises:
        DocumentAtFault: the file is unreadable.
    """
    opened = open_pdf(pdf)
    objects = [each.signed_data for each in opened.signatures]
    objects += [token for each in objects for token in tokens(each)]
    pool = [*opened.evidence.certificates, *trust.between(), *trust.certificates()]
    basket = _Basket()
    for signed_data in objects:
        own = [each.chosen for each in signed_data["certificates"] if each.name == "certificate"]
        _gather_chain(signer_among(signed_data, own), [*own, *pool], trust, source, now, basket)
    return basket.gathered()


def refuse_revoked(
    certificate: x509.Certificate, issuers: Iterable[x509.Certificate], source: RevocationSource, now: datetime
) -> None:
    """Refuse a key whose certificate its issuer has revoked; silence refuses nothing.

    The answer itself is checked when it is used as proof; here a forged one could only hinder a signature.

    Args:
        certificate: of the key that is about to sign.
        issuers: certificates among which its issuer is.
        source: where to ask.
        now: with an offset.

    Raises:
        SigningRefused: it was revoked.
    """
    issuer = issuer_of(certificate, issuers)
    if issuer is None:
        return
    try:
        word = source.word_on(certificate, issuer, now)
    except RevocationUnavailable:
        return
    revoked_at = None if word is None else revocation_time(certificate, word)
    if revoked_at is not None and revoked_at <= now:
        raise SigningRefused(f"chứng thư số đã bị thu hồi ngày {revoked_at.astimezone(VIETNAM_TIME):%d/%m/%Y}")


def revocation_time(certificate: x509.Certificate, word: Word) -> datetime | None:
    """Return when a certificate was revoked, by a word on it; None when it was not."""
    serial = certificate.serial_number
    moment: datetime
    if isinstance(word, crl.CertificateList):
        for entry in word["tbs_cert_list"]["revoked_certificates"]:
            if entry["user_certificate"].native == serial:
                moment = entry["revocation_date"].native
                return moment
        return None
    for single in word.response_data["responses"]:
        if single["cert_id"]["serial_number"].native == serial and single["cert_status"].name == "revoked":
            moment = single["cert_status"].chosen["revocation_time"].native
            return moment
    return None


def speaks_of(answer: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    """Tell whether an answer says of a certificate that it is good or revoked (RFC 6960 §2.2)."""
    return any(
        single["cert_id"]["serial_number"].native == certificate.serial_number
        and single["cert_id"]["issuer_name_hash"].native
        == new_hash(single["cert_id"]["hash_algorithm"]["algorithm"].native, certificate.issuer.dump()).digest()
        and single["cert_status"].name != "unknown"
        for single in answer.response_data["responses"]
    )


def issuer_of(certificate: x509.Certificate, pool: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """Find the issuer of a certificate by name and key identifier; None for a root or a stranger."""
    if certificate.self_issued:
        return None
    wanted = certificate.authority_key_identifier
    for each in pool:
        if each.subject == certificate.issuer and (wanted is None or each.key_identifier in {None, wanted}):
            return each
    return None


def signer_among(signed_data: cms.SignedData, certificates: Iterable[x509.Certificate]) -> x509.Certificate:
    """Return the certificate that the first signer of a CMS object names.

    Raises:
        StopIteration: it is not among them.
    """
    sid = signed_data["signer_infos"][0]["sid"]
    if sid.name == "subject_key_identifier":
        return next(each for each in certificates if each.key_identifier == sid.native)
    serial = sid.chosen["serial_number"].native
    return next(each for each in certificates if each.serial_number == serial and each.issuer == sid.chosen["issuer"])


def tokens(signed_data: cms.SignedData) -> list[cms.SignedData]:
    """Return the timestamps over the signature value of a CMS object."""
    attributes = signed_data["signer_infos"][0]["unsigned_attrs"]
    return [
        attribute["values"][0]["content"]
        for attribute in attributes or ()
        if attribute["type"].native == "signature_time_stamp_token"
    ]


def _gather_chain(
    certificate: x509.Certificate,
    pool: list[x509.Certificate],
    trust: TrustAnchors,
    source: RevocationSource,
    now: datetime,
    basket: _Basket,
) -> None:
    for _ in range(LONGEST_CHAIN):
        issuer = None if certificate.dump() in trust.roots else issuer_of(certificate, pool)
        if issuer is None:
            return
        if certificate.dump() not in basket.certificates:
            basket.certificates[certificate.dump()] = certificate
            _ask(certificate, issuer, source, now, basket)
        certificate = issuer


def _ask(
    certificate: x509.Certificate, issuer: x509.Certificate, source: RevocationSource, now: datetime, basket: _Basket
) -> None:
    name = certificate.subject.human_friendly
    try:
        word = source.word_on(certificate, issuer, now)
    except RevocationUnavailable:
        basket.unanswered.append(name)
        return
    if word is None:
        basket.silent.append(name)
        return
    basket.words[word.dump()] = word
    if isinstance(word, ocsp.OCSPResponse):
        _ask_for_responder(word, issuer, source, now, basket)


def _ask_for_responder(
    word: ocsp.OCSPResponse, issuer: x509.Certificate, source: RevocationSource, now: datetime, basket: _Basket
) -> None:
    """Ask for the certificate of a delegated responder too, unless its issuer says not to (RFC 6960 §4.2.2.2.1)."""
    for responder in word.basic_ocsp_response["certs"] or ():
        if responder.dump() in basket.certificates or responder.dump() == issuer.dump():
            continue
        basket.certificates[responder.dump()] = responder
        if responder.ocsp_no_check_value is None:
            _ask(responder, issuer, source, now, basket)
