"""Received bytes become a scan: the content decides what they are, never the name."""

from __future__ import annotations

from digitize.image.limits import Limits
from digitize.image.pdf_sheets import open_pdf
from digitize.image.raster_sheets import open_jpeg, open_png
from digitize.image.scan import Scan
from digitize.image.tiff_sheets import open_tiff
from digitize.mapped import Content
from digitize.media import PDF_HEADER_BYTES, media_type_of
from digitize.model import MediaType

__all__ = ["Limits", "Scan", "open_scan"]


def open_scan(data: Content, limits: Limits) -> Scan:
    """Open what was handed in; its pages are decoded later, one at a time.

    Args:
        data: the received bytes.
        limits: what the file may ask of the decoders.

    Raises:
        DocumentAtFault: it is empty, unknown, damaged, locked or too large.
    """
    limits.check_bytes(len(data))
    media = media_type_of(data[:PDF_HEADER_BYTES])
    if media is MediaType.PDF:
        return open_pdf(data, limits)
    openers = {MediaType.JPEG: open_jpeg, MediaType.PNG: open_png, MediaType.TIFF: open_tiff}
    return openers[media](bytes(data), limits)
