"""The one page of a JPEG or a PNG."""

from __future__ import annotations

import io
import struct
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from digitize.errors import DamagedFile
from digitize.image.decoding import decode
from digitize.image.encoding import lossless, png_chunks, png_stream
from digitize.image.jpeg_header import jpeg_header
from digitize.image.limits import Limits
from digitize.image.paper import paper_of
from digitize.image.scan import Scan
from digitize.image.sheet import EncodedImage, Sheet
from digitize.model import MediaType, Nature

_EXIF_ORIENTATION = 0x0112
_EXIF_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}
"""Orientation (Exif 2.3, 4.6.4) to clockwise degrees; the mirrored ones (2, 4, 5, 7) are no work of a scanner."""

_MIRRORED_BY = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    7: Image.Transpose.TRANSVERSE,
}


def open_jpeg(data: bytes, limits: Limits) -> Scan:
    """Open a JPEG.

    Raises:
        DamagedFile: it ends before its header does, or is of a kind nobody decodes.
        TooManyPixels: it is too large.
    """
    header = jpeg_header(data)
    if header is None:
        raise DamagedFile("ảnh JPEG bị cắt cụt")
    limits.check_pixels(1, header.width, header.height)
    return Scan(MediaType.JPEG, Nature.SCAN, 1, partial(_jpeg_sheet, data))


def open_png(data: bytes, limits: Limits) -> Scan:
    """Open a PNG.

    Raises:
        DamagedFile: it is truncated.
        TooManyPixels: it is too large.
    """
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise DamagedFile("PNG bị cắt cụt")
    width, height = struct.unpack_from(">II", data, 16)
    limits.check_pixels(1, width, height)
    return Scan(MediaType.PNG, Nature.SCAN, 1, partial(_png_sheet, data))


def _jpeg_sheet(data: bytes, number: int) -> Sheet:
    """Carry the JPEG over byte for byte, unless it is CMYK, mirrored or of a kind that PDF does not know."""
    header = jpeg_header(data)
    if header is None:
        raise DamagedFile("ảnh JPEG bị cắt cụt")
    with _opened(data) as picture:
        dpi_x, dpi_y = _stated_dpi(picture)
        orientation = int(picture.getexif().get(_EXIF_ORIENTATION, 1))
        if header.carried and header.components in (1, 3) and orientation not in _MIRRORED_BY:
            colour_space = "DeviceGray" if header.components == 1 else "DeviceRGB"
            image = EncodedImage(data, header.width, header.height, "DCTDecode", colour_space, 8)
            pixels = decode(image)
        else:
            pixels = _pixels(picture, orientation)
            image = lossless(pixels)
    paper = paper_of(image.width, image.height, dpi_x, dpi_y)
    turned = _EXIF_TURNS.get(orientation, 0)
    return Sheet(number, pixels, paper.dpi, turned, paper.width_pt, paper.height_pt, image)


def _png_sheet(data: bytes, number: int) -> Sheet:
    """Carry the deflate stream over, unless it is interlaced or has transparency, which paper has not."""
    kinds = dict(png_chunks(data))
    with _opened(data) as picture:
        dpi_x, dpi_y = _stated_dpi(picture)
        colour, interlaced = data[25], data[28]
        if colour in (0, 2, 3) and not interlaced and b"tRNS" not in kinds and b"IDAT" in kinds:
            image = png_stream(data)
            pixels = decode(image)
        else:
            pixels = _pixels(picture, 1)
            image = lossless(pixels)
    paper = paper_of(image.width, image.height, dpi_x, dpi_y)
    return Sheet(number, pixels, paper.dpi, 0, paper.width_pt, paper.height_pt, image)


def _opened(data: bytes) -> Image.Image:
    """Let Pillow read the header.

    Raises:
        DamagedFile: it cannot.
    """
    try:
        return Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "MPO"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DamagedFile("ảnh không giải mã được") from error


def _stated_dpi(picture: Image.Image) -> tuple[float, float]:
    """Return the dots per inch that the file states, zeros when it is silent."""
    stated = picture.info.get("dpi", (0, 0))
    try:
        across, down = float(stated[0]), float(stated[1])
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return 0.0, 0.0
    return (across, down) if 1 <= across < 10_000 and 1 <= down < 10_000 else (0.0, 0.0)


def _pixels(picture: Image.Image, orientation: int) -> NDArray[np.uint8]:
    """Decode by Pillow: transparency laid on white, CMYK converted, mirrored pictures turned back.

    Raises:
        DamagedFile: the data ends too early.
    """
    try:
        return flattened(picture.transpose(_MIRRORED_BY[orientation]) if orientation in _MIRRORED_BY else picture)
    except (OSError, ValueError, SyntaxError) as error:
        raise DamagedFile("ảnh bị cắt cụt hoặc hỏng") from error


def flattened(picture: Image.Image) -> NDArray[np.uint8]:
    """Return gray or BGR, transparency laid on white paper."""
    if picture.has_transparency_data:
        opaque = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, opaque).convert("RGB")
    if picture.mode in ("1", "L"):
        return np.asarray(picture.convert("L"), dtype=np.uint8).copy()
    if picture.mode.startswith(("I", "F")):
        return np.asarray(picture.point(lambda value: value / 256).convert("L"), dtype=np.uint8).copy()
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"), dtype=np.uint8)[..., ::-1])
