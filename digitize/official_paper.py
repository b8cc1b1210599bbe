"""The layout of an official paper (NĐ 30/2020/NĐ-CP, Annex I): head, number, place and date, body, signer.

A4, margins 20 mm above and below, 30 mm left, 15 mm right; Times-metric 13 pt. The papers are PDF/A-2b, and the same
values always give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import segno
from fpdf import FPDF, FontFace, XPos, YPos

from digitize.targets import VIETNAM_TIME
from digitize.typeface import BOLD, BOLD_ITALIC, ITALIC, UPRIGHT, face_file

FACE = "serif"
LEFT_MM, RIGHT_MM, TOP_MM = 30.0, 15.0, 20.0
BODY_PT, HEAD_PT, SMALLEST_HEAD_PT = 13.0, 12.0, 10.0
LINE_MM = 6.4
QR_MM = 20.0
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"

_CHANGED = re.compile(rb'(xmp:(?:ModifyDate|MetadataDate)=")[^"]{25}')
_IDENTIFIER = re.compile(rb"/ID \[<[0-9A-F]{32}><[0-9A-F]{32}>\]")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, where and when."""

    agency: str
    place: str
    """Địa danh: name of the commune."""
    on: date
    parent: str = ""
    """Agency above it; empty where none is named."""
    number: str = ""
    """Số, ký hiệu; empty leaves the dotted line for the clerk's pen."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who stands below."""

    title: str
    name: str


class Sheet(FPDF):
    """A paper under construction."""

    def __init__(self, orientation: str, made_on: date, title: str) -> None:
        """Begin a paper.

        Args:
            orientation: ``portrait`` or ``landscape``.
            made_on: its date; stands in the metadata at midnight of Vietnam.
            title: for the metadata.

        Raises:
            Misconfigured: the typeface is missing.
        """
        super().__init__(orientation=orientation, unit="mm", format="A4", enforce_compliance="PDF/A-2B")
        self.set_creation_date(datetime.combine(made_on, time(), VIETNAM_TIME))
        self.set_title(title)
        self.set_lang("vi")
        self.set_producer("sohoa")
        for weight, name in (("", UPRIGHT), ("B", BOLD), ("I", ITALIC)):
            self.add_font(FACE, weight, face_file(name))
        self.set_margins(LEFT_MM, TOP_MM, RIGHT_MM)
        self.set_auto_page_break(auto=True, margin=TOP_MM)
        self.add_page()

    def header(self) -> None:
        """Number the pages from the second on, in the middle of the upper margin (NĐ 30/2020/NĐ-CP, Annex I)."""
        if self.page_no() > 1:
            self.set_font(FACE, "", BODY_PT)
            self.set_y(8)
            self.flow(str(self.page_no()), LINE_MM, "C")
            self.set_y(self.t_margin)

    def head(self, head: Letterhead) -> None:
        """Set agency and number to the left, nation, motto, place and date to the right."""
        left, right = self.epw * 0.44, self.epw * 0.56
        top = self.t_margin
        agency = [(head.parent.upper(), "")] if head.parent else []
        y_left = self._stack([*agency, (head.agency.upper(), "B")], self.l_margin, top, left)
        self._rule(self.l_margin + left / 2, y_left, 22)
        number = head.number or "............/............"
        y_left = self._stack([(f"Số: {number}", "")], self.l_margin, y_left + 2, left)
        y_right = self._stack([(NATION, "B"), (MOTTO, "B")], self.l_margin + left, top, right)
        self._rule(self.l_margin + left + right / 2, y_right, 50)
        dated = f"{head.place}, {long_day(head.on)}"
        y_right = self._stack([(dated, "I")], self.l_margin + left, y_right + 2, right)
        self.set_xy(self.l_margin, max(y_left, y_right) + 6)

    def heading(self, *lines: str) -> None:
        """Set the title of the paper, centred."""
        for size, line in zip((15, BODY_PT), lines, strict=False):
            self.set_font(FACE, "B", size)
            self.flow(line, LINE_MM + 0.6, "C")
        self.ln(3)

    def say(self, text: str, *, indent: bool = True) -> None:
        """Set a paragraph, justified, its first line indented by 10 mm."""
        self.set_font(FACE, "", BODY_PT)
        self.flow(f"{'        ' if indent else ''}{text}", LINE_MM, "J")
        self.ln(1.5)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Set named values, one a row, the names in a column."""
        for name, value in pairs:
            top = self.get_y()
            self.set_font(FACE, "", BODY_PT)
            self.multi_cell(58, LINE_MM, f"{name}:", align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
            self.set_font(FACE, "B", BODY_PT)
            self.set_xy(self.l_margin + 60, top)
            self.flow(value, LINE_MM, "L")
            self.ln(1)

    def table_of(
        self, titles: Sequence[str], shares: Sequence[int], rows: Iterable[Sequence[str]], numeric: frozenset[int]
    ) -> None:
        """Set a ruled table; its titles stand again on every page.

        Args:
            titles: of the columns.
            shares: of the width.
            rows: as they are shown.
            numeric: places of the columns that are set to the right.
        """
        style = FontFace(family=FACE, emphasis="BOLD")
        aligned = tuple("RIGHT" if place in numeric else "LEFT" for place in range(len(titles)))
        self.set_font(FACE, "", 11)
        self.set_line_width(0.2)
        with self.table(
            col_widths=tuple(shares), text_align=aligned, headings_style=style, line_height=5.4, padding=(0.8, 1.2),
            v_align="TOP",
        ) as table:  # fmt: skip
            heading = table.row()
            for title in titles:
                heading.cell(title, align="CENTER", v_align="MIDDLE")
            for row in rows:
                table.row(tuple(row))
        self.ln(3)

    def point(self, text: str) -> None:
        """Set the title of a part, bold."""
        self.set_font(FACE, "B", BODY_PT)
        self.flow(text, LINE_MM, "L")
        self.ln(1)

    def signed_by(self, signer: Signer, other: str = "", recipients: Sequence[str] = ()) -> None:
        """Set the signer to the right, with room for the signature; to the left another party or who gets it."""
        self.ln(4)
        if self.will_page_break(48):
            self.add_page()
        top, half = self.get_y(), self.epw / 2
        if other:
            self._stack([(other.upper(), "B"), ("(Ký, ghi rõ họ tên)", "I")], self.l_margin, top, half)
        if recipients:
            self._recipients(recipients)
        bottom = self._stack([(signer.title.upper(), "B")], self.l_margin + half, top, half)
        self._stack([(signer.name, "B")], self.l_margin + half, bottom + 25, half)

    def qr(self, text: str) -> None:
        """Put a QR top-left, in the margin (TT 01/2023/TT-VPCP: papers that a system prints)."""
        code = segno.make_qr(text, error="m")
        side = QR_MM / (code.symbol_size(border=0)[0] + 8)
        for row, line in enumerate(code.matrix_iter(border=4)):
            for column, dark in enumerate(line):
                if dark:
                    self.rect(5 + column * side, 8 + row * side, side, side, style="F")

    def flow(self, text: str, line_mm: float, align: str, width_mm: float = 0) -> None:
        """Set text that breaks at the width (0: the margin) and go on below it."""
        self.multi_cell(width_mm, line_mm, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def finish(self) -> bytes:
        """Return the file; the library's clock, which enters metadata and identifier, gives way to the paper's date."""
        made = self.creation_date.astimezone(UTC).isoformat(timespec="seconds")
        told = _CHANGED.sub(rb"\g<1>" + made.encode(), bytes(self.output()))
        name = hashlib.sha256(_IDENTIFIER.sub(b"", told)).hexdigest()[:32].upper().encode()
        return _IDENTIFIER.sub(b"/ID [<%s><%s>]" % (name, name), told)

    def _stack(self, lines: Iterable[tuple[str, str]], left: float, top: float, width: float) -> float:
        """Set centred lines in a column and return where they end; a long one shrinks, then breaks."""
        for text, weight in lines:
            self.set_xy(left, top)
            self.set_font(FACE, weight, HEAD_PT)
            while self.get_string_width(text) > width - 2.5 and self.font_size_pt > SMALLEST_HEAD_PT:
                self.set_font_size(self.font_size_pt - 0.25)
            self.flow(text, 5.6, "C", width)
            top = self.get_y()
        return top

    def _recipients(self, recipients: Sequence[str]) -> None:
        """Set who gets the paper (cell 9b): the name of the list in 12, the list in 11 pt."""
        self.add_font(FACE, "BI", face_file(BOLD_ITALIC))
        self.set_font(FACE, "BI", 12)
        self.flow("Nơi nhận:", 5.2, "L", self.epw / 2)
        self.set_font(FACE, "", 11)
        for recipient in recipients:
            self.flow(f"- {recipient}", 4.8, "L", self.epw / 2)

    def _rule(self, middle: float, y: float, width: float) -> None:
        self.set_line_width(0.25)
        self.line(middle - width / 2, y + 0.6, middle + width / 2, y + 0.6)


def long_day(on: date) -> str:
    """Write a day as an official paper does: a zero before days below 10 and before January and February."""
    month = f"{on.month:02d}" if on.month <= 2 else str(on.month)
    return f"ngày {on.day:02d} tháng {month} năm {on.year}"
