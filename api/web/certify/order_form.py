"""The form of a new visit as it was filled in so far: rows of originals, the fee of each, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from api.schemas_copies import CertificationSent, OriginalSent
from api.web.form_bodies import checked, moment
from api.web.visiting import Sent, iso_day
from digitize.attest.fees import Fee, fee
from digitize.attest.visit import MOST_COPIES, MOST_PAGES

MOST_ROWS = 100
"""Originals of one visit, as the door takes them."""

REQUESTER_FIELDS = ("full_name", "id_number", "address", "email", "phone")
ORIGINAL_FIELDS = (
    "title", "pages", "quantity", "number", "issued_on", "issuer", "kind", "foreign", "foreign_kind", "legalised",
)  # fmt: skip
_FLAGS = frozenset({"foreign", "legalised"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form."""

    requester: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(REQUESTER_FIELDS, ""))
    originals: tuple[Mapping[str, str], ...] = ()
    """At least one row when it is shown."""
    certifier: str = ""
    """Username."""
    received: str = ""
    """``23/11/2026 14:20`` in Vietnam; empty: now."""

    def with_row(self) -> Draft:
        """Return it with one empty row more."""
        return Draft(self.requester, (*self.originals, empty_row())[:MOST_ROWS], self.certifier, self.received)

    def without_row(self, at: int) -> Draft:
        """Return it without a row; one stays."""
        rows = tuple(row for n, row in enumerate(self.originals) if n != at)
        return Draft(self.requester, rows or (empty_row(),), self.certifier, self.received)


def empty_row() -> Mapping[str, str]:
    """Return a row as it begins: one page, one copy."""
    return dict.fromkeys(ORIGINAL_FIELDS, "") | {"pages": "1", "quantity": "1"}


def draft_of(sent: Sent) -> Draft:
    """Read the form; rows that were left wholly empty stay."""
    rows = []
    for n in range(MOST_ROWS):
        if not sent.has(f"original.{n}.title"):
            break
        rows.append({name: sent.get(f"original.{n}.{name}").strip() for name in ORIGINAL_FIELDS})
    requester = {name: sent.get(name).strip() for name in REQUESTER_FIELDS}
    return Draft(requester, tuple(rows) or (empty_row(),), sent.get("certifier").strip(), sent.get("received").strip())


def fees_of(draft: Draft, on: date) -> tuple[Fee | None, ...]:
    """Return the fee of each row; None where the counts are none yet."""
    return tuple(_fee(row, on) for row in draft.originals)


def order_of(draft: Draft) -> CertificationSent:
    """Return what the form asks for, as the API takes it.

    Raises:
        InvalidInput: something is missing or does not fit; the sentence says where.
    """
    rows = [original_body(row) for row in draft.originals if row["title"]]
    body = {
        "requester": dict(draft.requester), "originals": rows, "certifier": draft.certifier or None,
        "received_at": moment(draft.received, "giờ tiếp nhận"),
    }  # fmt: skip
    return checked(CertificationSent, body)


def original_of(row: Mapping[str, str]) -> OriginalSent:
    """Return one row as the API takes it.

    Raises:
        InvalidInput: something is missing or does not fit.
    """
    return checked(OriginalSent, original_body(row))


def original_body(row: Mapping[str, str]) -> dict[str, object]:
    """Return the body of one original."""
    told: dict[str, object] = {name: value for name, value in row.items() if value and name not in _FLAGS}
    told |= {name: bool(row.get(name)) for name in _FLAGS}
    if "issued_on" in told:
        told["issued_on"] = iso_day(str(told["issued_on"]))
    return told


def _fee(row: Mapping[str, str], on: date) -> Fee | None:
    pages, quantity = row["pages"], row["quantity"]
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in (pages, quantity)):
        return None
    if not (1 <= int(pages) <= MOST_PAGES and 1 <= int(quantity) <= MOST_COPIES):
        return None
    return fee(int(pages), int(quantity), on)
