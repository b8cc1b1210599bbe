"""The answer about a file as a PDF to keep: the same words as the page, typeset on demand.

The typesetting libraries cost a process a quarter of a second, so they are imported when the first paper is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import words
from api.parts import Parts
from api.verifying import Answer
from api.web.rendering import instant, moment
from digitize.errors import Impossible
from digitize.model import SignatureReport, VerificationReport
from storage.known_files import KnownFile
from storage.verifying import Verification

if TYPE_CHECKING:
    from digitize.verification_paper import Part


def report_paper(parts: Parts, answer: Answer, told: str) -> bytes:
    """Return the paper.

    Args:
        parts: the service.
        answer: with a report.
        told: the answer in a few words, as the page has it.

    Raises:
        Impossible: there is no report yet.
        Misconfigured: the typeface is missing.
    """
    from digitize import verification_paper

    report = answer.verification.report
    if report is None:
        raise Impossible("an answer without a report has no paper")
    return verification_paper.paper(
        verification_paper.Answer(
            verdict=report.verdict,
            words=told,
            sentence=answer.sentence,
            asked_at=answer.verification.requested_at,
            printed_at=parts.now(),
            where=f"{parts.settings.pages}/kiem-tra",
            parts=_parts(answer.verification, report, answer.known),
            demonstration=parts.settings.demonstration,
        )
    )


def _parts(verification: Verification, report: VerificationReport, known: KnownFile | None) -> list[Part]:
    from digitize.verification_paper import Part

    file = Part(
        "1. Tệp đã kiểm tra",
        (("Dung lượng", f"{verification.size_bytes} byte"), ("SHA-256", _in_groups(verification.sha256))),
    )
    register = Part("2. Trong sổ của hệ thống", _known(known))
    signatures = [
        Part(f"{place}. {_title(one)}", _facts(one), one.reasons)
        for place, one in enumerate(report.signatures, start=3)
    ]
    return [file, register, *signatures]


def _known(known: KnownFile | None) -> tuple[tuple[str, str], ...]:
    if known is None:
        return (("Tình trạng", "không có trong sổ: tệp không do hệ thống này công bố, hoặc đã bị sửa"),)
    facts = [
        ("Văn bản", known.what),
        ("Nơi công bố", known.issuer),
        ("Tình trạng", words.STANDING_NAMES[known.standing.value]),
    ]
    if known.decision_number:
        facts.append(("Quyết định", known.decision_number))
    if known.ended_at is not None:
        facts.append(("Từ", moment(known.ended_at)))
    return tuple(facts)


def _title(one: SignatureReport) -> str:
    kind = "Dấu thời gian" if one.level == "RFC 3161" else "Chữ ký"
    return f"{kind}: {one.signer or 'không đọc được người ký'} ({words.VERDICT_NAMES[one.verdict.value]})"


def _facts(one: SignatureReport) -> tuple[tuple[str, str], ...]:
    signed_at = instant(one.signed_at) if one.signed_at else "không rõ"
    facts = [
        ("Thời điểm ký", f"{signed_at} ({words.TIME_SOURCE_NAMES[one.time_source.value]})"),
        ("Nơi cấp dấu thời gian", one.time_authority),
        ("Vai trò", words.ROLE_NAMES[one.role.value] if one.role else ""),
        ("Nội dung", words.INTEGRITY_NAMES[one.integrity.value]),
        ("Người ký", words.TRUST_NAMES[one.trust.value]),
        ("Thay đổi sau khi ký", words.CHANGES_NAMES[one.changes_after.value]),
        ("Mức", f"{one.level}: {words.LEVEL_NAMES[one.level]}" if one.level in words.LEVEL_NAMES else one.level),
        ("Thuật toán", one.algorithm or "không rõ"),
    ]
    return tuple((name, value) for name, value in facts if value)


def _in_groups(digest: str) -> str:
    """Break a digest so that it can be compared by eye."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
