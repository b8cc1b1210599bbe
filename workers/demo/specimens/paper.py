"""A paper as content: what stands on it, in which order, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from workers.demo.units import DemoUnit

Align = Literal["left", "center", "justify"]
Colour = Literal["black", "red"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or a heading."""

    text: str
    align: Align = "justify"
    bold: bool = False
    italic: bool = False
    size_pt: float = 13.5
    indent_mm: float = 10.0
    """Of the first line; 0 for headings."""
    colour: Colour = "black"
    before_pt: float = 5.0
    """Blank space above."""
    field: str | None = None
    """Name of the truth's field that this text is."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and its value on a dotted line."""

    label: str
    """With its colon."""
    value: str
    field: str | None = None
    """Name of the truth's field that the value is."""
    share: float = 1.0
    """Width in relation to the other cells of the row."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A row of a form."""

    cells: tuple[Cell, ...]
    before_pt: float = 5.0
    """Blank space above."""


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table."""

    widths: tuple[float, ...]
    """Shares of the text width."""
    rows: tuple[tuple[str, ...], ...]
    """The first row is the heading."""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next element begins a new page."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Cells 7a-7c and 9b of NĐ 30/2020: recipients left, signer right, the seal over the signature."""

    titles: tuple[str, ...]
    name: str
    note: str | None = None
    """Printed in brackets under the titles."""
    recipients: tuple[str, ...] = ()
    """After "Nơi nhận:"; nothing is printed when empty."""


Element = Text | Fields | Table | PageBreak | Signature


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that stands on a paper."""

    kind_code: str
    kind_name: str
    unit: DemoUnit
    header: Literal["columns", "centred"]
    """``columns``: NĐ 30/2020 Annex I. ``centred``: the original certificates of civil status (TT 04/2020/TT-BTP)."""
    number: str
    """Digits only, with leading zero as printed."""
    notation: str
    """What follows the number, with its slash."""
    issued_on: date
    elements: tuple[Element, ...]
    fields: Mapping[str, str]
    """Truth of this paper beyond the header: holder_name, subject and the like."""
    applicant: str | None = None
    """Who handed the dossier in, where that is not the paper's holder."""
    number_label: str = "Số:"
    subject_line: str | None = None
    """Cell 5b of a letter, with its "V/v"."""
    frame: bool = False
    """A red ornamental border."""
    header_date: bool = True
    """Place and date stand in the header (cell 4)."""
    uncertain: frozenset[str] = field(default_factory=frozenset)
    """Field names with two equal candidates on the paper."""
