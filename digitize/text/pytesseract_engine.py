"""Tesseract's own program, one process per page: slower, and independent of the library built into this process."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytesseract
from numpy.typing import NDArray
from PIL import Image

from digitize.errors import EngineFailed, Misconfigured
from digitize.text.engine import MODEL, Extent, RawWord
from digitize.text.tsv import words_of

MODES = {Extent.PAGE: 3, Extent.BLOCK: 6, Extent.SCATTERED: 11, Extent.LINE: 7}
"""Tesseract's page segmentation modes."""


class PytesseractEngine:
    """Calls ``tesseract`` through pytesseract."""

    def __init__(self, tessdata: Path, timeout_s: int = 120) -> None:
        """Find the program.

        Args:
            tessdata: the folder that holds ``vie.traineddata``.
            timeout_s: seconds after which a page is given up.

        Raises:
            Misconfigured: the program is not installed.
        """
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._tessdata = tessdata
        self._timeout_s = timeout_s
        try:
            self._version = str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError as error:
            raise Misconfigured("chưa cài chương trình tesseract") from error

    @property
    def name(self) -> str:
        """``tesseract 5.3.0 vie``."""
        return f"tesseract {self._version} {MODEL}"

    def recognise(self, gray: NDArray[np.uint8], dpi: int, extent: Extent = Extent.PAGE) -> tuple[RawWord, ...]:
        """Read a picture (see :class:`digitize.text.engine.OcrEngine`)."""
        options = f'--tessdata-dir "{self._tessdata}" --psm {MODES[extent]} --oem 1 --dpi {dpi} -c invert_threshold=0'
        try:
            table = pytesseract.image_to_data(
                Image.fromarray(gray), lang=MODEL, config=options, timeout=self._timeout_s
            )
        except (pytesseract.TesseractError, RuntimeError) as error:
            raise EngineFailed("Tesseract không nhận dạng được trang") from error
        return words_of(str(table))
