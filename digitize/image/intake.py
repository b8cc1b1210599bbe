"""Received bytes become a scan: the content decides what they are, never the name."""

from __future__ import annotations

from digitize.image.limits import Limits
from digitize.image.pdf_sheets import open_pdf
from digitize.image.raster_sheets import open_jpeg, open_png
from digitize.image.scan import Scan
from digitize.image.tiff_sheets import open_tiff
from digitize.media import media_type_of
from digitize.model import MediaType

__all__ = ["Limits", "Scan", "open_scan"]


def open_scan(data: bytes, limits: Limits) -> Scan:
    """Open what was handed in; its pages are decoded later, one at a time.

    Args:
        data: the received bytes.
        limits: what the file may ask of the decoders.

    Raises:
        DocumentAtFault: it is empty, unknown, damaged, locked or too large.
    """
    limits.check_bytes(len(data))
    openers = {
        MediaType.PDF: open_pdf,
        MediaType.JPEG: open_jpeg,
        MediaType.PNG: open_png,
        MediaType.TIFF: open_tiff,
    }
    return openers[media_type_of(data)](data, limits)
