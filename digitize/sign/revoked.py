"""Whether anybody in a chain of certificates was revoked at a moment, and whether it is proven that nobody was.

pyHanko's path validation asks for OCSP answers only where a certificate names a responder, and is content with one
good answer. Here every answer is heard on its own, by pyHanko's own checks of one answer: a single credible revocation
outweighs any number of good answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator._state import ValProcState
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, RevokedError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response
from pyhanko_certvalidator.util import ConsList

from digitize.sign.chain import context
from digitize.sign.evidence import Evidence
from digitize.sign.trust import TrustAnchors


@dataclass(frozen=True, slots=True)
class Revocation:
    """A certificate that was revoked."""

    at: datetime
    of_issuer: bool
    """Not the signer's own certificate but one above it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What all answers together say about a chain."""

    revoked: Revocation | None
    proven: bool
    """About every certificate below the anchor there is a credible answer, and it is good."""


async def findings(path: ValidationPath, anchors: TrustAnchors, evidence: Evidence, moment: datetime) -> Findings:
    """Hear all answers about all certificates of a chain, the anchor left out.

    Args:
        path: the chain.
        anchors: those that the issuers of answers must lead to.
        evidence: the answers.
        moment: a revocation after it does not count.
    """
    if not evidence.about_revocation:
        return Findings(None, proven=False)
    known = evidence + Evidence(tuple(path.iter_certs(include_root=True)))
    rooms = [context(anchors, each, moment) for each in _one_by_one(known)]
    revoked: list[Revocation] = []
    unproven = False
    for index, certificate in enumerate(path.iter_certs(include_root=False), start=1):
        answers = [await _answer(certificate, index, path, room) for room in rooms]
        revoked += [each for each in answers if isinstance(each, Revocation)]
        unproven |= True not in answers
    earliest = min(revoked, key=lambda each: each.at, default=None)
    return Findings(earliest, proven=not unproven and earliest is None)


def _one_by_one(evidence: Evidence) -> Iterator[Evidence]:
    for crl in evidence.crls:
        yield Evidence(evidence.certificates, crls=(crl,))
    for ocsp in evidence.ocsps:
        yield Evidence(evidence.certificates, ocsps=(ocsp,))


async def _answer(
    certificate: x509.Certificate, index: int, path: ValidationPath, room: ValidationContext
) -> Revocation | bool:
    """Return a revocation, True for a good answer, False for none that is credible."""
    place = ValProcState(cert_path_stack=ConsList.sing(path), init_index=index)
    try:
        if room.revinfo_manager.crls:
            await verify_crl(certificate, path, room, proc_state=place)
        else:
            await verify_ocsp_response(certificate, path, room, proc_state=place)
    except RevokedError as found:
        return False if found.is_side_validation else Revocation(found.revocation_dt, index < path.pkix_len)
    # a list that is no list, or an answer about somebody else, is no answer
    except (
        ValidationError,
        CRLValidationError,
        OCSPValidationError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ):
        return False
    return True
