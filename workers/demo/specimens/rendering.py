"""Join content, layout, scanner and file format into a specimen with its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import numpy as np

from workers.demo.specimens import files, fonts
from workers.demo.specimens.conditions import Conditions
from workers.demo.specimens.handling import handling
from workers.demo.specimens.layout import lay_out
from workers.demo.specimens.model import Specimen, Truth, TruthBox
from workers.demo.specimens.paper import Fields, Paper, Signature
from workers.demo.specimens.scan import expose, geometry
from workers.demo.specimens.sheet import Hand, Sheet

FORM_FIELDS = frozenset({"holder_name", "holder_id", "holder_birth_date"})
"""Fields that stand in the rows of a form and are written by pen when the form is filled in by hand."""

RECEIVED = frozenset({"cong_van", "quyet_dinh", "thong_bao"})
"""Kinds that another office may have received and stamped; certificates go to people."""


def truth_fields(paper: Paper) -> dict[str, str]:
    """All fields of the truth: what the header and the signature say, and what the paper adds."""
    unit = paper.unit
    fields = {
        "number": paper.number + paper.notation,
        "issued_date": paper.issued_on.isoformat(),
        "organ_name": unit.organ_name,
        "signer_name": unit.signer,
        "signer_title": signer_title(paper),
    }
    if paper.header_date:
        fields["place"] = unit.place
    if unit.header_parent and paper.header == "columns":
        fields["parent_organ_name"] = unit.header_parent
    return {**fields, **paper.fields}


def signer_title(paper: Paper) -> str:
    """The office of the signer as printed, without the words "NGƯỜI KÝ ..." of a form of civil status."""
    titles = next(element.titles for element in paper.elements if isinstance(element, Signature))
    return " ".join(title for title in titles if not title.startswith("NGƯỜI KÝ"))


def pen_fields(paper: Paper, conditions: Conditions) -> frozenset[str]:
    """Names of the fields that are written by pen, wholly or in part."""
    written = set()
    if conditions.pen_number:
        written.add("number")
        if paper.header_date:
            written.add("issued_date")
    if conditions.pen_values:
        named = {cell.field for element in paper.elements if isinstance(element, Fields) for cell in element.cells}
        written |= {name for name in named if name}
    return frozenset(written)


def boxes(sheets: list[Sheet], conditions: Conditions) -> Mapping[str, TruthBox]:
    """Map the fields' bounds from the sheets to the upright scans."""
    matrix = geometry(conditions)
    found = {}
    for number, sheet in enumerate(sheets, start=1):
        for name, (left, top, right, bottom) in sheet.bounds.items():
            corners = np.array([[left, top, 1], [right, top, 1], [left, bottom, 1], [right, bottom, 1]]) @ matrix.T
            low, high = np.maximum(corners.min(axis=0), 0), corners.max(axis=0)
            found[name] = TruthBox(number, int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1)
    return found


def text(sheet: Sheet) -> tuple[str, ...]:
    """The sheet's lines, without an empty one at the end."""
    return tuple("\n".join(sheet.lines).strip("\n").split("\n"))


def family(conditions: Conditions, rng: Random) -> fonts.Family:
    """Return the wanted typeface where it is installed, else draw one, Times-like ones most often."""
    found = {each.name: each for each in fonts.families()}
    drawn = rng.choices(fonts.families(), weights=[4, 4, 1, 1][: len(found)])[0]
    return found.get(conditions.family or "", drawn)


def scan(paper: Paper, name: str, conditions: Conditions, rng: Random) -> Specimen:
    """Draw a paper, scan it under the conditions and state the truth.

    Args:
        paper: the content.
        name: file name without suffix.
        conditions: paper, hand and scanner; a paper of many pages is put into a PDF where the format holds one picture.
        rng: source of typeface, pen and noise.
    """
    if paper.kind_code not in RECEIVED:
        conditions = replace(conditions, incoming=False)
    hand = Hand(family(conditions, rng), rng.choice(fonts.pens()), rng)
    sheets = lay_out(paper, hand, handling(conditions))
    if len(sheets) > 1 and conditions.media in ("image/jpeg", "image/png"):
        conditions = replace(conditions, media="application/pdf")
    pages = [
        expose(sheet, sheets[index + 1] if index + 1 < len(sheets) else sheets[index - 1], conditions, rng)
        for index, sheet in enumerate(sheets)
    ]
    truth = Truth(
        kind_code=paper.kind_code,
        kind_name=paper.kind_name,
        fields=truth_fields(paper),
        pen=pen_fields(paper, conditions),
        uncertain=paper.uncertain,
        boxes=boxes(sheets, conditions),
        pages=tuple(text(sheet) for sheet in sheets),
        secrecy=conditions.secrecy,
        conditions=conditions.in_words(),
    )
    return Specimen(
        name=name + files.SUFFIXES[conditions.media],
        kind_code=paper.kind_code,
        unit_code=paper.unit.code,
        media_type=conditions.media,
        data=files.encode(pages, conditions),
        truth=truth,
    )
