"""Papers to sign: a small PDF with everything in it that a forger likes to touch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO

import pikepdf

TEXT = b"BT /F1 24 Tf 72 700 Td (So tien: 1 000 000 dong) Tj ET q 100 0 0 100 72 400 cm /Im1 Do Q /OC /Layer BDC EMC"
CATALOG, PAGES, PAGE, SECOND_PAGE, CONTENT, FONT, IMAGE, LAYER, FORM, AMOUNT, BOX, SIG, SIG2, INFO, LINK, LOOK = range(
    1, 17
)
"""Object numbers."""

METADATA = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Giay</rdf:li>'
    b'</rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object's body."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


@cache
def objects() -> Mapping[int, bytes]:
    """Return the objects of the paper."""
    boxed = b"/BBox [0 0 200 20] /Type /XObject /Subtype /Form /Resources << /Font << /F1 6 0 R >> >>"
    return {
        CATALOG: b"<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R /OCProperties << /OCGs [8 0 R] /D << /ON [8 0 R] "
        b"/Order [8 0 R] >> >> /Lang (vi) >>",
        PAGES: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 6 0 R "
        b">> /XObject << /Im1 7 0 R >> /Properties << /Layer 8 0 R >> >> /Annots [10 0 R 11 0 R 12 0 R 13 0 R 15 0 R] "
        b">>",
        SECOND_PAGE: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 "
        b"6 0 R >> /XObject << /Im1 7 0 R >> /Properties << /Layer 8 0 R >> >> >>",
        CONTENT: stream(TEXT),
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        IMAGE: stream(
            b"\x00\x7f\xff\x20",
            b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8",
        ),
        LAYER: b"<< /Type /OCG /Name (Lop) >>",
        FORM: b"<< /Fields [10 0 R 11 0 R 12 0 R 13 0 R] /DR << /Font << /F1 6 0 R >> >> /DA (/F1 10 Tf 0 g) "
        b"/SigFlags 3 >>",
        AMOUNT: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Amount) /V (100) /Rect [72 600 272 620] /P 3 0 R /F 4 "
        b"/DA (/F1 10 Tf 0 g) /AP << /N 16 0 R >> >>",
        BOX: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Note) /Rect [72 560 272 580] /P 3 0 R /F 4 "
        b"/DA (/F1 10 Tf 0 g) >>",
        SIG: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sig1) /Rect [0 0 0 0] /P 3 0 R /F 132 >>",
        SIG2: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sig2) /Rect [0 0 0 0] /P 3 0 R /F 132 >>",
        INFO: b"<< /Title (Giay) /Producer (thu) >>",
        LINK: b"<< /Type /Annot /Subtype /Link /Rect [300 300 400 320] /Border [0 0 0] /A << /S /URI "
        b"/URI (https://example.vn/) >> >>",
        LOOK: stream(b"BT /F1 10 Tf 2 5 Td (100) Tj ET", boxed),
    }


def written(body: Mapping[int, bytes], version: bytes = b"1.7", trailer: bytes = b"/Info 14 0 R") -> bytes:
    """Return a file of one revision with a classical cross-reference table."""
    made = bytearray(b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, content in sorted(body.items()):
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return bytes(made) + cross_references(places, len(made), trailer, size=max(body) + 1, free=True)


def cross_references(
    places: Mapping[int, int], at: int, trailer: bytes, *, size: int, free: bool = False, root: bytes = b"1 0 R"
) -> bytes:
    """Return table, trailer and end mark."""
    rows = b"xref\n" + (b"0 1\n0000000000 65535 f \n" if free else b"")
    if not places:
        rows += b"0 0\n"
    for number, place in sorted(places.items()):
        rows += b"%d 1\n%010d 00000 n \n" % (number, place)
    rows += b"trailer\n<< /Size %d /Root %s %s >>\n" % (size, root, trailer)
    return rows + b"startxref\n%d\n%%%%EOF\n" % at


@cache
def paper() -> bytes:
    """Return the paper as PDF 1.7."""
    return written(objects())


@cache
def dressed(how: str) -> bytes:
    """Return the paper written another way: ``object streams``, ``linearised``, ``encrypted``, ``pdf 2.0``."""
    saved = BytesIO()
    with pikepdf.open(BytesIO(paper())) as pdf:
        if how == "object streams":
            pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.5")
        elif how == "linearised":
            pdf.save(saved, linearize=True)
        elif how == "encrypted":
            pdf.save(saved, encryption=pikepdf.Encryption(owner="chu", user="", R=6))
        elif how == "encrypted of old":
            pdf.save(saved, encryption=pikepdf.Encryption(owner="chu", user="", R=4, aes=True))
        elif how == "pdf 2.0":
            pdf.save(saved, force_version="2.0")
        else:
            pdf.make_stream(METADATA)
            pdf.Root.Metadata = pdf.make_stream(
                METADATA, {"/Type": pikepdf.Name.Metadata, "/Subtype": pikepdf.Name.XML}
            )
            pdf.save(saved)
    return saved.getvalue()


def update(pdf: bytes, changed: Mapping[int, bytes], trailer: bytes = b"", *, root: bytes = b"1 0 R") -> bytes:
    """Append an incremental update by hand."""
    previous = int(pdf[pdf.rfind(b"startxref") + 9 :].split()[0])
    size = max(_size(pdf), *changed, 0) + 1
    made = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    places = {}
    for number, content in changed.items():
        places[number] = len(made)
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    entries = b"/Prev %d %s" % (previous, trailer or b"/Info 14 0 R")
    return bytes(made) + cross_references(places, len(made), entries, size=size, root=root)


def _size(pdf: bytes) -> int:
    at = pdf.rfind(b"/Size")
    return int(pdf[at + 5 :].split()[0].rstrip(b"/>"))


@cache
def hybrid() -> bytes:
    """Return the paper as word processors write it: some objects only in a stream that the table points to."""
    hidden = b"<< /Type /Catalog /Hidden true >>"
    packed = b"900 0 " + hidden
    made = bytearray(paper())
    holder = len(made)
    made += b"898 0 obj\n" + stream(packed, b"/Type /ObjStm /N 1 /First 6") + b"\nendobj\n"
    table = len(made)
    rows = b"".join(
        kind.to_bytes(1) + place.to_bytes(4) + extra.to_bytes(2)
        for kind, place, extra in ((1, holder, 0), (1, table, 0), (2, 898, 0))
    )
    entries = b"/Type /XRef /Size 901 /W [1 4 2] /Index [898 3] /Root 1 0 R"
    made += b"899 0 obj\n" + stream(rows, entries) + b"\nendobj\n"
    previous = int(paper()[paper().rfind(b"startxref") + 9 :].split()[0])
    at = len(made)
    made += b"xref\n0 0\ntrailer\n<< /Size 901 /Root 1 0 R /Info 14 0 R /Prev %d /XRefStm %d >>\n" % (previous, table)
    return bytes(made) + b"startxref\n%d\n%%%%EOF\n" % at
