"""Cells 7a-7c: who signed, and in what capacity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digitize.catalogue import reading as catalogue
from digitize.model import Field
from digitize.understand.found import field_from
from digitize.understand.likeness import begins_with, closest, holds
from digitize.understand.names import PersonName, person_name
from digitize.understand.repair import repaired
from digitize.understand.rows import Row, row_of
from digitize.vietnamese import bare, is_capitals, tidy

TITLE_LIKENESS = 82.0
"""Percent of likeness from which capitals are a title of office."""
DEEPEST_NAME = 0.22
"""Share of the page's height: the name stands at most so far under the title."""
FARTHEST_ASIDE = 0.16
"""Share of the page's width: the name stands so far beside the middle of the title at most."""
_CAPACITY = re.compile(r"^(?:TM|KT|TL|TUQ|Q|QUYỀN)\s*[.,]\s*", re.IGNORECASE)
_EDGES = " .,;:-_'`\"|/\\()[]{}~*—–"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature block."""

    title: tuple[Row, ...]
    """Lines of the title, from the top; never empty."""
    name_row: Row | None
    """The printed name."""
    name: PersonName | None
    """What it says."""
    beside_recipients: bool
    """"Nơi nhận" stands on the same page: the block that closes the paper itself."""


def signer_of(rows: Sequence[Row]) -> tuple[Field | None, Field | None]:
    """Find the signer's name and title.

    A block under a copy mark (SAO Y ...) belongs to the copy, not to the paper; appendices may follow the page that is
    signed, so the first block that closes the paper decides.

    Returns:
        Name and title; either may be missing.
    """
    blocks = _blocks(rows)
    if not any(block.name for block in blocks):
        alone = _name_alone(rows)
        if alone is not None:
            return alone, _title_field(blocks[0]) if blocks else None
    if not blocks:
        return None, None
    best = next((block for block in blocks if block.beside_recipients and block.name), None)
    best = best or next((block for block in blocks if block.name), None) or blocks[0]
    return _name_field(best), _title_field(best)


def _blocks(rows: Sequence[Row]) -> list[Signature]:
    found: list[Signature] = []
    for page in dict.fromkeys(row.page for row in rows):
        on_page = [row for row in rows if row.page == page]
        recipients = any(begins_with(row.text, ("Nơi nhận",), 80.0) for row in on_page)
        copied = [row for row in on_page if any(holds(row.text, mark, 90.0) for mark in catalogue.words("copy_marks"))]
        for title in _titles(on_page):
            if any(mark.box.top <= title[0].box.top and _aside(mark, title[0]) < 0.25 for mark in copied):
                continue
            name_row, name = _name_under(on_page, title)
            found.append(Signature(title, name_row, name, recipients))
    return found


def _titles(on_page: Sequence[Row]) -> list[tuple[Row, ...]]:
    """Find stacks of title lines in the right half of a page."""
    stacks: list[list[Row]] = []
    for row in sorted(on_page, key=lambda each: each.box.top):
        if not _is_title(row):
            continue
        if stacks and row.box.top - stacks[-1][-1].box.bottom < 1.6 * row.height and _aside(row, stacks[-1][-1]) < 0.15:
            stacks[-1].append(row)
        else:
            stacks.append([row])
    return [tuple(stack) for stack in stacks if any(_names_office(row) for row in stack)]


def _is_title(row: Row) -> bool:
    return (
        is_capitals(row.text, 0.65)
        and row.centre > 0.5
        and row.box.left > 0.35 * row.page_width
        and (bool(_CAPACITY.match(row.text)) or _names_office(row))
    )


def _names_office(row: Row) -> bool:
    text = _CAPACITY.sub("", row.text)
    offices = catalogue.words_in_order("signer_titles")
    return closest(text, offices)[1] >= TITLE_LIKENESS or begins_with(text, offices, 90.0)


def _aside(one: Row, other: Row) -> float:
    return abs(one.centre - other.centre)


def _name_under(on_page: Sequence[Row], title: Sequence[Row]) -> tuple[Row | None, PersonName | None]:
    """Find the printed name: the first line under the title, in its column, that is a person's name."""
    head = title[-1]
    for row in sorted(on_page, key=lambda each: each.box.top):
        # the boxes of lines overlap on a skewed page; their middles do not
        if _names_office(row):
            continue
        too_near = row.depth - head.depth < 0.5 * row.height / row.page_height
        if too_near or row.depth - head.depth > DEEPEST_NAME or _aside(row, head) > FARTHEST_ASIDE:
            continue
        stripped = _without_rank(row)
        name = person_name(stripped.text) if stripped else None
        if stripped and name:
            return stripped, name
    return None, None


def _without_rank(row: Row) -> Row | None:
    """Drop rank, degree and "Đã ký:" before the name, and dust around it."""
    words = [word for word in row.words if any(letter.isalnum() for letter in word.text)]
    ranks = sorted((bare(rank).split() for rank in catalogue.words("ranks")), key=len, reverse=True)
    dropped = True
    while dropped:
        plain = [bare(word.text).replace(" ", "") for word in words]
        dropped = False
        for rank in ranks:
            if len(plain) > len(rank) and plain[: len(rank)] == ["".join(part) for part in rank]:
                words, dropped = words[len(rank) :], True
                break
    return row_of(row, words) if words else None


def _name_alone(rows: Sequence[Row]) -> Field | None:
    """Find a name to the right of the recipients whose title was lost under seal and signature: always doubtful."""
    for recipients in (row for row in rows if begins_with(row.text, ("Nơi nhận",), 80.0)):
        for row in rows:
            aside = (
                row.page == recipients.page
                and not _names_office(row)
                and row.box.top > recipients.box.top
                and row.centre > 0.6
            )
            stripped = _without_rank(row) if aside and row.box.left > 0.5 * row.page_width else None
            name = person_name(stripped.text) if stripped else None
            if stripped and name:
                return field_from(name.value, [stripped], doubted=True, alternatives=name.alternatives)
    return None


def _name_field(block: Signature) -> Field | None:
    if block.name_row is None or block.name is None:
        return None
    return field_from(
        block.name.value, [block.name_row], doubted=not block.name.known, alternatives=block.name.alternatives
    )


def _title_field(block: Signature) -> Field:
    read = tidy(" ".join(row.text.strip(_EDGES) for row in block.title))
    return field_from(repaired(read), list(block.title), alternatives=(read,))
