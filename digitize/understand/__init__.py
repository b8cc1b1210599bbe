"""From pages of text to the kind of paper, its fields and its secrecy mark: a draft, until a person confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digitize.model import Field, Kind, Page, Secrecy
from digitize.understand.header import find_header
from digitize.understand.holder import holder_fields, labelled_values
from digitize.understand.kind import Judgement, judge_kind
from digitize.understand.number import number_in, number_of
from digitize.understand.organ import organs_of
from digitize.understand.placedate import date_of, passing_date, place_of
from digitize.understand.rows import Row, rows_of
from digitize.understand.secrecy import secrecy_of
from digitize.understand.signer import signer_of
from digitize.understand.subject import subject_under_number, subject_under_title

FORMS = frozenset({"civil_status", "certificate"})
"""Families whose papers are forms about a person or a business."""
OF_TWO = frozenset({"giay_chung_nhan_ket_hon", "trich_luc_ket_hon"})
"""Papers about two persons with equal right."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the machine makes of a paper."""

    kind: Kind
    """The kind, or "không rõ"."""
    fields: Mapping[str, Field]
    """By name; only those that were found."""
    secrecy: Secrecy | None
    """A mark that stands on the paper."""


def understand(pages: Sequence[Page]) -> Understanding:
    """Draft kind, fields and secrecy of a paper.

    Args:
        pages: all pages in order, page 1 with the header first.
    """
    rows = rows_of(pages)
    header = find_header(rows)
    judged = judge_kind(rows, header)
    issuing, above = organs_of(header.agency)
    signer, office = signer_of(rows)
    drafted: dict[str, Field | None] = {
        "number": number_of(header.number) if header.number else number_in(rows[:40]),
        "issued_date": date_of(header.dated) if header.dated else None,
        "place": place_of(header.dated) if header.dated else None,
        "organ_name": issuing,
        "parent_organ_name": above,
        "subject": _subject(rows, judged, header.left),
        "signer_name": signer,
        "signer_title": office,
    }
    if judged.entry is not None and judged.entry.family == "normative" and header.dated is None:
        drafted["issued_date"] = passing_date(rows)
    if judged.entry is not None and judged.entry.family in FORMS:
        drafted.update(_form_fields(rows, drafted, two_holders=judged.entry.code in OF_TWO))
    fields = {name: field for name, field in drafted.items() if field is not None}
    return Understanding(judged.kind, fields, secrecy_of(rows))


def _subject(rows: Sequence[Row], judged: Judgement, left: Sequence[Row]) -> Field | None:
    if judged.entry is not None and judged.entry.family in FORMS:
        return None
    if judged.title is not None:
        return subject_under_title(rows, judged.title)
    return subject_under_number(left)


def _form_fields(
    rows: Sequence[Row], drafted: Mapping[str, Field | None], *, two_holders: bool
) -> dict[str, Field | None]:
    """Fields of a form: its holder, and agency and date where they stand at its end.

    Of two holders the first is drafted, for a person to decide.
    """
    found: dict[str, Field | None] = dict(holder_fields(rows))
    if two_holders and (holder := found.get("holder_name")) is not None:
        found["holder_name"] = replace(holder, doubtful=True)
    labelled = {each.field: each.value for each in reversed(labelled_values(rows))}
    if drafted["issued_date"] is None and "registered_on" in labelled:
        found["issued_date"] = date_of(labelled["registered_on"])
    if drafted["organ_name"] is None and "registered_at" in labelled:
        found["organ_name"] = organs_of([labelled["registered_at"]])[0]
    return found
