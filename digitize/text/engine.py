"""The port behind which a recogniser stands, and the words that come out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digitize.errors import Misconfigured

MODEL = "vie"
"""The language model: Tesseract's own Vietnamese one."""

TESSDATA_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
"""Where the packages of the common systems put the models, likeliest first."""


@dataclass(frozen=True, slots=True)
class RawWord:
    """A word as the recogniser saw it, in pixels of the picture that it was given."""

    text: str
    """NFC, no blanks, never empty."""
    left: int
    """Pixels from the left edge."""
    top: int
    """Pixels from the upper edge."""
    right: int
    """Pixels, exclusive."""
    bottom: int
    """Pixels, exclusive."""
    confidence: float
    """0.0 to 1.0."""
    block: int
    """Ordinal of the block in the engine's own layout analysis."""
    line: int
    """Ordinal of the line, unique in the picture."""


class Extent(StrEnum):
    """What a picture holds."""

    PAGE = "page"
    """A page: columns, tables, pictures."""
    BLOCK = "block"
    """Lines one under the other, all alike."""
    SCATTERED = "scattered"
    """Words here and there."""
    LINE = "line"
    """One line of text and nothing else."""


class OcrEngine(Protocol):
    """Whatever turns a gray picture into words; one thread, no state that one picture leaves for the next."""

    @property
    def name(self) -> str:
        """Recogniser, version and model: ``tesserocr 5.5.4 vie``."""

    def recognise(self, gray: NDArray[np.uint8], dpi: int, extent: Extent = Extent.PAGE) -> tuple[RawWord, ...]:
        """Read a picture.

        Args:
            gray: (height, width), dark text on light ground.
            dpi: dots per inch that the engine shall assume.
            extent: what the picture holds.

        Returns:
            The words in the engine's own order; empty for a blank picture.

        Raises:
            EngineFailed: the recogniser failed on a good image.
        """


def tessdata_folder(override: str = "") -> Path:
    """Find the folder that holds the model.

    Args:
        override: a folder that the operator names (``TESSDATA_PREFIX``); empty to search the usual places.

    Raises:
        Misconfigured: no folder holds the Vietnamese model.
    """
    for place in (override, *TESSDATA_PLACES):
        if place and (Path(place) / f"{MODEL}.traineddata").is_file():
            return Path(place)
    raise Misconfigured(
        "không tìm thấy mô hình nhận dạng tiếng Việt của Tesseract",
        remedy="Người vận hành hãy cài gói tesseract-ocr-vie rồi chạy `sohoa doctor`.",
    )


def default_engine(tessdata: str = "") -> OcrEngine:
    """Give the engine that the bench found faster at equal accuracy: Tesseract in process.

    Args:
        tessdata: a folder that the operator names; empty to search the usual places.

    Raises:
        Misconfigured: the Vietnamese model is not installed.
    """
    from digitize.text.tesserocr_engine import TesserocrEngine

    return TesserocrEngine(tessdata_folder(tessdata))
