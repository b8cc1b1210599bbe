"""What a certified copy costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from digitize.attest.rules import certification_rules, the_one
from digitize.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee for the copies of one original, in đồng."""

    pages: int
    """Of the original."""
    quantity: int
    """Copies."""
    one_copy_vnd: int
    total_vnd: int
    source: str
    """The text that fixes the formula."""


def fee(pages: int, quantity: int, on: date) -> Fee:
    """Return the fee for the copies of one original (TT 226/2016/TT-BTC).

    Args:
        pages: counted on the original.
        quantity: copies.
        on: day of the act in Vietnam.

    Raises:
        InvalidInput: there is no page or no copy.
        Misconfigured: the catalogue has no formula for that day.
    """
    if pages < 1 or quantity < 1:
        raise InvalidInput("số trang và số bản sao phải từ 1 trở lên")
    rule = the_one(certification_rules().fee, on, "phí chứng thực bản sao")
    first = min(pages, rule.first_pages)
    one = min(rule.most_vnd, first * rule.first_vnd + (pages - first) * rule.further_vnd)
    return Fee(pages, quantity, one, one * quantity, rule.source)
