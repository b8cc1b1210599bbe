"""The timestamps of a signature (RFC 3161): which of them prove a time, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, core
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker
from pyhanko_certvalidator.path import ValidationPath

from digitize.sign import wording
from digitize.sign.chain import Surroundings, timestamp_status
from digitize.sign.eligibility import common_name
from digitize.sign.revoked import findings
from digitize.sign.rules import signing_rules

_ONLY_AGED = frozenset({AdESIndeterminate.OUT_OF_BOUNDS_NO_POE})


@dataclass(frozen=True, slots=True)
class Proof:
    """A proven moment."""

    at: datetime
    authority: str
    """Name of the timestamp authority."""
    path: ValidationPath | None = None
    """The chain of the authority's certificate, by which the token was believed."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """The judgement on one token."""

    status: Mapping[str, Any]
    """As pyHanko has it."""
    proof: Proof | None
    fault: str = ""
    """A Vietnamese sentence; empty when it proves its time."""
    aged: bool = False
    """Nothing is wrong but that its certificate has expired since."""
    weak: bool = False
    """Nothing is wrong but the digest that ties it to what it stamps; real signatures of the state's own bodies carry
    such stamps over SHA-1 as late as 2024. It proves nothing and is held against nobody."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """The judgement on all tokens of one signature."""

    proof: Proof | None
    """The earliest."""
    reasons: tuple[str, ...] = ()
    doubtful: bool = False
    """A token is there that is forged, of an unknown authority or ahead of its time."""


async def judge_stamps(info: cms.SignerInfo, around: Surroundings, known: datetime) -> Stamps:
    """Judge the signature timestamps in the unsigned attributes of a signature.

    Args:
        info: the signature.
        around: anchors and evidence.
        known: when the signature is known to have existed; no honest token is later.
    """
    if isinstance(info["unsigned_attrs"], core.Void):
        return Stamps(None)
    judged = [await _judge_or_fault(token, info, around, known) for token in extract_tst_data_iter(info, signed=False)]
    proofs = sorted((each.proof for each in judged if each.proof), key=lambda proof: proof.at)
    faults = tuple(dict.fromkeys(each.fault for each in judged if each.fault))
    return Stamps(
        proofs[0] if proofs else None, faults, any(each.fault and not (each.aged or each.weak) for each in judged)
    )


async def judge_token(
    token: cms.SignedData, imprint_of: Callable[[str], bytes], around: Surroundings, known: datetime
) -> Stamped:
    """Judge one token.

    Raises:
        SignatureValidationError: the token breaks its format.
    """
    status = await timestamp_status(token, imprint_of, around.anchors, around.evidence, known)
    if not (status["valid"] and status["intact"]):
        return Stamped(status, None, wording.STAMP_OF_SOMETHING_ELSE)
    stamped_at: datetime = status["timestamp"]
    if stamped_at > known + timedelta(seconds=signing_rules().clock.behind_seconds):
        return Stamped(status, None, wording.STAMP_OF_THE_FUTURE)
    problem = status["trust_problem_indic"]
    if problem is not None or status.get("validation_path") is None:
        return Stamped(status, None, wording.STAMP_NOT_TRUSTED, aged=problem in _ONLY_AGED)
    if (await findings(status["validation_path"], around.anchors, around.evidence, stamped_at)).revoked:
        return Stamped({**status, "trust_problem_indic": AdESIndeterminate.REVOKED_NO_POE}, None, wording.STAMP_REVOKED)
    return _proof(token, status, stamped_at)


def _proof(token: cms.SignedData, status: Mapping[str, Any], stamped_at: datetime) -> Stamped:
    """Say what a token proves whose signature is good and whose authority is trusted."""
    certificate = status["signing_cert"]
    if not certificate.not_valid_before <= stamped_at <= certificate.not_valid_after:
        return Stamped(status, None, wording.STAMP_NOT_TRUSTED)
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native
    if imprint in signing_rules().weak.digests:
        return Stamped(status, None, wording.STAMP_WEAK, weak=True)
    return Stamped(status, Proof(stamped_at, common_name(certificate), status["validation_path"]))


async def _judge_or_fault(
    token: cms.SignedData, info: cms.SignerInfo, around: Surroundings, known: datetime
) -> Stamped:
    # unsigned attributes can be added by anybody: what is no token proves nothing, and spoils nothing but itself
    try:
        return await judge_token(token, message_imprint_checker(info), around, known)
    except Exception:  # noqa: BLE001
        return Stamped({}, None, wording.STAMP_OF_SOMETHING_ELSE)
