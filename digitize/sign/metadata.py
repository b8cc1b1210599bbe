"""A detached signature over the confirmed data of a document: the JSON beside the file, signed by the office.

CAdES (RFC 5652, EN 319 122-1): the bytes of the JSON are signed as they are, so that anybody can check them with
``openssl cms -verify -binary -content data.json -inform DER -in data.p7s``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash
from hashlib import sha256

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import DamagedFile
from digitize.halves import Half
from digitize.model import Changes, Integrity, Role, SignatureReport, Trust, Verdict
from digitize.sign.eligibility import common_name, digest_for, may_sign, without_legal_value
from digitize.sign.elsewhere import finish, half_of, signer_elsewhere
from digitize.sign.evidence import Evidence
from digitize.sign.judgement import CONFESSION, answer_of, judge_cms
from digitize.sign.rules import VIETNAM_TIME, Regime
from digitize.sign.timing import stamp
from digitize.sign.trust import TrustAnchors


@dataclass(frozen=True, slots=True)
class PreparedMetadata:
    """A detached signature that lacks only the value that a token computes."""

    record_sha256: str
    """Of the bytes that are being signed, lower-case hex."""
    regime: Regime
    half: Half
    """What the token has to sign."""


def sign_metadata(
    record: bytes, signer: Signer, timestamper: TimeStamper | None, now: datetime, regime: Regime = Regime.CONG_VU
) -> bytes:
    """Return the detached signature (DER) over the bytes of a record.

    Without a timestamper it is of level B-B, and ``timing.stamp`` may add the time later, without the key.

    Raises:
        SigningRefused: certificate, key or clock forbid it.
        TimestampUnavailable: the authority does not answer.
    """
    certificate = may_sign(signer.signing_cert, signer.prefer_pss, regime, now)
    signature = asyncio.run(
        signer.async_sign_general_data(
            record,
            digest_for(certificate),
            detached=True,
            use_cades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
        )
    )
    der: bytes = signature.dump()
    return der if timestamper is None else stamp(der, timestamper, now).der


def prepare_metadata(
    record: bytes, chain: tuple[bytes, ...], now: datetime, regime: Regime = Regime.CONG_VU
) -> PreparedMetadata:
    """Make everything of a detached signature but its value, which a token computes.

    Args:
        record: the bytes to be signed.
        chain: DER certificates, the signer's own first, its issuers after it.
        now: with an offset; the time that the signature claims.
        regime: the law the certificate was issued under.

    Raises:
        InvalidInput: the chain is empty or holds something else than certificates.
        SigningRefused: certificate or clock forbid it.
    """
    signer = signer_elsewhere(chain, regime, now)
    digest = digest_for(signer.signing_cert)
    attributes = asyncio.run(
        signer.signed_attrs(
            new_hash(digest, record).digest(),
            digest,
            attr_settings=PdfCMSSignedAttributes(signing_time=now),
            use_pades=True,
            is_pdf_sig=False,
        )
    )
    return PreparedMetadata(sha256(record).hexdigest(), regime, half_of(chain, signer, attributes, now))


def complete_metadata(prepared: PreparedMetadata, signature_value: bytes, now: datetime) -> bytes:
    """Make a token's value into the detached signature (DER), of level B-B.

    Args:
        prepared: what :func:`prepare_metadata` gave.
        signature_value: as the token computed it.
        now: when the value came, with an offset.

    Raises:
        SigningRefused: too late, the certificate is no longer good, or the value is not of this key and these data.
    """
    return finish(prepared.half, signature_value, prepared.regime, now)


def check_metadata(record: bytes, signature: bytes, trust: TrustAnchors, now: datetime) -> SignatureReport:
    """Judge a detached signature over a record.

    Raises:
        DamagedFile: the signature is no CMS object.
    """
    try:
        content = cms.ContentInfo.load(signature, strict=True)
        signed_data = content["content"]
        info = signed_data["signer_infos"][0]
        algorithm = info["digest_algorithm"]["algorithm"].native
        digest = new_hash(algorithm, record).digest()
        judgement, certificate = answer_of(judge_cms(signed_data, digest, trust, Evidence(), now))
        claimed = [each["values"][0].native for each in info["signed_attrs"] if each["type"].native == "signing_time"]
    # whatever a hostile object makes the parser raise, it is not a signature
    except Exception as fault:
        raise DamagedFile("chữ ký đi kèm dữ liệu không đọc được") from fault
    moment = judgement.proven_at or (claimed[0] if claimed else None)
    reasons = list(judgement.reasons)
    if without_legal_value(certificate):
        reasons.append(CONFESSION)
    return SignatureReport(
        field="",
        signer=common_name(certificate),
        role=Role.AGENCY,
        signed_at=None if moment is None else moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds"),
        integrity=judgement.integrity,
        trust=judgement.trust,
        level="B-B" if judgement.proven_at is None else "B-T",
        changes_after=Changes.NONE,
        covers_file=judgement.integrity is Integrity.INTACT,
        algorithm=f"{info['signature_algorithm'].signature_algo} {algorithm}",
        reasons=tuple(reasons),
        verdict=_verdict(judgement.integrity, judgement.trust),
    )


def _verdict(integrity: Integrity, trust: Trust) -> Verdict:
    if integrity is not Integrity.INTACT:
        return Verdict.INVALID
    return Verdict.VALID if trust is Trust.TRUSTED else Verdict.INDETERMINATE
