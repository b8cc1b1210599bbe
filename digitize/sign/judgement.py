"""One signature, graded: integrity, time, trust (ETSI EN 319 102-1 §5, on pyHanko's primitives).

Nothing is fetched. Revocation is judged by what the file brings along; a chain without revocation data stays trusted at
level B-T at most, and the level says so.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESSubIndic
from pyhanko.sign.validation.generic_cms import cms_basic_validation, collect_timing_info, validate_tst_signed_data
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from digitize.errors import Impossible
from digitize.model import Integrity, Trust
from digitize.sign.eligibility import SIGNING_USAGES
from digitize.sign.rules import signing_rules
from digitize.sign.trust import TrustAnchors

R = TypeVar("R")

_USAGES = KeyUsageConstraints(key_usage=set(SIGNING_USAGES), match_all_key_usages=False)


def _revocation(signer: RevocationCheckingRule, issuers: RevocationCheckingRule) -> CertRevTrustPolicy:
    rules = RevocationCheckingPolicy(ee_certificate_rule=signer, intermediate_ca_cert_rule=issuers)
    # what was gathered after the signature speaks about the time of the signature too
    return CertRevTrustPolicy(rules, retroactive_revinfo=True)


NOTHING_CHECKED = _revocation(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
"""For files that bring no revocation data: whether a certificate was revoked stays open, and the level says so."""
SIGNER_CHECKED = _revocation(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK)
"""Finds a revoked signer although nothing is known about its issuers."""
CHAIN_CHECKED = _revocation(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.CRL_OR_OCSP_REQUIRED)
"""Finds a revoked issuer, and proves that nobody in the chain is revoked."""

_UNKNOWN_ISSUER = frozenset({AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND})
_REVOKED = frozenset({AdESFailure.REVOKED, AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE})

_WORDED: Mapping[AdESSubIndic, str] = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "Không biết tổ chức cấp chứng thư số của người ký.",
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE: "Chuỗi chứng thư số không kiểm tra được.",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "Chứng thư số không được cấp cho mục đích ký văn bản.",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: (
        "Chứng thư số đã hết hạn hoặc chưa có hiệu lực, và không có dấu thời gian tin cậy chứng minh thời điểm ký."
    ),
    AdESIndeterminate.EXPIRED: "Chứng thư số đã hết hạn vào thời điểm ký.",
    AdESIndeterminate.NOT_YET_VALID: "Chứng thư số chưa có hiệu lực vào thời điểm ký.",
    AdESFailure.NOT_YET_VALID: "Chứng thư số chưa có hiệu lực vào thời điểm ký.",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "Thuật toán ký hoặc băm quá yếu để tin cậy.",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "Thuật toán ký hoặc băm quá yếu để tin cậy.",
    AdESFailure.REVOKED: "Chứng thư số đã bị thu hồi trước thời điểm ký.",
    AdESIndeterminate.REVOKED_NO_POE: "Chứng thư số đã bị thu hồi.",
    AdESIndeterminate.REVOKED_CA_NO_POE: "Chứng thư số của tổ chức cấp đã bị thu hồi.",
}


def answer_of(judging: Coroutine[Any, Any, R]) -> R:
    """Run a judgement to its end without an event loop.

    pyHanko's validation is asynchronous only for the sake of fetching, which never happens here. A loop would cost a
    socket pair, which the confined process that opens untrusted files does not have.

    Raises:
        Impossible: the judgement waits for something outside.
    """
    try:
        judging.send(None)
    except StopIteration as finished:
        answer: R = finished.value
        return answer
    judging.close()
    raise Impossible("a judgement waits for something outside the file")


CONFESSION = "Chứng thư số thử nghiệm, không có giá trị pháp lý."
"""The reason that stands in the report of every signature made with a development certificate."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a file brings along to prove its signatures."""

    certificates: tuple[x509.Certificate, ...] = ()
    """Intermediates of the document security store."""
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()

    @property
    def about_revocation(self) -> bool:
        """Whether there is any word on revocation."""
        return bool(self.crls or self.ocsps)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The grades of one signature, taken alone."""

    integrity: Integrity
    trust: Trust
    proven_at: datetime | None
    """Time of a timestamp that we trust; None without one."""
    revoked_before_proof: bool
    """The certificate was revoked before the proven time."""
    revocation_proven: bool
    """The file's own evidence shows the whole chain unrevoked."""
    reasons: tuple[str, ...]
    """Vietnamese sentences."""


BROKEN = Judgement(
    Integrity.BROKEN,
    Trust.UNKNOWN,
    proven_at=None,
    revoked_before_proof=False,
    revocation_proven=False,
    reasons=("Chữ ký hỏng, không phân tích được.",),
)
"""For what cannot even be parsed: no verdict is a failed verdict."""


async def judge_signature(
    signature: EmbeddedPdfSignature, anchors: TrustAnchors, evidence: Evidence, existed_at: datetime
) -> Judgement:
    """Grade a signature.

    Args:
        signature: as it stands in the file.
        anchors: the trusted roots.
        evidence: of the file.
        existed_at: a moment at which the signature is proven to have existed: now, or the time of a trusted
            timestamp that covers it.

    Raises:
        SignatureValidationError: the CMS object breaks its format.
    """
    judgement, _ = await judge_cms(signature.signed_data, signature.compute_digest(), anchors, evidence, existed_at)
    return judgement


async def judge_cms(
    signed_data: cms.SignedData, digest: bytes, anchors: TrustAnchors, evidence: Evidence, existed_at: datetime
) -> tuple[Judgement, x509.Certificate]:
    """Grade a detached CMS signature over a digest, and return its certificate.

    Raises:
        SignatureValidationError: the CMS object breaks its format.
    """
    timing = await collect_timing_info(
        signed_data["signer_infos"][0],
        _context(anchors, evidence, existed_at),
        raw_digest=lambda _: digest,
        algorithm_policy=_algorithm_policy(),
    )
    stamp: TimestampSignatureStatus | None = timing.get("timestamp_validity")
    proven_at = stamp.timestamp if stamp is not None and _sound(stamp) else None
    moment = proven_at or existed_at
    status = await _validate(signed_data, digest, _context(anchors, evidence, moment))
    extra = () if stamp is None or proven_at else ("Dấu thời gian không kiểm chứng được.",)
    unrevoked = False
    for policy in (SIGNER_CHECKED, CHAIN_CHECKED) if evidence.about_revocation else ():
        checked = await _validate(signed_data, digest, _context(anchors, evidence, moment, policy))
        unrevoked = checked["trust_problem_indic"] is None
        if checked["trust_problem_indic"] in _REVOKED:
            status = checked
    return _grades(status, proven_at, extra, unrevoked=unrevoked), status["signing_cert"]


async def judge_timestamp(
    signature: EmbeddedPdfSignature, anchors: TrustAnchors, evidence: Evidence, existed_at: datetime
) -> Judgement:
    """Grade a document timestamp (PAdES §5.4.3).

    Raises:
        SignatureValidationError: the token breaks its format.
    """
    status = await validate_tst_signed_data(
        signature.signed_data,
        _context(anchors, evidence, existed_at),
        signature.compute_digest,
        algorithm_policy=_algorithm_policy(),
    )
    graded = _grades(status, None, (), unrevoked=False)
    good = graded.integrity is Integrity.INTACT and graded.trust is Trust.TRUSTED
    return _grades(status, status["timestamp"] if good else None, (), unrevoked=False)


async def _validate(signed_data: cms.SignedData, digest: bytes, context: ValidationContext) -> dict[str, Any]:
    status: dict[str, Any] = await cms_basic_validation(
        signed_data,
        raw_digest=digest,
        validation_context=context,
        key_usage_settings=_USAGES,
        algorithm_policy=_algorithm_policy(),
    )
    return status


def _context(
    anchors: TrustAnchors, evidence: Evidence, moment: datetime, policy: CertRevTrustPolicy | None = None
) -> ValidationContext:
    return ValidationContext(
        trust_roots=anchors.certificates(),
        other_certs=list(evidence.certificates),
        moment=moment,
        allow_fetching=False,
        crls=list(evidence.crls),
        ocsps=list(evidence.ocsps),
        revinfo_policy=policy or NOTHING_CHECKED,
        algorithm_usage_policy=_algorithm_policy(),
    )


def _algorithm_policy() -> CMSAlgorithmUsagePolicy:
    weak = signing_rules().weak
    return CMSAlgorithmUsagePolicy.lift_policy(
        DisallowWeakAlgorithmsPolicy(frozenset(weak.digests), rsa_key_size_threshold=weak.rsa_bits_below)
    )


def _sound(stamp: TimestampSignatureStatus) -> bool:
    return bool(stamp.intact and stamp.valid and stamp.trusted)


def _grades(
    status: Mapping[str, Any], proven_at: datetime | None, extra: Sequence[str], *, unrevoked: bool
) -> Judgement:
    if not status["valid"]:
        integrity, reasons = Integrity.BROKEN, ["Giá trị chữ ký không khớp với chứng thư số của người ký."]
    elif not status["intact"]:
        integrity, reasons = Integrity.MODIFIED, ["Nội dung đã bị thay đổi sau khi ký."]
    else:
        integrity, reasons = Integrity.INTACT, []
    problem: AdESSubIndic | None = status["trust_problem_indic"]
    if problem is None and status.get("validation_path") is None:
        trust = Trust.UNKNOWN
    elif problem is None:
        trust = Trust.TRUSTED
    elif problem in _UNKNOWN_ISSUER:
        trust = Trust.UNKNOWN
    else:
        trust = Trust.UNTRUSTED
    if problem is not None:
        reasons.append(_WORDED.get(problem, "Chứng thư số của người ký không đủ tin cậy."))
    return Judgement(
        integrity,
        trust,
        proven_at,
        _revoked_before(status, problem, proven_at),
        unrevoked,
        (*reasons, *extra),
    )


def _revoked_before(status: Mapping[str, Any], problem: AdESSubIndic | None, proven_at: datetime | None) -> bool:
    """Tell whether a revocation beats the signature: it came before a time that is proven."""
    if problem not in _REVOKED:
        return False
    if problem is AdESFailure.REVOKED:
        return True
    details = status.get("revocation_details")
    return proven_at is not None and details is not None and details.revocation_date <= proven_at
