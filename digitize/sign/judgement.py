"""One signature, graded: integrity, time, trust (ETSI EN 319 102-1 §5, on pyHanko's primitives).

Nothing is fetched. Revocation is judged by what the file and the folder of trust bring along; a chain without such
stays trusted at level B-T at most, and the level says so.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.path import ValidationPath

from digitize.errors import Impossible
from digitize.model import Integrity, Trust
from digitize.sign import wording
from digitize.sign.chain import WEAK, Surroundings, signer_status
from digitize.sign.evidence import Evidence, evidence_within
from digitize.sign.old_forms import digest_inside
from digitize.sign.revoked import Revocation, findings
from digitize.sign.stamps import Proof, judge_stamps, judge_token
from digitize.sign.trust import TrustAnchors

R = TypeVar("R")

_UNKNOWN_ISSUER = frozenset({AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND})

CONFESSION = wording.CONFESSION
"""The reason that stands in the report of every signature made with a development certificate."""


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


@dataclass(frozen=True, slots=True)
class Existence:
    """A moment at which something is known to have existed."""

    at: datetime
    proven_by: str = ""
    """Name of the authority whose timestamp proves it; empty when the moment is merely now."""
    archived: bool = False
    """By a document timestamp, not by the timestamp of another signature."""


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
    """The file's own evidence shows the whole chain unrevoked, and that of the timestamp which proves the time."""
    reasons: tuple[str, ...]
    """Vietnamese sentences."""
    doubtful: bool = False
    """Something keeps it from being valid that is no fault of its integrity, its issuer or its time."""
    authority: str = ""
    """Who stamped the proven time."""


BROKEN = Judgement(
    Integrity.BROKEN,
    Trust.UNKNOWN,
    proven_at=None,
    revoked_before_proof=False,
    revocation_proven=False,
    reasons=(wording.UNREADABLE_SIGNATURE,),
)
"""For what cannot even be parsed: no verdict is a failed verdict."""


async def judge_signature(
    signature: EmbeddedPdfSignature, anchors: TrustAnchors, evidence: Evidence, existence: Existence
) -> Judgement:
    """Grade a signature.

    Args:
        signature: as it stands in the file.
        anchors: the trusted roots.
        evidence: of the file.
        existence: when it is known to have existed: now, or the time of a trusted timestamp that covers it.

    Raises:
        SignatureValidationError: the CMS object breaks its format.
    """
    inside = digest_inside(signature)
    if inside is None:
        judgement, _ = await judge_cms(signature.signed_data, signature.compute_digest(), anchors, evidence, existence)
        return judgement
    judgement, _ = await judge_cms(signature.signed_data, None, anchors, evidence, existence)
    if judgement.integrity is Integrity.INTACT and inside != signature.compute_digest("sha1"):
        judgement = replace(judgement, integrity=Integrity.MODIFIED, reasons=(wording.MODIFIED, *judgement.reasons))
    return replace(judgement, reasons=(*judgement.reasons, wording.WITHDRAWN_FORM), doubtful=True)


async def judge_cms(
    signed_data: cms.SignedData,
    digest: bytes | None,
    anchors: TrustAnchors,
    evidence: Evidence,
    existence: Existence | datetime,
) -> tuple[Judgement, x509.Certificate]:
    """Grade a CMS signature over a digest, or over its own content without one, and return its certificate.

    Raises:
        SignatureValidationError: the CMS object breaks its format.
    """
    known = existence if isinstance(existence, Existence) else Existence(existence)
    embedded = evidence + evidence_within(signed_data)
    around = Surroundings(anchors, embedded + anchors.evidence(), embedded)
    stamps = await judge_stamps(signed_data["signer_infos"][0], around, known.at)
    proof = stamps.proof
    moment = proof.at if proof else known.at
    status = await signer_status(signed_data, digest, anchors, around.evidence, moment)
    weak = status["trust_problem_indic"] in WEAK
    if weak:
        status = await signer_status(signed_data, digest, anchors, around.evidence, moment, lenient=True)
    revoked, unrevoked = await _revoked(status.get("validation_path"), around, moment)
    if revoked:
        indication = AdESIndeterminate.REVOKED_CA_NO_POE if revoked.of_issuer else AdESIndeterminate.REVOKED_NO_POE
        status["trust_problem_indic"] = indication
    graded = _grades(status)
    if proof is not None and unrevoked:
        unrevoked = await _unrevoked_stamp(proof, around)
    proven_at = proof.at if proof else known.at if known.proven_by else None
    weakness = (wording.weakness(signed_data["signer_infos"][0], status["signing_cert"]),) if weak else ()
    judgement = replace(
        graded,
        proven_at=proof.at if proof else known.at if known.archived else None,
        authority=proof.authority if proof else known.proven_by,
        revoked_before_proof=revoked is not None and proven_at is not None and revoked.at <= proven_at,
        revocation_proven=unrevoked,
        reasons=(*graded.reasons, *weakness, *stamps.reasons),
        doubtful=weak or stamps.doubtful,
    )
    return judgement, status["signing_cert"]


async def judge_timestamp(
    signature: EmbeddedPdfSignature, anchors: TrustAnchors, evidence: Evidence, existence: Existence
) -> Judgement:
    """Grade a document timestamp (PAdES §5.4.3).

    Raises:
        SignatureValidationError: the token breaks its format.
    """
    embedded = evidence + evidence_within(signature.signed_data)
    around = Surroundings(anchors, embedded + anchors.evidence(), embedded)
    stamped = await judge_token(signature.signed_data, signature.compute_digest, around, existence.at)
    graded = _grades(stamped.status)
    if stamped.fault and stamped.fault not in graded.reasons:
        graded = replace(graded, reasons=(*graded.reasons, stamped.fault), doubtful=True)
    proof = stamped.proof
    return replace(
        graded,
        proven_at=proof.at if proof else None,
        authority=proof.authority if proof else "",
    )


async def _revoked(
    path: ValidationPath | None, around: Surroundings, moment: datetime
) -> tuple[Revocation | None, bool]:
    """Return the revocation that counts, if any, and whether the file itself proves that there is none."""
    if path is None:
        return None, False
    found = await findings(path, around.anchors, around.evidence, moment)
    if found.proven and around.anchors.revocations:
        alone = await findings(path, around.anchors, around.embedded, moment)
        return None, alone.proven
    return found.revoked, found.proven


async def _unrevoked_stamp(proof: Proof, around: Surroundings) -> bool:
    """Say whether the file itself proves that nobody in the timestamp's chain was revoked when it was made.

    Level B-LT is judged without asking anybody: the time is part of the judgement, so its authority is, too (EN 319
    122-1 §6.3 names the certificate of the timestamp authority among those whose revocation data are to be there).
    """
    return proof.path is not None and (await findings(proof.path, around.anchors, around.embedded, proof.at)).proven


def _grades(status: Mapping[str, Any]) -> Judgement:
    if not status["valid"]:
        integrity, reasons = Integrity.BROKEN, [wording.WRONG_VALUE]
    elif not status["intact"]:
        integrity, reasons = Integrity.MODIFIED, [wording.MODIFIED]
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
        reasons.append(wording.problem(problem))
    return Judgement(
        integrity, trust, None, revoked_before_proof=False, revocation_proven=False, reasons=tuple(reasons)
    )
