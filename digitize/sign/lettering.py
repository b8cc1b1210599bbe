"""A Times-metric face, cut down to the letters that a block needs and embedded so that PDF/A-2b stays satisfied.

pyHanko's own text stamp states glyph widths that differ from the embedded program (ISO 19005-2 §6.2.11.5), so the
font dictionary is built here: a Type 0 font with Identity-H, its widths read from the very subset that is embedded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from digitize.errors import InvalidInput
from digitize.sign.rules import signing_rules
from digitize.typeface import face_program, parsed

ALWAYS = frozenset("0123456789-+:T ")
"""Characters of every block: with them the subset of a name is the same all day and made only once."""


@dataclass(frozen=True, slots=True)
class Face:
    """A subset of the face, ready to be embedded."""

    name: str
    """PostScript name with the six-letter subset tag (ISO 32000-1 §9.6.4)."""
    program: bytes
    """TrueType program of the subset."""
    glyphs: dict[str, int]
    """Glyph of each character in the subset."""
    widths: tuple[int, ...]
    """Advance of each glyph, thousandths of the font size."""
    bounds: tuple[int, int, int, int]
    """Left, bottom, right, top of all glyphs, thousandths of the font size."""
    ascent: int
    """Thousandths of the font size."""
    descent: int
    """Thousandths of the font size; negative."""

    def width(self, text: str) -> float:
        """Return the length of a text in font sizes.

        Raises:
            InvalidInput: the face has no glyph for one of the characters.
        """
        return sum(self.widths[self.glyph(character)] for character in text) / 1000

    def glyph(self, character: str) -> int:
        """Return the glyph of a character.

        Raises:
            InvalidInput: the face has none.
        """
        found = self.glyphs.get(character)
        if found is None:
            raise InvalidInput(f"không in được ký tự “{character}” (U+{ord(character):04X}) trong khung chữ ký")
        return found

    def show(self, text: str) -> bytes:
        """Return the operand of ``Tj`` for a text."""
        return b"<" + b"".join(b"%04X" % self.glyph(character) for character in text) + b">"


def face_for(text: str) -> Face:
    """Return the subset that can show a text."""
    return _subset("".join(sorted(ALWAYS | set(text))))


def embed(face: Face, writer: BasePdfFileWriter) -> generic.IndirectObject:
    """Write a face into a revision and return the font dictionary."""
    name = pdf_name(f"/{face.name}")
    program = _stream({"/Length1": generic.NumberObject(len(face.program))}, face.program)
    descriptor = _dictionary(
        {
            "/Type": pdf_name("/FontDescriptor"),
            "/FontName": name,
            "/Flags": generic.NumberObject(4),  # symbolic: its glyphs are reached by number, not by name
            "/FontBBox": _numbers(face.bounds),
            "/ItalicAngle": generic.NumberObject(0),
            "/Ascent": generic.NumberObject(face.ascent),
            "/Descent": generic.NumberObject(face.descent),
            "/CapHeight": generic.NumberObject(face.ascent),
            "/StemV": generic.NumberObject(80),
            "/FontFile2": writer.add_object(program),
        }
    )
    descendant = _dictionary(
        {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/CIDFontType2"),
            "/BaseFont": name,
            "/CIDSystemInfo": _dictionary(
                {
                    "/Registry": generic.pdf_string("Adobe"),
                    "/Ordering": generic.pdf_string("Identity"),
                    "/Supplement": generic.NumberObject(0),
                }
            ),
            "/CIDToGIDMap": pdf_name("/Identity"),
            "/DW": generic.NumberObject(0),
            "/W": generic.ArrayObject([generic.NumberObject(0), _numbers(face.widths)]),
            "/FontDescriptor": writer.add_object(descriptor),
        }
    )
    font = _dictionary(
        {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/Type0"),
            "/BaseFont": name,
            "/Encoding": pdf_name("/Identity-H"),
            "/DescendantFonts": generic.ArrayObject([writer.add_object(descendant)]),
            "/ToUnicode": writer.add_object(_stream({}, _to_unicode(face))),
        }
    )
    return writer.add_object(font)


@lru_cache(maxsize=512)
def _subset(characters: str) -> Face:
    """Cut the face down; a worker that seals a batch for one office does it once."""
    options = subset.Options(
        layout_features=[],
        name_IDs=[],
        hinting=False,
        notdef_outline=True,
        drop_tables=["GSUB", "GPOS", "kern", "FFTM"],
    )
    font = parsed(face_program(signing_rules().lettering.font))
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    program = BytesIO()
    font.save(program, reorderTables=False)
    return _face(font, program.getvalue(), characters)


def _face(font: TTFont, program: bytes, characters: str) -> Face:
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    cmap = font.getBestCmap()
    head, hhea, advances = font["head"], font["hhea"], font["hmtx"].metrics
    tag = "".join(chr(ord("A") + byte % 26) for byte in sha256(characters.encode()).digest()[:6])
    return Face(
        name=f"{tag}+LiberationSerif",
        program=program,
        glyphs={chr(code): order.index(glyph) for code, glyph in cmap.items()},
        widths=tuple(round(advances[glyph][0] * scale) for glyph in order),
        bounds=(
            round(head.xMin * scale),
            round(head.yMin * scale),
            round(head.xMax * scale),
            round(head.yMax * scale),
        ),
        ascent=round(hhea.ascent * scale),
        descent=round(hhea.descent * scale),
    )


def _to_unicode(face: Face) -> bytes:
    """Return the CMap by which a reader copies and searches the block (ISO 32000-1 §9.10.3)."""
    pairs = sorted((glyph, character) for character, glyph in face.glyphs.items())
    rows = [b"<%04X> <%s>" % (glyph, character.encode("utf-16-be").hex().encode()) for glyph, character in pairs]
    blocks = [
        b"%d beginbfchar\n%s\nendbfchar" % (len(rows[at : at + 100]), b"\n".join(rows[at : at + 100]))
        for at in range(0, len(rows), 100)
    ]
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + b"\n".join(blocks)
        + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )


def _dictionary(entries: dict[str, Any]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})


def _stream(entries: dict[str, Any], data: bytes) -> generic.StreamObject:
    stream = generic.StreamObject({pdf_name(key): value for key, value in entries.items()}, stream_data=data)
    stream.compress()
    return stream


def _numbers(values: tuple[int, ...]) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(value) for value in values])
