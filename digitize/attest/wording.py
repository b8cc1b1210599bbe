"""The words of the attestation (lời chứng), by the form that is in force on its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from digitize.attest.numbering import Numbering
from digitize.attest.rules import certification_rules, the_one

NOT_GIVEN = "……"
"""Stands for the number in a preview."""


@dataclass(frozen=True, slots=True)
class AttestationWords:
    """What stands on the copy, as text."""

    lines: tuple[str, ...]
    """The first is the head."""
    certifier: tuple[str, ...]
    """Above the certifier's signature: the heading, then their title; the signature itself shows name and time."""
    agency: tuple[str, ...]
    """Above the agency's signature; the signature itself shows its name and time."""
    mark: str
    """"chưa kiểm chứng" for the desk to show where the form's wording was not read in its text; never printed."""


def words(numbering: Numbering, title: str) -> AttestationWords:
    """Word the attestation (NĐ 23/2015/NĐ-CP Art 12; forms re-issued by NĐ 280/2025/NĐ-CP).

    Args:
        numbering: number, book and printed day.
        title: of the certifier, as their authority has it.

    Raises:
        Misconfigured: the catalogue has no form for that day.
    """
    return _worded(numbering.number, numbering.book, numbering.on, title)


def preview(book: str, on: date, title: str) -> AttestationWords:
    """Word the attestation before its number is given, which happens just before the key is used.

    Args:
        book: the open volume, as on its cover.
        on: day in Vietnam.
        title: of the certifier, as their authority has it.

    Raises:
        Misconfigured: the catalogue has no form for that day.
    """
    return _worded(NOT_GIVEN, book, on, title)


def _worded(number: str, book: str, on: date, title: str) -> AttestationWords:
    rules = certification_rules()
    form = the_one(rules.attestation, on, "mẫu lời chứng")
    # NĐ 30/2020/NĐ-CP, Annex I: a zero stands before days below 10 and before the months 1 and 2
    day, month = f"{on.day:02d}", f"{on.month:02d}" if on.month <= 2 else str(on.month)
    lines = tuple(line.format(number=number, book=book, day=day, month=month, year=on.year) for line in form.lines)
    return AttestationWords(lines, (form.certifier, title.strip().upper()), (form.agency,), rules.mark(form))
