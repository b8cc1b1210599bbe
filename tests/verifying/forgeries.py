"""Changes that a forger appends to a signed paper, by the objects that they write."""

from __future__ import annotations

from collections.abc import Mapping

from tests.verifying import papers
from tests.verifying.papers import objects, stream

O = objects()  # noqa: E741 - the paper's objects, in tables that would be unreadable otherwise
COVER = b"q 1 1 1 rg 0 0 595 842 re f Q BT /F1 24 Tf 72 700 Td (So tien: 9 000 000 dong) Tj ET"
NEW, NEWER = 901, 902

_LOOK = stream(b"1 0 0 rg 0 0 595 842 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")


def _swap(number: int, old: bytes, new: bytes) -> bytes:
    assert old in O[number], (number, old)
    return O[number].replace(old, new)


def _annotation(
    kind: bytes, more: bytes = b"/AP << /N 902 0 R >>", box: bytes = b"[60 690 400 730]"
) -> Mapping[int, bytes]:
    return {
        papers.PAGE: _swap(papers.PAGE, b"15 0 R]", b"15 0 R 901 0 R]"),
        NEW: b"<< /Type /Annot /Subtype /%s /Rect %s /F 4 /Contents (x) %s >>" % (kind, box, more),
        NEWER: _LOOK,
    }


CONTENT: Mapping[str, Mapping[int, bytes]] = {
    "the text of the page is replaced": {papers.CONTENT: stream(COVER)},
    "the text gets a second stream": {
        papers.PAGE: _swap(papers.PAGE, b"/Contents 5 0 R", b"/Contents [5 0 R 901 0 R]"),
        NEW: stream(COVER),
    },
    "the page points to other text": {
        papers.PAGE: _swap(papers.PAGE, b"/Contents 5 0 R", b"/Contents 901 0 R"),
        NEW: stream(COVER),
    },
    "the text is emptied": {papers.CONTENT: stream(b"")},
    "the font is replaced": {papers.FONT: O[papers.FONT].replace(b"/Helvetica", b"/Symbol")},
    "the font's encoding is replaced": {
        papers.FONT: _swap(papers.FONT, b"/WinAnsiEncoding", b"<< /Type /Encoding /Differences [49 /nine] >>")
    },
    "the page uses another font": {
        papers.PAGE: _swap(papers.PAGE, b"/F1 6 0 R", b"/F1 901 0 R"),
        NEW: _swap(papers.FONT, b"Helvetica", b"Courier"),
    },
    "the image is replaced": {papers.IMAGE: O[papers.IMAGE].replace(b"\x00\x7f\xff\x20", b"\xff\xff\xff\xff")},
    "the image gets a mask": {
        papers.IMAGE: _swap(papers.IMAGE, b"/Width 2", b"/SMask 901 0 R /Width 2"),
        NEW: O[papers.IMAGE],
    },
    "the layer is hidden": {papers.CATALOG: _swap(papers.CATALOG, b"/ON [8 0 R]", b"/OFF [8 0 R]")},
    "the layer is renamed": {papers.LAYER: _swap(papers.LAYER, b"(Lop)", b"(Khac)")},
    "a page is added": {
        papers.PAGES: b"<< /Type /Pages /Kids [3 0 R 4 0 R 901 0 R] /Count 3 >>",
        NEW: O[papers.SECOND_PAGE],
    },
    "a page is removed": {papers.PAGES: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"},
    "the pages are reordered": {papers.PAGES: b"<< /Type /Pages /Kids [4 0 R 3 0 R] /Count 2 >>"},
    "a page is replaced": {
        papers.PAGES: b"<< /Type /Pages /Kids [901 0 R 4 0 R] /Count 2 >>",
        NEW: _swap(papers.PAGE, b"/Contents 5 0 R", b"/Contents 902 0 R"),
        NEWER: stream(COVER),
    },
    "the page tree is replaced": {
        papers.CATALOG: _swap(papers.CATALOG, b"/Pages 2 0 R", b"/Pages 901 0 R"),
        NEW: b"<< /Type /Pages /Kids [902 0 R] /Count 1 >>",
        NEWER: b"<< /Type /Page /Parent 901 0 R /MediaBox [0 0 595 842] /Contents 5 0 R >>",
    },
    "the page is cropped": {papers.PAGE: _swap(papers.PAGE, b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 595 600]")},
    "the page gets a crop box": {
        papers.PAGE: _swap(papers.PAGE, b"/Parent 2 0 R", b"/Parent 2 0 R /CropBox [0 0 9 9]")
    },
    "the page is turned": {papers.PAGE: _swap(papers.PAGE, b"/Parent 2 0 R", b"/Parent 2 0 R /Rotate 180")},
    "the page gets a unit": {papers.PAGE: _swap(papers.PAGE, b"/Parent 2 0 R", b"/Parent 2 0 R /UserUnit 9")},
    "the page acts when opened": {
        papers.PAGE: _swap(papers.PAGE, b"/Parent 2 0 R", b"/Parent 2 0 R /AA << /O << /S /JavaScript /JS (1) >> >>")
    },
    "a script runs at opening": {
        papers.CATALOG: _swap(
            papers.CATALOG, b"/Lang", b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Lang"
        )
    },
    "scripts are named": {
        papers.CATALOG: _swap(papers.CATALOG, b"/Lang", b"/Names << /JavaScript << /Names [(a) 901 0 R] >> >> /Lang"),
        NEW: b"<< /S /JavaScript /JS (1) >>",
    },
    "a file is attached": {
        papers.CATALOG: _swap(
            papers.CATALOG, b"/Lang", b"/Names << /EmbeddedFiles << /Names [(a) 901 0 R] >> >> /Lang"
        ),
        NEW: b"<< /Type /Filespec /F (a.txt) >>",
    },
    "a dynamic form is added": {
        papers.FORM: _swap(papers.FORM, b"/SigFlags 3", b"/XFA 901 0 R /SigFlags 3"),
        NEW: stream(b"<xdp/>"),
    },
    "the viewer is told otherwise": {
        papers.CATALOG: _swap(papers.CATALOG, b"/Lang", b"/ViewerPreferences << /HideToolbar true >> /Lang")
    },
    "the language changes": {papers.CATALOG: _swap(papers.CATALOG, b"(vi)", b"(en)")},
    "the catalog is another": {papers.CATALOG: b"<< /Type /Catalog /Pages 2 0 R >>"},
    "the form is gone": {papers.CATALOG: _swap(papers.CATALOG, b"/AcroForm 9 0 R ", b"")},
    "the link leads elsewhere": {papers.LINK: _swap(papers.LINK, b"https://example.vn/", b"https://evil.example/")},
    "a link moves": {papers.LINK: _swap(papers.LINK, b"[300 300 400 320]", b"[0 0 595 842]")},
    "an annotation is gone": {papers.PAGE: _swap(papers.PAGE, b" 15 0 R]", b"]")},
    "free text lies over the page": _annotation(b"FreeText"),
    "a stamp lies over the page": _annotation(b"Stamp"),
    "a rectangle lies over the page": _annotation(b"Square", b"/IC [1 1 1] /C [1 1 1]"),
    "a drawing lies over the page": _annotation(b"Ink", b"/InkList [[60 690 400 730]] /BS << /W 40 >> /C [1 1 1]"),
    "a line lies over the page": _annotation(b"Line", b"/L [60 700 400 700] /BS << /W 40 >> /C [1 1 1]"),
    "a redaction lies over the page": _annotation(b"Redact"),
    "a link is added": _annotation(b"Link", b"/A << /S /URI /URI (https://evil.example/) >>"),
    "a watermark is added": _annotation(b"Watermark"),
    "a file annotation is added": _annotation(b"FileAttachment"),
    "a movie is added": _annotation(b"Screen"),
    "an unknown annotation is added": _annotation(b"Unheard"),
    "a lone widget is added": _annotation(b"Widget"),
    "a note that acts is added": _annotation(b"Text", b"/A << /S /JavaScript /JS (1) >>"),
    "a text field is added": {
        **_annotation(b"Widget", b"/FT /Tx /T (Extra) /V (9) /AP << /N 902 0 R >>"),
        papers.FORM: _swap(papers.FORM, b"13 0 R]", b"13 0 R 901 0 R]"),
    },
    "a field is removed": {papers.FORM: _swap(papers.FORM, b"[10 0 R ", b"[")},
    "a field moves": {papers.AMOUNT: _swap(papers.AMOUNT, b"[72 600 272 620]", b"[60 690 400 730]")},
    "a field is renamed": {papers.AMOUNT: _swap(papers.AMOUNT, b"(Amount)", b"(Other)")},
    "a field changes its kind": {papers.AMOUNT: _swap(papers.AMOUNT, b"/FT /Tx", b"/FT /Ch")},
    "a field acts": {papers.AMOUNT: _swap(papers.AMOUNT, b"/F 4", b"/F 4 /AA << /K << /S /JavaScript /JS (1) >> >>")},
}
"""Never permitted, whoever signed."""

FILLING: Mapping[str, Mapping[int, bytes]] = {
    "a value is changed": {papers.AMOUNT: _swap(papers.AMOUNT, b"(100)", b"(900)")},
    "a value and its look are changed": {
        papers.AMOUNT: _swap(papers.AMOUNT, b"(100)", b"(900)").replace(b"16 0 R", b"901 0 R"),
        NEW: O[papers.LOOK].replace(b"(100)", b"(900)"),
    },
    "a look is changed in place": {papers.LOOK: O[papers.LOOK].replace(b"(100)", b"(900)")},
    "a look is exchanged": {
        papers.AMOUNT: _swap(papers.AMOUNT, b"16 0 R", b"901 0 R"),
        NEW: O[papers.LOOK].replace(b"(100)", b"(900)"),
    },
    "an empty field is filled": {papers.BOX: _swap(papers.BOX, b"/T (Note)", b"/T (Note) /V (xong)")},
    "a value is erased": {papers.AMOUNT: _swap(papers.AMOUNT, b"/V (100) ", b"")},
    "a field is hidden": {papers.AMOUNT: _swap(papers.AMOUNT, b"/F 4", b"/F 2")},
    "a field is written in white": {papers.AMOUNT: _swap(papers.AMOUNT, b"0 g)", b"1 g)")},
}
"""Permitted by a certification of level 2 or 3 alone, but for :data:`FREE`."""

FREE = "an empty field is filled"
"""Of those: permitted after any signature that does not forbid changes."""


def _drawn(look: bytes, font: bytes = b"6 0 R") -> Mapping[int, bytes]:
    resources = b"/Resources << /Font << /F1 %s >> /XObject << /Im1 7 0 R >> >>" % font
    return {
        papers.BOX: _swap(papers.BOX, b"/T (Note)", b"/T (Note) /V (xong) /AP << /N 901 0 R >>"),
        NEW: stream(look, b"/Type /XObject /Subtype /Form /BBox [0 0 200 20] " + resources),
    }


WRITTEN = _drawn(b"/Tx BMC q BT /F1 10 Tf 0 g 2 5 Td (xong) Tj ET Q EMC")
"""An empty field that is filled with text."""

COVERING: Mapping[str, Mapping[int, bytes]] = {
    "with a ground": _drawn(b"1 g 0 0 200 20 re f BT /F1 10 Tf 0 g (xong) Tj ET"),
    "with a broad line": _drawn(b"40 w 1 G 0 0 m 200 0 l S"),
    "with an image": _drawn(b"q 200 0 0 20 0 0 cm /Im1 Do Q"),
    "with letters that are drawings": {
        **_drawn(b"BT /F1 10 Tf (a) Tj ET", b"902 0 R"),
        NEWER: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << >> >>",
    },
}
"""An empty field that is filled so that it may hide what lies below."""

SETTINGS: Mapping[str, Mapping[int, bytes]] = {
    "the form's font is another": {
        papers.FORM: _swap(papers.FORM, b"/F1 6 0 R >>", b"/F1 901 0 R >>"),
        NEW: _swap(papers.FONT, b"Helvetica", b"Symbol"),
    },
    "the form's letters are white": {papers.FORM: _swap(papers.FORM, b"0 g)", b"1 g)")},
    "the form is to be drawn anew": {papers.FORM: _swap(papers.FORM, b"/SigFlags", b"/NeedAppearances true /SigFlags")},
    "the form's fonts are gone": {papers.FORM: _swap(papers.FORM, b"/DR << /Font << /F1 6 0 R >> >> ", b"")},
    "the form is set to the right": {papers.FORM: _swap(papers.FORM, b"/SigFlags", b"/Q 2 /SigFlags")},
    "the title is another": {papers.INFO: _swap(papers.INFO, b"(Giay)", b"(Khac)")},
}
"""What pyHanko lets pass and we do not."""

NOTES: Mapping[str, Mapping[int, bytes]] = {
    "a note": _annotation(b"Text", b"/Name /Comment", b"[500 800 520 820]"),
    "a highlight": _annotation(b"Highlight", b"/QuadPoints [72 720 300 720 72 700 300 700] /C [1 1 0]"),
    "an underline": _annotation(b"Underline", b"/QuadPoints [72 720 300 720 72 700 300 700]"),
    "a note and its window": {
        **_annotation(b"Text", b"/Popup 902 0 R", b"[500 800 520 820]"),
        NEWER: b"<< /Type /Annot /Subtype /Popup /Rect [400 700 500 800] /Parent 901 0 R >>",
    },
}
"""Permitted by a certification of level 3 alone."""
