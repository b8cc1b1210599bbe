"""The register of certifications (sổ chứng thực): books, years, numbers, and what they show.

Serials run 01…n within (unit, book kind, year), continuously across books and without gap or repetition (NĐ
23/2015/NĐ-CP Art 13, TT 01/2020/TT-BTP Art 4). Nothing of it is ever removed.
"""

from __future__ import annotations

from storage.register.book import BookKind, RegisterBook, books_of, close_book, find_book, find_open, open_book
from storage.register.numbering import overdue, take_number, void, void_overdue
from storage.register.proof import faults
from storage.register.rows import Page, copies_of, heading, page, rows, rows_of_book
from storage.register.years import RegisterYear, close_year, find_year, totals_of

__all__ = [
    "BookKind", "Page", "RegisterBook", "RegisterYear", "books_of", "close_book", "close_year", "copies_of", "faults",
    "find_book", "find_open", "find_year", "heading", "open_book", "overdue", "page", "rows", "rows_of_book",
    "take_number", "totals_of", "void", "void_overdue",
]  # fmt: skip
