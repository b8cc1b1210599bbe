"""A small picture of a faithful page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.errors import Impossible
from digitize.image.ink import shrunk
from digitize.model import Page, Preview

PREVIEW_DPI = 100
"""Enough to read printed text on a screen beside the fields."""

LONGEST_SIDE = 2_000
"""Pixels; a page without a believable resolution must not give a huge preview."""

QUALITY = 70
"""Of the JPEG, 0 to 100: about 100 KB a page."""


def preview(page: Page, faithful: NDArray[np.uint8]) -> Preview:
    """Shrink a page; a page that is small already keeps its size.

    Args:
        page: whose picture it is.
        faithful: the picture, upright, gray or BGR.
    """
    height, width = faithful.shape[:2]
    scale = min(1.0, PREVIEW_DPI / page.dpi, LONGEST_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = faithful if scale == 1.0 else shrunk(faithful, size)
    done, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise Impossible("OpenCV cannot write JPEG")
    return Preview(page.number, encoded.tobytes(), size[0] / width)
