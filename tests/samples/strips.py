"""Scans whose scanner stored a page as strips or tiles, one picture each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pikepdf
from numpy.typing import NDArray

from tests.samples import marked, scans

Cut = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, the latter two exclusive."""


def rows_of(pixels: NDArray[np.uint8], rows: int) -> list[Cut]:
    """Cut a page into strips of some rows; the last one is what is left."""
    height, width = pixels.shape[:2]
    return [(0, top, width, min(top + rows, height)) for top in range(0, height, rows)]


def strip_page(
    pdf: pikepdf.Pdf,
    form: str,
    pixels: NDArray[np.uint8],
    cuts: Sequence[Cut],
    degrees: int = 0,
    over: bytes = b"",
) -> pikepdf.Page:
    """Append a page whose scan is stored in pieces, as scanners write it: places with two decimals.

    Args:
        pdf: where it goes.
        form: of :data:`tests.samples.marked.FORMS`.
        pixels: the whole page.
        cuts: the pieces.
        degrees: by which every piece is turned clockwise on the page: 0, 90, 180, 270.
        over: content that is drawn after them.
    """
    height, width = pixels.shape[:2]
    wide, high = scans.A4_PT
    turned = {
        0: lambda x, y, w, h: (w * wide, 0, 0, h * high, x * wide, y * high),
        90: lambda x, y, w, h: (0, -w * wide, h * high, 0, y * high, wide - x * wide),
        180: lambda x, y, w, h: (-w * wide, 0, 0, -h * high, wide - x * wide, high - y * high),
        270: lambda x, y, w, h: (0, w * wide, -h * high, 0, high - y * high, x * wide),
    }[degrees]
    pictures, content = {}, b""
    for number, (left, top, right, bottom) in enumerate(cuts):
        pictures[f"S{number}"] = marked.FORMS[form](pdf, np.ascontiguousarray(pixels[top:bottom, left:right]))
        share = (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
        matrix = " ".join(f"{value:.2f}" for value in turned(*share))
        content += f"q {matrix} cm /S{number} Do Q\n".encode()
    size = scans.A4_PT if degrees in (0, 180) else scans.A4_PT[::-1]
    return scans.add_page(pdf, content + over, pictures, size)


def striped(form: str, pixels: NDArray[np.uint8], cuts: Sequence[Cut], degrees: int = 0, over: bytes = b"") -> bytes:
    """Return a file of one such page."""
    pdf = pikepdf.new()
    strip_page(pdf, form, pixels, cuts, degrees, over)
    return scans.written(pdf)
