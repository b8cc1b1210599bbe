"""Lay a paper out on sheets, by the cells of NĐ 30/2020 Annex I and the forms of civil status (TT 04/2020/TT-BTP)."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from PIL import ImageDraw

from workers.demo.specimens import header, pen, stamps
from workers.demo.specimens.handling import Handling
from workers.demo.specimens.paper import Align, Cell, Fields, PageBreak, Paper, Signature, Table, Text
from workers.demo.specimens.sheet import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH, Hand, Sheet, Span, mm, pt

FORM_PT = 13.0
"""Type size of a form's rows."""


def fields_row(sheet: Sheet, row: Fields, top: float, handling: Handling) -> float:
    """Draw a row of labels and values and return the y below it; each cell counts as lines of its own."""
    pitch = pt(FORM_PT) * (1.38 if handling.pen_values else 1.3)
    total = sum(cell.share for cell in row.cells)
    x, lowest = float(LEFT), top
    for cell in row.cells:
        width = (RIGHT - LEFT) * cell.share / total
        texts, below = field_cell(sheet, cell, (x, x + width - mm(2)), (top, pitch), handling)
        sheet.lines.extend(texts)
        lowest = max(lowest, below)
        x += width
    return lowest


def field_cell(
    sheet: Sheet, cell: Cell, area: tuple[float, float], rows: tuple[float, float], handling: Handling
) -> tuple[list[str], float]:
    """Draw one label and its value, over as many lines as it needs.

    Args:
        sheet: to draw on.
        cell: label and value.
        area: left and right edge.
        rows: y of the first line's top, and the distance of lines.
        handling: what was done by hand.

    Returns:
        The texts, line by line, and the y below them.
    """
    (left, right), (top, pitch), written = area, rows, handling.pen_values
    baseline = top + pitch * 0.8
    x = sheet.spans(left, baseline, (Span(f"{cell.label} "),), FORM_PT)
    texts, rest = [cell.label], cell.value.split()
    while True:
        taken = 0
        while taken < len(rest):
            span = Span(" ".join(rest[: taken + 1]), written=written)
            if (taken or x > left) and x + mm(1) + sheet.measure(span, FORM_PT) > right:
                break
            taken += 1
        text = " ".join(rest[:taken])
        end = sheet.spans(x + mm(1), baseline, (Span(text, written=written, field=cell.field),), FORM_PT)
        if handling.leaders == "under" or written:
            sheet.dots(x, right, baseline + pt(2.5))
        elif handling.leaders == "after":
            sheet.spans(end, baseline, (Span("." * int((right - end) / sheet.measure(Span("."), FORM_PT))),), FORM_PT)
        texts[-1] = f"{texts[-1]} {text}".strip()
        rest = rest[taken:]
        if not rest:
            return texts, baseline + pitch * 0.2
        texts.append("")
        baseline += pitch
        x = left


def table(sheet: Sheet, element: Table, top: float) -> float:
    """Draw a ruled table and return the y below it."""
    draw = ImageDraw.Draw(sheet.black)
    total, size, pad = sum(element.widths), 12.0, mm(1.5)
    edges = [LEFT]
    for share in element.widths:
        edges.append(edges[-1] + (RIGHT - LEFT) * share / total)
    y = top
    for index, row in enumerate(element.rows):
        first, lowest, cells = len(sheet.lines), y, []
        for column, text in enumerate(row):
            area = (edges[column] + pad, edges[column + 1] - pad)
            align: Align = "center" if index == 0 or column == 0 else "left"
            below = sheet.paragraph(area, y + mm(1), text, size, align=align, bold=index == 0)
            cells.append(" ".join(sheet.lines[first:]))
            del sheet.lines[first:]
            lowest = max(lowest, below + mm(1.2))
        sheet.lines.append("\t".join(cells))
        for left, right in pairwise(edges):
            draw.rectangle((left, y, right, lowest), outline=255, width=3)
        y = lowest
    return y


def signature(sheet: Sheet, paper: Paper, element: Signature, handling: Handling, top: float, rng: Random) -> float:
    """Draw the signer's block with signature and seal, the recipients beside it; return the y below."""
    widest = max(sheet.measure(Span(title, bold=True), 13) for title in element.titles)
    middle, y = RIGHT - max(mm(40), widest / 2), top + pt(24)
    for title in element.titles:
        sheet.centred(middle, y, (Span(title, bold=True, field="signer_title"),), 13)
        y += pt(16)
    if element.note:
        sheet.centred(middle, y, (Span(element.note, italic=True),), 10.5)
        y += pt(12)
    signed_at = y
    y += mm(30)
    if handling.name_stamp:
        stamps.name_stamp(sheet.red, element.name, middle, y, rng)
        sheet.note("signer_name", (middle - mm(26), y - pt(16), middle + mm(26), y + pt(5)))
        sheet.lines.append(element.name)
    else:
        sheet.centred(middle, y, (Span(element.name, bold=True, field="signer_name"),), 13.5)
    corner = (round(middle - mm(rng.uniform(16, 24))), round(signed_at + mm(rng.uniform(0, 4))))
    pen.sign(sheet.blue, corner, (round(mm(44)), round(mm(22))), Random(element.name))
    if handling.seal:
        centre = (middle - mm(rng.uniform(16, 22)), signed_at + mm(rng.uniform(7, 13)))
        stamps.seal(sheet.red, paper.unit, centre, sheet.hand.family, rng)
    sheet.lines.append("")
    if element.recipients:
        recipients(sheet, element.recipients, top + pt(24))
    return y + pt(14)


def recipients(sheet: Sheet, names: tuple[str, ...], baseline: float) -> None:
    """Draw cell 9b."""
    sheet.spans(LEFT, baseline, (Span("Nơi nhận:", bold=True, italic=True),), 12)
    sheet.lines.append("Nơi nhận:")
    for index, name in enumerate(names, start=1):
        sheet.spans(LEFT, baseline + pt(13.5) * index, (Span(name),), 11)
        sheet.lines.append(name)


def height(sheet: Sheet, element: Text | Fields | Table | Signature) -> float:
    """Estimate the pixels that an element needs, so that it is not torn by the page's end."""
    match element:
        case Signature():
            return mm(42) + pt(16) * len(element.titles)
        case Table():
            return mm(9) * len(element.rows)
        case Fields():
            return pt(FORM_PT) * 1.5 + pt(element.before_pt)
        case Text():
            lines = sheet.wrap(
                element.text, RIGHT - LEFT, element.size_pt, bold=element.bold, italic=element.italic, indent=0
            )
            return pt(element.size_pt) * 1.22 * len(lines) + pt(element.before_pt)


def new_page(hand: Hand, number: int) -> tuple[Sheet, float]:
    """Return an empty following page with its page number, and the y at which it begins."""
    sheet = Sheet(hand)
    sheet.centred(WIDTH / 2, mm(14), (Span(str(number)),), 13)
    return sheet, mm(20)


def lay_out(paper: Paper, hand: Hand, handling: Handling) -> list[Sheet]:
    """Draw a paper on as many sheets as it needs."""
    sheet, rng = Sheet(hand), hand.rng
    if paper.frame:
        header.frame(sheet)
    draw_header = header.in_columns if paper.header == "columns" else header.centred
    y = draw_header(sheet, paper, handling, mm(25 if not paper.frame else 27))
    if handling.incoming:
        stamps.incoming(sheet.red, sheet.blue, (LEFT + mm(4), y - mm(3)), hand, paper.issued_on)
        y += mm(16)
    if handling.copy_stamp:
        stamps.boxed(sheet.red, "SAO Y BẢN CHÍNH", (WIDTH / 2 + mm(30), HEIGHT - mm(24)), hand.family, rng)
    if handling.secrecy:
        stamps.boxed(sheet.red, handling.secrecy, (LEFT + mm(36), y + mm(6)), hand.family, rng)
    sheets = [sheet]
    for element in paper.elements:
        if isinstance(element, PageBreak) or y + height(sheet, element) > BOTTOM:
            sheet, y = new_page(hand, len(sheets) + 1)
            sheets.append(sheet)
        if not isinstance(element, PageBreak):
            y = draw_element(sheet, paper, element, handling, y, rng)
    return sheets


def draw_element(
    sheet: Sheet, paper: Paper, element: Text | Fields | Table | Signature, handling: Handling, y: float, rng: Random
) -> float:
    """Draw one element and return the y below it."""
    match element:
        case Text():
            return sheet.paragraph(
                (LEFT, RIGHT),
                y + pt(element.before_pt),
                element.text,
                element.size_pt,
                align=element.align,
                bold=element.bold,
                italic=element.italic,
                indent=mm(element.indent_mm) if element.align == "justify" else 0.0,
                colour=element.colour,
                name=element.field,
            )
        case Fields():
            return fields_row(sheet, element, y + pt(element.before_pt), handling)
        case Table():
            return table(sheet, element, y + pt(8))
        case Signature():
            return signature(sheet, paper, element, handling, y, rng)
