"""From pages of text to the kind of paper, its fields and its secrecy mark: a draft, until a person confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digitize.model import Field, Kind, Page, Secrecy
from digitize.understand.header import find_header
from digitize.understand.holder import holder_fields, labelled_values
from digitize.understand.kind import Judgement, judge_kind
from digitize.understand.number import number_in, number_of, registered_number
from digitize.understand.organ import doubted_by_notation, organs_of
from digitize.understand.persons import articles, named_alone, persons_in
from digitize.understand.placedate import closing_row, date_of, passing_date, place_of
from digitize.understand.rows import Row, rows_of
from digitize.understand.secrecy import secrecy_of
from digitize.understand.signer import signer_of
from digitize.understand.subject import subject_under_number, subject_under_title

FORMS = frozenset({"civil_status", "certificate"})
"""Families whose papers are forms about a person or a business."""
OF_TWO = frozenset({"giay_chung_nhan_ket_hon", "trich_luc_ket_hon"})
"""Papers about two persons with equal right."""
OF_BUSINESS = frozenset({"giay_chung_nhan_dang_ky_doanh_nghiep", "giay_chung_nhan_dang_ky_hop_tac_xa"})
"""Papers about a business that is a person in law."""
HOUSEHOLD = "giay_chung_nhan_dang_ky_ho_kinh_doanh"
"""The registration of a household's business, which is no person in law: the owner is the holder."""
DECISION = "quyet_dinh"
"""The kind that names its person in its articles."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the machine makes of a paper."""

    kind: Kind
    """The kind, or "không rõ"."""
    fields: Mapping[str, Field]
    """By name; only those that were found."""
    secrecy: Secrecy | None
    """A mark that stands on the paper."""


def understand(pages: Sequence[Page], stamped: Sequence[str] = ()) -> Understanding:
    """Draft kind, fields and secrecy of a paper.

    Args:
        pages: all pages in order, page 1 with the header first.
        stamped: what was read on small stamps that were cut out of the pages.
    """
    rows = rows_of(pages)
    header = find_header(rows)
    judged = judge_kind(rows, header)
    issuing, above = organs_of(header.agency)
    signer, office = signer_of(rows)
    dated = header.dated or closing_row(rows)
    number = number_of(header.number) if header.number else number_in(rows[:40])
    drafted: dict[str, Field | None] = {
        "number": number,
        "issued_date": date_of(dated) if dated else None,
        "place": place_of(dated) if dated else None,
        "organ_name": doubted_by_notation(issuing, number),
        "parent_organ_name": above,
        "subject": _subject(rows, judged, header.left),
        "signer_name": signer,
        "signer_title": office,
    }
    if judged.entry is not None and judged.entry.family == "normative" and header.dated is None:
        drafted["issued_date"] = passing_date(rows) or drafted["issued_date"]
    if judged.entry is not None and judged.entry.family in FORMS:
        drafted.update(_form_fields(rows, drafted, judged.entry.code))
    if judged.entry is not None and judged.entry.code == DECISION:
        drafted.update(_decided_person(rows))
    if drafted["number"] is not None and header.national is None and header.motto is None:
        # without the national header the page was read in disorder, or is not the paper's first
        drafted["number"] = replace(drafted["number"], doubtful=True)
    fields = {name: field for name, field in drafted.items() if field is not None}
    return Understanding(judged.kind, fields, secrecy_of(rows, stamped))


def _subject(rows: Sequence[Row], judged: Judgement, left: Sequence[Row]) -> Field | None:
    if judged.entry is not None and judged.entry.family in FORMS:
        return None
    if judged.title is not None:
        return subject_under_title(rows, judged.title)
    return subject_under_number(left)


def _decided_person(rows: Sequence[Row]) -> dict[str, Field | None]:
    """Fields of the person whom a decision is about; of several the first is drafted, for a person to decide."""
    persons = persons_in(articles(rows))
    if not persons:
        # the articles may list the particulars as a form does; a name without them may be anybody's
        listed = holder_fields(articles(rows))
        return dict(listed) if "holder_name" in listed and len(listed) > 1 else {"holder_name": named_alone(rows)}
    first = persons[0]
    found: dict[str, Field | None] = {
        "holder_name": first.name,
        "holder_birth_date": first.birth_date,
        "holder_id": first.number,
    }
    if len({person.name.value.casefold() for person in persons}) > 1:
        return {name: replace(field, doubtful=True) for name, field in found.items() if field is not None}
    return found


def _doubted_unless(field: Field | None, *, sure: bool) -> Field | None:
    return field if field is None or sure else replace(field, doubtful=True)


def _form_fields(rows: Sequence[Row], drafted: Mapping[str, Field | None], code: str) -> dict[str, Field | None]:
    """Fields of a form: its holder, and number, agency and date where they stand in its body or at its end.

    Of two holders the first is drafted, for a person to decide.
    """
    found: dict[str, Field | None] = dict(holder_fields(rows, of_business=code in OF_BUSINESS))
    if code in OF_TWO and (holder := found.get("holder_name")) is not None:
        found["holder_name"] = replace(holder, doubtful=True)
    values = labelled_values(rows)
    for name in ("holder_id", "holder_birth_date"):
        # one of two was lost: whose the other is, a person must see
        if code in OF_TWO and (field := found.get(name)) and sum(each.field == name for each in values) < 2:
            found[name] = replace(field, doubtful=True)
    labelled = {each.field: each.value for each in reversed(values)}
    if drafted["issued_date"] is None and "registered_on" in labelled:
        found["issued_date"] = date_of(labelled["registered_on"])
    if drafted["number"] is None and "registered_number" in labelled:
        found["number"] = _doubted_unless(
            registered_number(labelled["registered_number"]), sure=code.startswith("giay_chung_nhan_dang_ky")
        )
    if code == HOUSEHOLD and "holder_name" not in labelled:
        # its owner is the holder; the name of the business stands in for a line that was lost
        found["holder_name"] = _doubted_unless(found.get("holder_name"), sure=False)
    if drafted["organ_name"] is None and "registered_at" in labelled:
        found["organ_name"] = organs_of([labelled["registered_at"]])[0]
    return found
