"""The number of an act of certification, as the register gives it and the attestation prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from digitize.errors import Impossible


@dataclass(frozen=True, slots=True)
class Numbering:
    """One line of the register: NĐ 23/2015/NĐ-CP Art 13, TT 01/2020/TT-BTP Art 4.

    Serials run 01…n within (unit, book kind, year), continuously across books, and begin again at 01 each year.
    """

    serial: int
    """From 1."""
    book: str
    """Quyển số as on the cover, its symbol included: ``01/2026-SCT/BS``."""
    year: int
    """In which the serial is unique; the year of :attr:`on`."""
    on: date
    """Calendar day in Vietnam that the attestation prints and on which it must be signed."""

    def __post_init__(self) -> None:
        """Refuse a number that no register could hold.

        Raises:
            Impossible: the serial is not positive, the book has no name, or year and day disagree.
        """
        if self.serial < 1 or not self.book.strip() or self.year != self.on.year:
            raise Impossible(f"no register holds {self}")

    @property
    def number(self) -> str:
        """Số chứng thực as printed: two digits at least."""
        return f"{self.serial:02d}"
