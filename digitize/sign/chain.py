"""Whether a certificate leads to a root that we believe in, at a moment (RFC 5280 §6, on pyHanko's path validation).

Nothing is fetched. Beside the path itself we look at what it leaves open: that a certificate may sign documents at all,
and that an anchor has not expired itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, keys, x509
from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic
from pyhanko.sign.general import check_ess_certid
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import cms_basic_validation, validate_tst_signed_data
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    AcceptAllAlgorithms,
    AlgorithmUsageConstraint,
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from digitize.sign.eligibility import OTHER_PURPOSES, SIGNING_USAGES
from digitize.sign.evidence import Evidence
from digitize.sign.rules import signing_rules
from digitize.sign.strength import key_bits
from digitize.sign.trust import TrustAnchors

_ANY_USAGE = KeyUsageConstraints(key_usage=set())
# pyHanko refuses a certificate that names no usage at all, which RFC 5280 §4.2.1.3 lets sign anything


_UNCHECKED = RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
# what was gathered after the signature speaks about the time of the signature too
_REVOCATION = CertRevTrustPolicy(_UNCHECKED, retroactive_revinfo=True)
"""The path is validated without asking who was revoked; that is :mod:`digitize.sign.revoked`."""

WEAK = frozenset({AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE, AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a signature is judged by, besides itself."""

    anchors: TrustAnchors
    evidence: Evidence
    """From the file and from the folder of trust."""
    embedded: Evidence
    """From the file alone: what the level rests on."""


def algorithm_policy(*, lenient: bool = False) -> CMSAlgorithmUsagePolicy:
    """Return what is too weak to rest a verdict on; a lenient one finds nothing too weak."""
    if lenient:
        return CMSAlgorithmUsagePolicy.lift_policy(AcceptAllAlgorithms())
    weak = signing_rules().weak
    return CMSAlgorithmUsagePolicy.lift_policy(
        _NothingWeak(frozenset(weak.digests), rsa_key_size_threshold=weak.rsa_bits_below)  # type: ignore[no-untyped-call]
    )


class _NothingWeak(DisallowWeakAlgorithmsPolicy):
    """pyHanko's policy, which looks at the length of RSA and DSA keys alone."""

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Look at curves, too."""
        elliptic = public_key is not None and public_key.algorithm == "ec"
        if elliptic and key_bits(public_key) < signing_rules().weak.ec_bits_below:
            return AlgorithmUsageConstraint(allowed=False, failure_reason="short curve")
        allowed: AlgorithmUsageConstraint = super().signature_algorithm_allowed(algo, moment, public_key)
        return allowed


async def signer_status(
    signed_data: cms.SignedData,
    digest: bytes | None,
    anchors: TrustAnchors,
    evidence: Evidence,
    moment: datetime,
    *,
    lenient: bool = False,
) -> dict[str, Any]:
    """Return pyHanko's status of a document's signature, corrected where it is too generous.

    Raises:
        SignatureValidationError: the CMS object breaks its format, or names another certificate than its own.
    """
    status: dict[str, Any] = await cms_basic_validation(
        signed_data,
        raw_digest=digest,
        validation_context=context(anchors, evidence, moment, lenient=lenient),
        key_usage_settings=_ANY_USAGE,
        algorithm_policy=algorithm_policy(lenient=lenient),
    )
    if _names_another(signed_data["signer_infos"][0], status["signing_cert"]):
        raise SignatureValidationError("an attribute names another certificate")
    if status["trust_problem_indic"] is None and status.get("validation_path") is not None:
        status["trust_problem_indic"] = _overlooked(status, moment) or _not_for_documents(status)
    elif status["trust_problem_indic"] is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE and _signs_itself(status):
        status["trust_problem_indic"] = AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND
    return status


async def timestamp_status(
    signed_data: cms.SignedData,
    imprint_of: Any,  # noqa: ANN401 - pyHanko's callable from a digest's name to the expected imprint
    anchors: TrustAnchors,
    evidence: Evidence,
    moment: datetime,
) -> dict[str, Any]:
    """Return pyHanko's status of a timestamp token, corrected where it is too generous.

    Raises:
        SignatureValidationError: the token breaks its format.
    """
    status: dict[str, Any] = await validate_tst_signed_data(
        signed_data, context(anchors, evidence, moment), imprint_of, algorithm_policy=algorithm_policy()
    )
    if status["trust_problem_indic"] is None and status.get("validation_path") is not None:
        status["trust_problem_indic"] = _overlooked(status, moment)
    return status


def context(anchors: TrustAnchors, evidence: Evidence, moment: datetime, *, lenient: bool = False) -> ValidationContext:
    """Return what pyHanko validates a certificate in."""
    return ValidationContext(
        trust_roots=anchors.certificates(),
        other_certs=[*evidence.certificates, *anchors.between()],
        moment=moment,
        allow_fetching=False,
        crls=list(evidence.crls),
        ocsps=list(evidence.ocsps),
        revinfo_policy=_REVOCATION,
        algorithm_usage_policy=algorithm_policy(lenient=lenient),
    )


def _names_another(info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Look at the older of the two attributes that name the certificate (RFC 5035 §5); pyHanko leaves one unread."""
    older = [each for each in info["signed_attrs"] or () if each["type"].native == "signing_certificate"]
    return any(not check_ess_certid(certificate, each["values"][0]["certs"][0]) for each in older)


def _overlooked(status: Mapping[str, Any], moment: datetime) -> AdESSubIndic | None:
    """Look at the validity of the anchor itself, which RFC 5280 leaves to the believer."""
    first: x509.Certificate = next(iter(status["validation_path"].iter_certs(include_root=True)))
    if not first.not_valid_before <= moment <= first.not_valid_after:
        return AdESIndeterminate.OUT_OF_BOUNDS_NO_POE
    return None


def _signs_itself(status: Mapping[str, Any]) -> bool:
    """Tell a stranger from a certificate with a wrong purpose; pyHanko says the same of both."""
    certificate: x509.Certificate = status["signing_cert"]
    return status.get("validation_path") is None and certificate.self_issued


def _not_for_documents(status: Mapping[str, Any]) -> AdESSubIndic | None:
    certificate: x509.Certificate = status["signing_cert"]
    usage, purposes = certificate.key_usage_value, certificate.extended_key_usage_value
    issued = status["validation_path"].pkix_len > 0
    if (
        (issued and certificate.ca)
        or (usage is not None and not SIGNING_USAGES & set(usage.native))
        or (purposes is not None and set(purposes.native) <= OTHER_PURPOSES)
    ):
        return AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE
    return None
