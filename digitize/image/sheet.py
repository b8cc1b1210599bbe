"""A page as the scan holds it: the meeting point of reading and archiving."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name

from digitize.errors import Impossible


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """The compressed picture of a sheet, as it will stand in the archive file."""

    data: bytes
    """The stream as it is, still compressed."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    filter: str
    """PDF name without the slash: ``DCTDecode``, ``CCITTFaxDecode``, ``JBIG2Decode``, ``FlateDecode``,
    ``JPXDecode``."""
    colour_space: str
    """``DeviceGray``, ``DeviceRGB``, ``DeviceCMYK``, ``Indexed`` or ``ICCBased``."""
    bits: int
    """Per component: 1, 2, 4, 8 or 16."""
    decode_parms: tuple[tuple[str, int], ...] = ()
    """Of the filter, sorted by name: ``(("BlackIs1", 0), ("Columns", 2480), ("K", -1))``."""
    palette: bytes = b""
    """RGB triples, for ``Indexed`` only."""
    icc: bytes = b""
    """The profile, for ``ICCBased`` only."""
    globals: bytes = b""
    """JBIG2 global segments, if any."""
    inverted: bool = False
    """The decode array turns 0 into white (bilevel) or swaps light and dark (Adobe CMYK)."""
    deflated: bool = False
    """The scanner wrapped the stream once more in Flate, as some do with JPEG; it stays wrapped."""

    def plain_data(self) -> bytes:
        """The stream under its own filter only."""
        return zlib.decompress(self.data) if self.deflated else self.data

    @property
    def components(self) -> int:
        """Samples of one pixel.

        Raises:
            Impossible: the profile is for a number of samples that intake lets nobody have.
        """
        if self.colour_space == "ICCBased":
            return _ICC_COMPONENTS[self.icc[16:20]]
        try:
            return _COMPONENTS[self.colour_space]
        except KeyError as error:
            raise Impossible(f"colour space {self.colour_space} passed intake") from error


class Blend(StrEnum):
    """How a layer changes what lies below it (ISO 32000-1, table 136)."""

    NORMAL = "Normal"
    """Covers."""
    MULTIPLY = "Multiply"
    """Darkens; white changes nothing."""
    SCREEN = "Screen"
    """Lightens; black changes nothing."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture that stands on the sheet's: a piece of the scan as its scanner stored it, or a mark drawn over it."""

    image: EncodedImage
    blend: Blend
    place: tuple[float, float, float, float, float, float]
    """Matrix from the layer's unit square to the unit square of the sheet's picture."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a scan, decoded once."""

    number: int
    """1-based."""
    pixels: NDArray[np.uint8]
    """(height, width) gray or (height, width, 3) BGR; as stored, before any turn."""
    dpi: int
    """Dots per inch stated by the file, else inferred from the paper size; at least 1."""
    turned: int
    """Clockwise degrees by which the container asks to turn the picture (PDF /Rotate, EXIF): 0, 90, 180, 270."""
    width_pt: float
    """Width of the stored picture on paper, before any turn: 1/72 inch."""
    height_pt: float
    """Height of the stored picture on paper, before any turn: 1/72 inch."""
    image: EncodedImage
    """What the archive file carries; blank paper where the scanner stored the page in pieces."""
    layers: tuple[Layer, ...] = ()
    """Such pieces, and what was drawn over the scan, in the order of painting; ``pixels`` already show it."""
    pieces: int = 0
    """So many of the layers, the first ones, are pieces of the scan."""
    turn_is_told: bool = False
    """A person has set ``turned``: nothing turns the sheet further."""


_COMPONENTS = {"DeviceGray": 1, "DeviceRGB": 3, "DeviceCMYK": 4, "Indexed": 1}
_ICC_COMPONENTS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}
_BOOLEAN_PARMS = frozenset({"BlackIs1", "EncodedByteAlign", "EndOfBlock", "EndOfLine"})
"""Parameters of CCITTFaxDecode that PDF writes as true and false (ISO 32000-1, table 11)."""


def image_xobject(
    pdf: pikepdf.Pdf, image: EncodedImage, icc: pikepdf.Object | None = None, symbols: pikepdf.Object | None = None
) -> pikepdf.Stream:
    """Write an encoded picture into a PDF as an image XObject, its stream byte for byte.

    Args:
        pdf: where it goes.
        image: the picture.
        icc: a profile stream of that PDF which holds ``image.icc``, to be shared by many pages; None makes a new one.
        symbols: a stream of that PDF which holds ``image.globals``, to be shared likewise.
    """
    xobject = pikepdf.Stream(pdf, image.data)
    xobject.Type, xobject.Subtype = Name.XObject, Name.Image
    xobject.Width, xobject.Height = image.width, image.height
    xobject.ColorSpace = _colour_space(pdf, image, icc)
    xobject.BitsPerComponent = image.bits
    if image.inverted:
        xobject.Decode = Array([1, 0] * image.components)
    names = [Name.FlateDecode] * image.deflated + [Name("/" + image.filter)]
    xobject.Filter = names[0] if len(names) == 1 else Array(names)
    parms = _decode_parms(pdf, image, symbols)
    if parms is not None:
        xobject.DecodeParms = Array([None, parms]) if image.deflated else parms
    return xobject


def lay_on_page(
    page: pikepdf.Page,
    matrix: tuple[float, ...],
    picture: pikepdf.Object,
    layers: Sequence[tuple[Layer, pikepdf.Object]],
) -> bytes:
    """Enter a picture and its layers into the resources of a page.

    Args:
        page: where they go; its resources are made anew.
        matrix: from the picture's unit square to the page.
        picture: the image XObject.
        layers: each with its image XObject, in the order of painting.

    Returns:
        The content that paints them.
    """
    page.obj.Resources = Dictionary(XObject=Dictionary(Im=picture))
    blends = sorted({layer.blend for layer, _ in layers} - {Blend.NORMAL})
    if blends:
        states = {f"/{blend}": Dictionary(Type=Name.ExtGState, BM=Name(f"/{blend}")) for blend in blends}
        page.obj.Resources.ExtGState = Dictionary(states)
        page.obj.Group = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceRGB)
    content = f"q {_numbers(matrix)} cm /Im Do"
    for number, (layer, xobject) in enumerate(layers, start=1):
        page.obj.Resources.XObject[f"/L{number}"] = xobject
        state = "" if layer.blend is Blend.NORMAL else f"/{layer.blend} gs "
        content += f" q {state}{_numbers(layer.place)} cm /L{number} Do Q"
    return f"{content} Q\n".encode()


def _numbers(matrix: tuple[float, ...]) -> str:
    """Write the operands of ``cm``; a hundred-thousandth of a page is less than a point of any scan."""
    return " ".join(f"{round(value, 6):.6f}".rstrip("0").rstrip(".") for value in matrix)


def _colour_space(pdf: pikepdf.Pdf, image: EncodedImage, icc: pikepdf.Object | None) -> pikepdf.Object:
    """Return the value of /ColorSpace."""
    if image.colour_space == "Indexed":
        highest = len(image.palette) // 3 - 1
        return Array([Name.Indexed, Name.DeviceRGB, highest, pikepdf.String(image.palette)])
    if image.colour_space == "ICCBased":
        profile = icc if icc is not None else icc_profile(pdf, image)
        return Array([Name.ICCBased, profile])
    return Name("/" + image.colour_space)


def icc_profile(pdf: pikepdf.Pdf, image: EncodedImage) -> pikepdf.Object:
    """Write the picture's colour profile into a PDF as an indirect stream."""
    return pdf.make_indirect(pikepdf.Stream(pdf, image.icc, N=image.components))


def jbig2_symbols(pdf: pikepdf.Pdf, image: EncodedImage) -> pikepdf.Object:
    """Write the segments that JBIG2 pictures share into a PDF as an indirect stream."""
    return pdf.make_indirect(pikepdf.Stream(pdf, image.globals))


def _decode_parms(pdf: pikepdf.Pdf, image: EncodedImage, symbols: pikepdf.Object | None) -> pikepdf.Dictionary | None:
    """Return the value of /DecodeParms, None where the filter needs none."""
    parms = Dictionary()
    for name, value in image.decode_parms:
        parms["/" + name] = bool(value) if name in _BOOLEAN_PARMS else value
    if image.globals:
        parms.JBIG2Globals = symbols if symbols is not None else jbig2_symbols(pdf, image)
    return parms if len(parms) else None
