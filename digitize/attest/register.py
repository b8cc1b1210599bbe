"""A line of the book of certifications, as plain values, and what a month or a year of them adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

VOID_NOTE = "Bỏ số"
"""Begins the note of an entry whose act was given up; its reason follows."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One entry of the book, with its columns (``[[column]]`` of ``certification.toml``)."""

    number: str
    """Số chứng thực as printed: ``01``."""
    on: date
    """Day of the act in Vietnam."""
    requester: str
    """Full name."""
    title: str
    """Tên bản chính."""
    certifier: str
    """Full name and title."""
    quantity: int
    """Copies; 0 when the entry is void."""
    fee_vnd: int
    """Of all copies, đồng; 0 when the entry is void."""
    note: str = ""
    """Void with reason, cancelled by decision, a carried book."""
    void: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """What the entries of a period add up to."""

    entries: int
    """All, the void ones included: the numbers that were given."""
    void: int
    copies: int
    fee_vnd: int


@dataclass(frozen=True, slots=True)
class Book:
    """What stands at the head of a print or a file."""

    unit: str
    """Name of the agency that keeps the book."""
    title: str
    """Of the kind of book."""
    name: str
    """Quyển số, with its symbol."""
    period: str
    """As a person reads it: "Tháng 11 năm 2026"."""


@dataclass(frozen=True, slots=True)
class Closing:
    """The confirmation at the end of a year (NĐ 23/2015/NĐ-CP Art 13)."""

    on: date
    title: str
    """Of who closes the book."""
    name: str


def totals(rows: Iterable[RegisterRow]) -> Totals:
    """Add up a period."""
    listed = tuple(rows)
    good = tuple(row for row in listed if not row.void)
    return Totals(
        entries=len(listed),
        void=len(listed) - len(good),
        copies=sum(row.quantity for row in good),
        fee_vnd=sum(row.fee_vnd for row in good),
    )


def summary(added: Totals) -> str:
    """Say what a period adds up to."""
    return (
        f"Cộng: {added.entries} số chứng thực (trong đó bỏ số: {added.void}), "
        f"{added.copies} bản sao, phí {dong(added.fee_vnd)} đồng."
    )


def dong(amount_vnd: int) -> str:
    """Write an amount as a person reads it: ``1.234.000``."""
    return f"{amount_vnd:,}".replace(",", ".")


def shown(row: RegisterRow, field: str) -> str:
    """Return what stands in a column."""
    value = getattr(row, field)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if field == "fee_vnd":
        return dong(row.fee_vnd)
    return str(value)
