"""Tesseract inside this process: the model is loaded once and serves every page."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import tesserocr
from numpy.typing import NDArray

from digitize.errors import EngineFailed
from digitize.text.engine import MODEL, Extent, RawWord
from digitize.text.tsv import words_of

MODES = {
    Extent.PAGE: tesserocr.PSM.AUTO,
    Extent.BLOCK: tesserocr.PSM.SINGLE_BLOCK,
    Extent.SCATTERED: tesserocr.PSM.SPARSE_TEXT,
    Extent.LINE: tesserocr.PSM.SINGLE_LINE,
}


class TesserocrEngine:
    """Keeps one ``TessBaseAPI``; not to be shared between threads or carried over a fork."""

    def __init__(self, tessdata: Path) -> None:
        """Load the model.

        Args:
            tessdata: the folder that holds ``vie.traineddata``.

        Raises:
            EngineFailed: the model cannot be loaded.
        """
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            self._api = tesserocr.PyTessBaseAPI(path=f"{tessdata}/", lang=MODEL, oem=tesserocr.OEM.LSTM_ONLY)
        except RuntimeError as error:
            raise EngineFailed("không nạp được mô hình tiếng Việt") from error
        self._api.SetVariable("invert_threshold", "0")

    @property
    def name(self) -> str:
        """``tesserocr 5.5.4 vie``."""
        return f"tesserocr {tesserocr.tesseract_version().split()[1]} {MODEL}"

    def recognise(self, gray: NDArray[np.uint8], dpi: int, extent: Extent = Extent.PAGE) -> tuple[RawWord, ...]:
        """Read a picture (see :class:`digitize.text.engine.OcrEngine`)."""
        height, width = gray.shape
        try:
            self._api.SetPageSegMode(MODES[extent])
            self._api.SetImageBytes(np.ascontiguousarray(gray).tobytes(), width, height, 1, width)
            self._api.SetSourceResolution(dpi)
            if not self._api.Recognize(0):
                raise EngineFailed("Tesseract không nhận dạng được trang")
            return words_of(self._api.GetTSVText(0))
        except RuntimeError as error:
            raise EngineFailed("Tesseract không nhận dạng được trang") from error
        finally:
            self._api.Clear()
