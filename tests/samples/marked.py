"""Scans over which somebody drew something later: a number, a stamp, a highlight, an annotation."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops

from digitize.image.encoding import bilevel
from tests.samples import scans

Received = Callable[[pikepdf.Pdf, NDArray[np.uint8]], pikepdf.Stream]
"""Makes the image XObject of a page out of its gray or BGR pixels."""


def _two_tones(pixels: NDArray[np.uint8]) -> Image.Image:
    gray = pixels if pixels.ndim == 2 else pixels[..., 1]
    return Image.fromarray(np.where(gray > 140, 255, 0).astype(np.uint8)).convert("1")


def g4(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> pikepdf.Stream:
    """Make a page as most black and white scanners write it: CCITT Group 4."""
    encoded = bilevel(_two_tones(pixels))
    parms = Dictionary(K=-1, Columns=encoded.width, Rows=encoded.height)
    parms.BlackIs1 = bool(dict(encoded.decode_parms)["BlackIs1"])
    entries = {"BitsPerComponent": 1, "ColorSpace": Name.DeviceGray, "DecodeParms": parms}
    size = (encoded.width, encoded.height)
    return scans.picture_object(pdf, encoded.data, size, Filter=Name.CCITTFaxDecode, **entries)


def jbig2(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> pikepdf.Stream:
    """Make a page as JBIG2: one generic region coded by MMR, which is Group 4 with black as 1 (ITU-T T.88, 6.2.6)."""
    encoded = bilevel(ImageChops.invert(_two_tones(pixels)))
    size = struct.pack(">II", encoded.width, encoded.height)
    page = size + struct.pack(">IIBH", 0, 0, 0, 0)
    region = size + struct.pack(">IIB", 0, 0, 0) + b"\x01" + encoded.data
    data = _segment(0, 48, page) + _segment(1, 38, region)
    entries = {"BitsPerComponent": 1, "ColorSpace": Name.DeviceGray, "Filter": Name.JBIG2Decode}
    return scans.picture_object(pdf, data, (encoded.width, encoded.height), **entries)


def _segment(number: int, kind: int, body: bytes) -> bytes:
    """Write a segment of page 1 that refers to no other (T.88, 7.2)."""
    return struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body


def gray_jpeg(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> pikepdf.Stream:
    """Make a page as a gray scanner writes it."""
    return scans.jpeg_object(pdf, np.ascontiguousarray(pixels if pixels.ndim == 2 else pixels[..., 1]))


def colour_jpeg(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8]) -> pikepdf.Stream:
    """Make a page as a colour scanner writes it."""
    return scans.jpeg_object(pdf, pixels if pixels.ndim == 3 else np.dstack([pixels] * 3))


FORMS: Mapping[str, Received] = MappingProxyType(
    {"g4": g4, "jbig2": jbig2, "gray_jpeg": gray_jpeg, "colour_jpeg": colour_jpeg}
)

NUMBER = b"BT /F1 14 Tf 40 800 Td (So den: 8256  Ngay 22/11/2026  Chuyen: Phong Noi vu) Tj ET\n"
FRAME = b"2 w 30 780 420 45 re S\n"
WATERMARK = b"q 0.7 0.7 -0.7 0.7 120 140 cm BT /F1 110 Tf 0 0 Td (BAN SAO Y) Tj ET Q\n"

CONTENTS: Mapping[str, bytes] = MappingProxyType(
    {
        "black number": b"0 g " + NUMBER,
        "red number": b"0.8 0.1 0.1 rg 0.8 0.1 0.1 RG " + NUMBER + FRAME,
        "translucent box": b"/Half gs 1 0.6 0 rg 60 400 400 90 re f\n",
        "highlight": b"/Marker gs 1 1 0 rg 60 640 400 30 re f\n",
        "watermark": b"/Half gs 0.6 0.6 0.6 rg " + WATERMARK,
        "white-out and a number": b"1 g 60 640 200 30 re f 0.1 0.2 0.7 rg " + NUMBER,
        "difference": b"/Odd gs 1 1 1 rg 60 640 200 30 re f\n",
    }
)
"""What is drawn in the content of the page, after the scan."""

ANNOTATION = "annotation"
"""The mark that stands outside the content of the page."""


def marked_page(pdf: pikepdf.Pdf, form: str, mark: str, pixels: NDArray[np.uint8], **entries: object) -> pikepdf.Page:
    """Append a page: a scan received in a form, and a mark of :data:`CONTENTS` or :data:`ANNOTATION` over it."""
    content = scans.covering() + CONTENTS.get(mark, b"")
    page = scans.add_page(pdf, content, {"Im": FORMS[form](pdf, pixels)}, **entries)
    page.obj.Resources.ExtGState = Dictionary(
        Half=Dictionary(ca=0.4), Marker=Dictionary(BM=Name.Multiply), Odd=Dictionary(BM=Name.Difference)
    )
    if mark == ANNOTATION:
        page.obj.Annots = Array([pdf.make_indirect(_stamp(pdf))])
    return page


def marked(form: str, mark: str, pixels: NDArray[np.uint8], **entries: object) -> bytes:
    """Return a file of one such page."""
    pdf = pikepdf.new()
    marked_page(pdf, form, mark, pixels, **entries)
    return scans.written(pdf)


def _stamp(pdf: pikepdf.Pdf) -> Dictionary:
    """Make a round red stamp as a viewer's user puts it on a page, its look deflated."""
    curve = b"1 0 0 RG 5 w 95 50 m 95 75 75 95 50 95 c 25 95 5 75 5 50 c 5 25 25 5 50 5 c 75 5 95 25 95 50 c S"
    entries = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, 100, 100]), "Filter": Name.FlateDecode}
    look = pikepdf.Stream(pdf, zlib.compress(curve), **entries)
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Stamp,
        Rect=Array([300, 150, 400, 250]),
        F=4,
        AP=Dictionary(N=pdf.make_indirect(look)),
    )
