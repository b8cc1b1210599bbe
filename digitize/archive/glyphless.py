"""The font of the invisible layer: every character is the same glyph without ink, and knows its Unicode."""

from __future__ import annotations

import io
import zlib
from functools import lru_cache

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name

from digitize.errors import Impossible

NAME = "SohoaGlyphless"
UNITS_PER_EM = 1000
ADVANCE = 500
"""Width of every glyph: 1/1000 em."""
ASCENT = 800
"""Above the baseline: 1/1000 em; with :data:`DESCENT` one em in all, so that a line's height is its font size."""
DESCENT = -200
MAX_CODES = 0xFFFF
_RANGE_SIZE = 100
"""Entries of one bfchar block (Adobe Technical Note 5014)."""

_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_CMAP_TAIL = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"


class Glyphless:
    """Gives every character of a file a code, in the order of their first appearance."""

    def __init__(self) -> None:
        """Begin without characters; code 0 stays unused, it is .notdef."""
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """Return the two-byte codes of a text.

        Raises:
            Impossible: the file has more different characters than Unicode's first plane.
        """
        codes = [self._codes.setdefault(character, len(self._codes) + 1) for character in text]
        if len(self._codes) > MAX_CODES:
            raise Impossible("more characters than codes")
        return b"".join(code.to_bytes(2, "big") for code in codes)

    def write(self, pdf: pikepdf.Pdf, font: pikepdf.Object) -> None:
        """Complete the font dictionary that the pages refer to.

        Args:
            pdf: the file.
            font: an indirect dictionary of it.
        """
        program = font_program()
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + NAME),
            Flags=5,
            FontBBox=Array([0, DESCENT, ADVANCE, ASCENT]),
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=ASCENT,
            StemV=80,
            FontFile2=_deflated(pdf, program, Length1=len(program)),
        )
        gids = b"\x00\x00" + b"\x00\x01" * len(self._codes)
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + NAME),
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            DW=ADVANCE,
            CIDToGIDMap=_deflated(pdf, gids),
            FontDescriptor=pdf.make_indirect(descriptor),
        )
        font.Type, font.Subtype, font.BaseFont = Name.Font, Name.Type0, Name("/" + NAME)
        font.Encoding = Name("/Identity-H")
        font.DescendantFonts = Array([pdf.make_indirect(descendant)])
        font.ToUnicode = _deflated(pdf, self._to_unicode())

    def _to_unicode(self) -> bytes:
        """Write the map from codes to Unicode (ISO 32000-1, 9.10.3)."""
        entries = [
            f"<{code:04X}> <{character.encode('utf-16-be').hex().upper()}>" for character, code in self._codes.items()
        ]
        blocks = [entries[start : start + _RANGE_SIZE] for start in range(0, len(entries), _RANGE_SIZE)]
        body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        return _CMAP_HEAD + body.encode("ascii") + _CMAP_TAIL


@lru_cache(maxsize=1)
def font_program() -> bytes:
    """Build the TrueType font: .notdef and one glyph without ink, the same bytes every time."""
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "blank": _line_without_area()})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    buffer = io.BytesIO()
    builder.save(buffer)
    return buffer.getvalue()


def _line_without_area() -> Glyph:
    """Draw a glyph that has no ink and fills its box: pdfium drops text of no extent, all of it on a turned page."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE // 2, (ASCENT + DESCENT) // 2))
    pen.lineTo((ADVANCE, ASCENT))
    pen.closePath()
    return pen.glyph()


def _deflated(pdf: pikepdf.Pdf, data: bytes, **entries: int) -> pikepdf.Object:
    """Make a compressed stream."""
    return pdf.make_indirect(pikepdf.Stream(pdf, zlib.compress(data, 9), Filter=Name.FlateDecode, **entries))
