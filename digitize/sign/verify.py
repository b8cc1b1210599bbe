"""The report on a file's signatures, and the check that every signature of ours passes before it is released.

The steps, each with its own answer in the report:

1. open the file; an unreadable one is refused, an unsigned one is ``unsigned``;
2. find every signature, also those that no form field leads to any more;
3. from the last to the first: does it cover every byte of its revision?  (:mod:`digitize.sign.anatomy`)
4. is what it covers what was signed?                                     (integrity)
5. when did it exist, by a timestamp that we trust?                       (time)
6. does its certificate lead to a root that we were told to trust?        (trust)
7. which level did it reach?                                              (PAdES, EN 319 142-1)
8. what did later revisions do to the file?                               (changes)
9. the verdict of the signature (EN 319 102-1); the file takes the worst of all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from digitize.errors import SigningRefused
from digitize.model import (
    SIGNATURE_FIELDS,
    Changes,
    Integrity,
    Role,
    SignatureReport,
    TimeSource,
    Trust,
    Verdict,
    VerificationReport,
)
from digitize.sign import anatomy, wording
from digitize.sign.changes import Aftermath, changes_after
from digitize.sign.eligibility import common_name, without_legal_value
from digitize.sign.entries import entry
from digitize.sign.judgement import (
    BROKEN,
    CONFESSION,
    Existence,
    Judgement,
    answer_of,
    judge_signature,
    judge_timestamp,
)
from digitize.sign.old_forms import BARE_RSA, DIGEST_INSIDE
from digitize.sign.opened import OpenedPdf, open_pdf
from digitize.sign.rules import VIETNAM_TIME
from digitize.sign.trust import TrustAnchors

_WORST_FIRST = (Verdict.INVALID, Verdict.INDETERMINATE, Verdict.VALID)
_PKCS7 = frozenset({"/adbe.pkcs7.detached", DIGEST_INSIDE, BARE_RSA})
_CADES = "/ETSI.CAdES.detached"
_FORMS = {False: _PKCS7 | {_CADES}, True: frozenset({"/ETSI.RFC3161"})}
"""Forms of a signature, and of a document timestamp (ISO 32000-2, tables 255 and 260)."""
_NAMES_ITS_CERTIFICATE = frozenset({"signing_certificate", "signing_certificate_v2"})
_ROLES = {field: role for role, field in SIGNATURE_FIELDS.items()}


@dataclass(frozen=True, slots=True)
class _Graded:
    """A signature between the steps."""

    signature: EmbeddedPdfSignature
    judgement: Judgement
    covers: bool
    aftermath: Aftermath

    @property
    def is_timestamp(self) -> bool:
        return bool(self.signature.sig_object_type == "/DocTimeStamp")


def verify(pdf: bytes, trust: TrustAnchors, now: datetime) -> VerificationReport:
    """Judge the signatures of a file; nothing is fetched.

    Args:
        pdf: the file.
        trust: the roots to believe in; any other issuer is unknown.
        now: with an offset.

    Raises:
        DocumentAtFault: the file is empty, no PDF, encrypted or unreadable.
    """
    opened = open_pdf(pdf)
    if opened.unsigned:
        return VerificationReport(Verdict.UNSIGNED, wording.UNSIGNED)
    graded = _grade_all(opened, trust, now)
    reports = [_report_or_broken(opened, each, graded) for each in graded]
    reports += [_broken_report(name, why) for name, why in opened.broken_fields]
    if opened.detached:
        reports.append(_detached_report(opened.detached, alone=not reports))
    verdict = min((report.verdict for report in reports), key=_WORST_FIRST.index)
    return VerificationReport(verdict, wording.sentence(verdict, reports), tuple(reports))


def self_check(pdf: bytes, role: Role, trust: TrustAnchors, now: datetime, *, alone: bool = False) -> SignatureReport:
    """Verify a revision of ours before it is released, and return the report on its newest signature.

    Args:
        pdf: the revision.
        role: whose signature must be the newest, covering the file to its last byte.
        trust: the roots that our own certificates lead to.
        now: with an offset.
        alone: the agency signs a file of which no clerk signed a capture.

    Raises:
        SigningRefused: the revision must not leave the house.
    """
    report = verify(pdf, trust, now)
    if report.verdict is not Verdict.VALID:
        raise SigningRefused(f"chữ ký vừa tạo không qua được kiểm tra trước khi phát hành: {report.sentence}")
    newest = report.signatures[-1]
    before = () if alone or role is not Role.AGENCY else (Role.CLERK, Role.CERTIFIER)
    roles = [each.role for each in report.signatures]
    if roles not in ([[first, role] for first in before] or [[role]]):
        raise SigningRefused("tệp vừa ký không có đúng các chữ ký phải có")
    if newest.changes_after is not Changes.NONE:
        raise SigningRefused("chữ ký vừa tạo không phủ hết tệp")
    return newest


def _grade_all(opened: OpenedPdf, trust: TrustAnchors, now: datetime) -> list[_Graded]:
    """Grade from the last signature to the first: what is trusted and stamped proves when the earlier ones existed."""
    graded: list[_Graded] = []
    known = Existence(now)
    for signature in reversed(opened.signatures):
        last_approval = signature.sig_object_type != "/DocTimeStamp" and all(each.is_timestamp for each in graded)
        each = _grade(opened, signature, trust, known, last_approval)
        graded.insert(0, each)
        judgement = each.judgement
        good = judgement.integrity is Integrity.INTACT and judgement.trust is Trust.TRUSTED and each.covers
        if good and judgement.proven_at is not None and judgement.proven_at <= known.at:
            known = Existence(judgement.proven_at, judgement.authority, known.archived or each.is_timestamp)
    return graded


def _grade(
    opened: OpenedPdf, signature: EmbeddedPdfSignature, trust: TrustAnchors, known: Existence, last_approval: bool
) -> _Graded:
    # whatever a hostile signature makes the library raise, the answer is "broken", never silence
    try:
        covers = anatomy.covers_revision(opened.pdf, signature.byte_range, signature.pkcs7_content)
        judge = judge_timestamp if signature.sig_object_type == "/DocTimeStamp" else judge_signature
        judgement = answer_of(judge(signature, trust, opened.evidence, known))
        aftermath = changes_after(opened, signature, last_approval=last_approval)
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception as fault:  # noqa: BLE001
        judgement = replace(BROKEN, reasons=(f"Chữ ký hỏng, không phân tích được ({type(fault).__name__}).",))
        return _Graded(signature, judgement, covers=False, aftermath=Aftermath(Changes.SUSPICIOUS))
    return _Graded(signature, judgement, covers, aftermath)


def _report_or_broken(opened: OpenedPdf, graded: _Graded, all_graded: list[_Graded]) -> SignatureReport:
    # a certificate may be malformed in a part that only the report looks at
    try:
        return _report(opened, graded, all_graded)
    except MemoryError:  # the limits of the child are no verdict on the file
        raise
    except Exception:  # noqa: BLE001 - see _grade
        return _broken_report(graded.signature.field_name)


def _report(opened: OpenedPdf, graded: _Graded, all_graded: list[_Graded]) -> SignatureReport:
    judgement = graded.judgement
    reasons = [*judgement.reasons, *graded.aftermath.reasons]
    if not graded.covers:
        reasons.append(wording.NOT_COVERED)
    repeated = graded.signature.field_name in opened.repeated_fields
    if repeated:
        reasons.append(wording.REPEATED_FIELD)
    if not opened.regular:
        reasons.append(wording.IRREGULAR)
    known_form = entry(graded.signature.sig_object, "/SubFilter") in _FORMS[graded.is_timestamp]
    if not known_form:
        reasons.append(wording.UNKNOWN_FORM)
    certificate = graded.signature.signer_cert
    if without_legal_value(certificate):
        reasons.append(CONFESSION)
    verdict = _verdict(judgement, graded, bad_structure=repeated, regular=opened.regular and known_form)
    signed_at = _signed_at(graded)
    return SignatureReport(
        field=graded.signature.field_name,
        signer=common_name(certificate),
        role=_ROLES.get(graded.signature.field_name),
        signed_at=signed_at,
        integrity=judgement.integrity,
        trust=judgement.trust,
        level=_level(opened, graded, all_graded),
        changes_after=graded.aftermath.changes,
        covers_file=graded.covers,
        algorithm=_algorithm(graded.signature),
        reasons=tuple(dict.fromkeys(reasons)),
        verdict=verdict,
        time_source=_time_source(judgement, signed_at),
        time_authority=judgement.authority if judgement.proven_at else "",
    )


def _verdict(judgement: Judgement, graded: _Graded, *, bad_structure: bool, regular: bool) -> Verdict:
    """Apply EN 319 102-1 as design §7 words it."""
    if (
        judgement.integrity is not Integrity.INTACT
        or graded.aftermath.changes is Changes.SUSPICIOUS
        or not graded.covers
        or judgement.revoked_before_proof
        or bad_structure
    ):
        return Verdict.INVALID
    if judgement.trust is Trust.TRUSTED and regular and not (judgement.doubtful or graded.aftermath.doubtful):
        return Verdict.VALID
    return Verdict.INDETERMINATE


def _level(opened: OpenedPdf, graded: _Graded, all_graded: list[_Graded]) -> str:
    """Name the PAdES level that was reached, not the one that was aimed at."""
    if graded.is_timestamp:
        return "RFC 3161"
    if graded.judgement.integrity is Integrity.BROKEN:
        return "unknown"
    if not _is_pades(graded.signature):
        return "PKCS#7" if entry(graded.signature.sig_object, "/SubFilter") in _PKCS7 else "unknown"
    if graded.judgement.proven_at is None:
        return "B-B"
    if not graded.judgement.revocation_proven:
        return "B-T"
    later = all_graded[all_graded.index(graded) + 1 :]
    archived = any(
        each.is_timestamp
        and each.judgement.proven_at is not None
        and opened.has_evidence_at(each.signature.signed_revision)
        for each in later
    )
    return "B-LTA" if archived else "B-LT"


def _is_pades(signature: EmbeddedPdfSignature) -> bool:
    """Tell whether a signature has what the lowest level asks for: it names its certificate (EN 319 142-1 §6.3)."""
    attributes = {each["type"].native for each in signature.signer_info["signed_attrs"] or ()}
    return entry(signature.sig_object, "/SubFilter") == _CADES and bool(_NAMES_ITS_CERTIFICATE & attributes)


def _time_source(judgement: Judgement, signed_at: str | None) -> TimeSource:
    if judgement.proven_at is not None:
        return TimeSource.TIMESTAMP
    return TimeSource.NONE if signed_at is None else TimeSource.CLAIMED


def _signed_at(graded: _Graded) -> str | None:
    try:
        moment = graded.judgement.proven_at or graded.signature.self_reported_timestamp
    except (ValueError, TypeError, AttributeError):
        return None
    if moment is None or moment.utcoffset() is None:
        return None
    return str(moment.astimezone(VIETNAM_TIME).isoformat(timespec="seconds"))


def _algorithm(signature: EmbeddedPdfSignature) -> str:
    mechanism = signature.signer_info["signature_algorithm"]
    try:
        name = mechanism.signature_algo
    except ValueError:
        name = mechanism["algorithm"].native
    return f"{name} {signature.md_algorithm}"


def _broken_report(field: str, why: str = wording.UNREADABLE_SIGNATURE) -> SignatureReport:
    return SignatureReport(
        field=field,
        signer="",
        role=_ROLES.get(field),
        signed_at=None,
        integrity=Integrity.BROKEN,
        trust=Trust.UNKNOWN,
        level="unknown",
        changes_after=Changes.SUSPICIOUS,
        covers_file=False,
        algorithm="",
        reasons=(why,),
        verdict=Verdict.INVALID,
    )


def _detached_report(count: int, *, alone: bool) -> SignatureReport:
    """Report signature dictionaries to which no field leads.

    Alone they mean that a signed file was stripped of its signatures. Beside good signatures they stand in what those
    cover: an attachment that is itself signed, or a signature that was replaced before the later ones were made.
    """
    return SignatureReport(
        field="",
        signer="",
        role=None,
        signed_at=None,
        integrity=Integrity.BROKEN,
        trust=Trust.UNKNOWN,
        level="unknown",
        changes_after=Changes.SUSPICIOUS,
        covers_file=False,
        algorithm="",
        reasons=(wording.detached(count),),
        verdict=Verdict.INVALID if alone else Verdict.INDETERMINATE,
    )
