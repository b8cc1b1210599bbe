"""The pages of a TIFF."""

from __future__ import annotations

import io
from functools import partial

import numpy as np
from PIL import Image, UnidentifiedImageError

from digitize.errors import DamagedFile, NoPages, TooManyPixels
from digitize.image.decoding import decode
from digitize.image.encoding import bilevel, lossless
from digitize.image.limits import Limits
from digitize.image.paper import paper_of
from digitize.image.raster_sheets import flattened
from digitize.image.scan import Scan
from digitize.image.sheet import EncodedImage, Sheet
from digitize.model import MediaType, Nature

# Tags of TIFF 6.0, section 8.
_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _STRIP_OFFSETS, _ORIENTATION, _STRIP_COUNTS = 259, 262, 266, 273, 274, 279
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_GROUP_4 = 4
_CENTIMETRE = 3
_TURNS = {1: 0, 3: 180, 6: 90, 8: 270}
_BROKEN = (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, ZeroDivisionError, EOFError)


def open_tiff(data: bytes, limits: Limits) -> Scan:
    """Open a TIFF and look at the directory of every page.

    Raises:
        DamagedFile: a directory or the data of a page lies beyond the end of the file.
        NoPages: it has no directory.
        TooManyPages: it has more than allowed.
        TooManyPixels: a page is too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as tiff:
            count = _check_pages(tiff, data, limits)
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise DamagedFile("TIFF bị cắt cụt") from error
    return Scan(MediaType.TIFF, Nature.SCAN, count, partial(_sheet, data))


def _check_pages(tiff: Image.Image, data: bytes, limits: Limits) -> int:
    """Count the pages, each within the limits and with its data inside the file."""
    count = int(getattr(tiff, "n_frames", 1))
    if count == 0:
        raise NoPages
    limits.check_pages(count)
    for index in range(count):
        tiff.seek(index)
        limits.check_pixels(index + 1, *tiff.size)
        tags = tiff.tag_v2  # type: ignore[attr-defined]
        strips = zip(tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_COUNTS, ()), strict=False)
        if max((int(start) + int(length) for start, length in strips), default=0) > len(data):
            raise DamagedFile("TIFF bị cắt cụt")
    return count


def _sheet(data: bytes, number: int) -> Sheet:
    """Decode one page; a single strip of G4 is carried over, everything else compressed again without loss."""
    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as tiff:
            tiff.seek(number - 1)
            tags = tiff.tag_v2  # type: ignore[attr-defined]
            turned = _TURNS.get(int(tags.get(_ORIENTATION, 1)), 0)
            scale = 2.54 if int(tags.get(_RESOLUTION_UNIT, 2)) == _CENTIMETRE else 1.0
            dpi_x, dpi_y = (float(tags.get(tag, 0)) * scale for tag in (_X_RESOLUTION, _Y_RESOLUTION))
            image = _carried_strip(tiff, data)
            if image is None and tiff.mode == "1":
                image = bilevel(tiff)
            pixels = decode(image) if image is not None else np.asarray(flattened(tiff))
    except _BROKEN as error:
        raise DamagedFile(f"trang {number} của TIFF bị cắt cụt hoặc hỏng") from error
    image = image if image is not None else lossless(pixels)
    paper = paper_of(image.width, image.height, dpi_x, dpi_y)
    return Sheet(number, pixels, paper.dpi, turned, paper.width_pt, paper.height_pt, image)


def _carried_strip(tiff: Image.Image, data: bytes) -> EncodedImage | None:
    """Take the stream of a page that is one strip of CCITT Group 4."""
    tags = tiff.tag_v2  # type: ignore[attr-defined]
    offsets, counts = tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_COUNTS, ())
    plain = int(tags.get(_COMPRESSION, 1)) == _GROUP_4 and int(tags.get(_FILL_ORDER, 1)) == 1
    if not plain or len(offsets) != 1 or len(counts) != 1:
        return None
    width, height = tiff.size
    black_is_one = int(tags.get(_PHOTOMETRIC, 0)) == 1
    parms = (("BlackIs1", int(black_is_one)), ("Columns", width), ("K", -1), ("Rows", height))
    strip = data[int(offsets[0]) : int(offsets[0]) + int(counts[0])]
    return EncodedImage(strip, width, height, "CCITTFaxDecode", "DeviceGray", 1, parms)
