"""Pages to measure with: a folder of the reader's own, or 300 dpi colour scans by the project's specimen generator."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from digitize.image.encoding import bilevel
from digitize.image.jpeg_header import jpeg_header
from digitize.image.sheet import image_xobject
from workers.demo.specimens import Conditions, kinds, render

DPI = 300
CONDITIONS = Conditions(media="image/jpeg", mode="colour", dpi=DPI, skew_degrees=0.8, noise=4.0, shade=0.06)
"""An ordinary office scanner: colour, slightly crooked paper, some noise, a seal over the signature."""


def jpeg_pages(count: int, folder: Path | None) -> list[bytes]:
    """Return JPEG pages: the first files of a folder, or specimens of different kinds."""
    if folder is not None:
        return [path.read_bytes() for path in sorted(folder.glob("*.jp*g"))[:count]]
    codes = kinds()
    return [render(codes[index % len(codes)], 700 + index, CONDITIONS).data for index in range(count)]


def as_pdf(pages: list[bytes]) -> bytes:
    """Wrap JPEG pages as a scanner does: one picture a page, covering it."""
    pdf = pikepdf.new()
    for data in pages:
        header = jpeg_header(data)
        if header is None:
            raise SystemExit("a page is no JPEG")
        width, height = header.width * 72 / DPI, header.height * 72 / DPI
        pdf.add_blank_page(page_size=(width, height))
        space = Name.DeviceGray if header.components == 1 else Name.DeviceRGB
        picture = pikepdf.Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
        picture.Width, picture.Height = header.width, header.height
        picture.BitsPerComponent, picture.ColorSpace = 8, space
        page = pdf.pages[-1]
        page.obj.MediaBox = Array([0, 0, width, height])
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=pdf.make_indirect(picture)))
        page.obj.Contents = pikepdf.Stream(pdf, f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode())
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def as_fax(pages: list[bytes], rows: int = 0) -> bytes:
    """Wrap pages as a black and white scanner does: CCITT Group 4, in strips of some rows or in one (0)."""
    pdf = pikepdf.new()
    for data in pages:
        page = Image.open(io.BytesIO(data)).convert("L").point([0] * 160 + [255] * 96, "1")
        width, height = page.width * 72 / DPI, page.height * 72 / DPI
        pdf.add_blank_page(page_size=(width, height))
        pdf.pages[-1].obj.MediaBox = Array([0, 0, width, height])
        pictures, content = Dictionary(), ""
        for top in range(0, page.height, rows or page.height):
            bottom = min(top + (rows or page.height), page.height)
            strip = image_xobject(pdf, bilevel(page.crop((0, top, page.width, bottom))))
            pictures[f"/Im{top}"] = pdf.make_indirect(strip)
            place = f"{width} 0 0 {(bottom - top) * 72 / DPI} 0 {(page.height - bottom) * 72 / DPI}"
            content += f"q {place} cm /Im{top} Do Q\n"
        pdf.pages[-1].obj.Resources = Dictionary(XObject=pictures)
        pdf.pages[-1].obj.Contents = pikepdf.Stream(pdf, content.encode())
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def stamped(scan: bytes) -> bytes:
    """Draw a red frame with the day of arrival over every page, each with a number of its own."""
    pdf = pikepdf.open(io.BytesIO(scan))
    for number, page in enumerate(pdf.pages, 8256):
        page.obj.Resources.Font = Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        frame = "0.8 0.1 0.1 rg 0.8 0.1 0.1 RG 2 w 30 780 230 45 re S"
        text = f"BT /F1 14 Tf 40 798 Td (CONG VAN DEN  So: {number}) Tj ET"
        page.contents_add(f"{frame} {text}".encode())
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()
