"""A detached signature over the confirmed data of a document: the JSON beside the file, signed by the office.

CAdES (RFC 5652, EN 319 122-1): the bytes of the JSON are signed as they are, so that anybody can check them with
``openssl cms -verify -binary -content data.json -inform DER -in data.p7s``.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from hashlib import new as new_hash

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps.api import TimeStamper

from digitize.errors import DamagedFile
from digitize.model import Changes, Integrity, Role, SignatureReport, Trust, Verdict
from digitize.sign.apply import digest_for, token_time
from digitize.sign.eligibility import check_clock, common_name, may_sign, without_legal_value
from digitize.sign.judgement import CONFESSION, Evidence, answer_of, judge_cms
from digitize.sign.rules import VIETNAM_TIME, Regime
from digitize.sign.trust import TrustAnchors


def sign_metadata(
    record: bytes, signer: Signer, timestamper: TimeStamper | None, now: datetime, regime: Regime = Regime.CONG_VU
) -> bytes:
    """Return the detached signature (DER) over the bytes of a record.

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
            timestamper=timestamper,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=now),
        )
    )
    stamped_at = token_time(signature)
    if stamped_at is not None:
        check_clock(stamped_at, now)
    der: bytes = signature.dump()
    return der


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
