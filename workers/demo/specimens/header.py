"""The top of a paper: national header, agency, number, place and date (cells 1-5b of NĐ 30/2020 Annex I), border."""

from __future__ import annotations

import numpy as np
from PIL import ImageDraw

from workers.demo.specimens.handling import Handling
from workers.demo.specimens.paper import Paper
from workers.demo.specimens.sheet import HEIGHT, LEFT, RIGHT, WIDTH, Sheet, Span, mm, pt

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def number_spans(paper: Paper, handling: Handling) -> tuple[Span, ...]:
    """Cell 3: the number, by pen or by print, and the notation."""
    written = handling.pen_number
    lead = f"{paper.number_label} "
    return (
        Span(lead),
        Span(paper.number, written=written, field="number"),
        Span(paper.notation, field="number"),
    )


def date_spans(paper: Paper, handling: Handling) -> tuple[Span, ...]:
    """Cell 4: place and date; a day under 10 and the months 1 and 2 have a leading zero (NĐ 30/2020 Annex I)."""
    written, day = handling.pen_number, paper.issued_on
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return (
        Span(paper.unit.place, italic=True, field="place"),
        Span(", ", italic=True),
        Span("ngày ", italic=True, field="issued_date"),
        Span(f"{day.day:02d}", italic=True, written=written, field="issued_date"),
        Span(" tháng ", italic=True, field="issued_date"),
        Span(month, italic=True, written=written, field="issued_date"),
        Span(f" năm {day.year}", italic=True, field="issued_date"),
    )


def in_columns(sheet: Sheet, paper: Paper, handling: Handling, top: float) -> float:
    """Draw cells 1-4 and 5b in two columns and return the y below them."""
    left_middle, right_middle = LEFT + mm(36), RIGHT - mm(46)
    y = top
    if paper.unit.header_parent:
        sheet.centred(left_middle, y, (Span(paper.unit.header_parent, field="parent_organ_name"),), 12)
        y += pt(15)
    width = 0.0
    for line in paper.unit.header:
        width = sheet.centred(left_middle, y, (Span(line, bold=True, field="organ_name"),), 12)
        y += pt(15)
    sheet.rule(left_middle - width * 0.22, left_middle + width * 0.22, y - pt(10))
    y += pt(11)
    sheet.centred(left_middle, y, number_spans(paper, handling), 13)
    if paper.subject_line:
        area = (left_middle - mm(34), left_middle + mm(34))
        y = sheet.paragraph(area, y + pt(5), paper.subject_line, 12, align="center", name="subject")
    sheet.lines.append("")
    sheet.centred(right_middle, top, (Span(NATION, bold=True),), 12)
    width = sheet.centred(right_middle, top + pt(16), (Span(MOTTO, bold=True),), 13)
    sheet.rule(right_middle - width / 2, right_middle + width / 2, top + pt(21))
    if paper.header_date:
        sheet.centred(right_middle, top + pt(41), date_spans(paper, handling), 13)
    sheet.lines.append("")
    return max(y, top + pt(41)) + pt(14)


def centred(sheet: Sheet, paper: Paper, handling: Handling, top: float) -> float:
    """Draw the national header in the middle and the number at the right; return the y below."""
    middle = WIDTH / 2
    sheet.centred(middle, top, (Span(NATION, bold=True),), 13)
    width = sheet.centred(middle, top + pt(17), (Span(MOTTO, bold=True),), 13.5)
    sheet.rule(middle - width / 2, middle + width / 2, top + pt(22))
    spans = number_spans(paper, handling)
    sheet.centred(RIGHT - mm(28), top + pt(48), spans, 13)
    return top + pt(56)


def frame(sheet: Sheet) -> None:
    """Draw the red ornamental border of an original certificate."""
    draw = ImageDraw.Draw(sheet.red)
    for inset, thickness in ((mm(9), 10), (mm(11.5), 3), (mm(15), 3)):
        draw.rectangle((inset, inset, WIDTH - inset, HEIGHT - inset), outline=150, width=thickness)
    step, half = mm(6), mm(1.3)
    middle = mm(13.25)
    across = np.arange(middle, WIDTH - middle, step)
    down = np.arange(middle, HEIGHT - middle, step)
    diamonds = [(x, y) for x in across for y in (middle, HEIGHT - middle)]
    diamonds += [(x, y) for y in down for x in (middle, WIDTH - middle)]
    for x, y in diamonds:
        draw.polygon([(x - half, y), (x, y - half), (x + half, y), (x, y + half)], outline=150, width=3)
