"""The attestation as a drawing: words, QR, and the room for both signatures."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from fpdf import FPDF

from digitize.attest.wording import AttestationWords
from digitize.typeface import BOLD, UPRIGHT, face_file

WIDTH_PT, HEIGHT_PT = 540.0, 144.0
"""On a page whose shorter side is that of A4; the drawing grows and shrinks with that side."""
QR_SIDE_PT = 120.0
"""White margin included: half a millimetre a module for 300 letters, three pixels at 150 dpi."""
QUIET_MODULES = 4
"""White margin of a QR (ISO/IEC 18004 §6.3.8)."""
TEXT_LEFT_PT = QR_SIDE_PT + 6
COLUMN_PT = (WIDTH_PT - TEXT_LEFT_PT - 6) / 2
FIELD_TOP_PT, FIELD_BOTTOM_PT = 90.0, 140.0
"""From the drawing's top; as high as a signature's block wants to be."""
FIELD_GAP_PT = 3.0
SMALLEST_PT = 6.0

FACE = "serif"


@dataclass(frozen=True, slots=True)
class QrPrint:
    """What is printed to be scanned and typed."""

    text: str
    """What the QR holds."""
    code: str
    """Below it: the code as a person types it."""
    address: str
    """Below that: where to type it, without the scheme."""


CERTIFIER_BOX = (TEXT_LEFT_PT + FIELD_GAP_PT, HEIGHT_PT - FIELD_BOTTOM_PT, TEXT_LEFT_PT + COLUMN_PT - FIELD_GAP_PT,
                 HEIGHT_PT - FIELD_TOP_PT)  # fmt: skip
"""Left, bottom, right, top within the drawing, from its lower left corner."""
AGENCY_BOX = (CERTIFIER_BOX[0] + COLUMN_PT, CERTIFIER_BOX[1], CERTIFIER_BOX[2] + COLUMN_PT, CERTIFIER_BOX[3])
"""Likewise: to the right of the certifier's."""


def draw(words: AttestationWords, qr: QrPrint) -> bytes:
    """Return a file of one page that is the drawing.

    Raises:
        Misconfigured: the typeface is missing.
    """
    sheet = FPDF(unit="pt", format=(WIDTH_PT, HEIGHT_PT))
    sheet.set_margin(0)
    sheet.c_margin = 0
    sheet.set_auto_page_break(auto=False)
    sheet.add_font(FACE, "", face_file(UPRIGHT))
    sheet.add_font(FACE, "B", face_file(BOLD))
    sheet.add_page()
    sheet.set_line_width(0.5)
    sheet.rect(0.5, 0.5, WIDTH_PT - 1, HEIGHT_PT - 1)
    _draw_qr(sheet, qr)
    head, *rest = words.lines
    both = 2 * COLUMN_PT
    _centred(sheet, head, TEXT_LEFT_PT, 6, both, 13, "B")
    for row, line in enumerate(rest):
        _centred(sheet, line, TEXT_LEFT_PT, 25 + 16 * row, both, 12)
    for column, lines in enumerate((words.certifier, words.agency)):
        for row, line in enumerate(lines):
            _centred(sheet, line, TEXT_LEFT_PT + column * COLUMN_PT, 62 + 13 * row, COLUMN_PT, 10.5, "" if row else "B")
    return bytes(sheet.output())


def _draw_qr(sheet: FPDF, qr: QrPrint) -> None:
    """Draw the modules as runs of rectangles: no picture, so no resolution of its own."""
    code = segno.make_qr(qr.text, error="m", boost_error=False)
    modules = code.symbol_size(border=0)[0]
    side = QR_SIDE_PT / (modules + 2 * QUIET_MODULES)
    left, top = 3.0, 2.0
    for row, line in enumerate(code.matrix_iter(border=QUIET_MODULES)):
        start = None
        for column, dark in enumerate([*line, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                sheet.rect(left + start * side, top + row * side, (column - start) * side, side, style="F")
                start = None
    _centred(sheet, qr.code, left, HEIGHT_PT - 23, QR_SIDE_PT, 9.5)
    _centred(sheet, qr.address, left, HEIGHT_PT - 12, QR_SIDE_PT, 7.5)


def _centred(sheet: FPDF, text: str, left: float, top: float, width: float, size: float, weight: str = "") -> None:
    """Set a line in the middle of a column, in a smaller size where it is too long."""
    sheet.set_font(FACE, weight, size)
    while sheet.get_string_width(text) > width - 4 and size > SMALLEST_PT:
        size -= 0.25
        sheet.set_font(FACE, weight, size)
    sheet.set_xy(left, top)
    sheet.cell(width, size * 1.15, text, align="C")
