"""Pages of print, drawn small."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT = "DejaVuSerif.ttf"
TEXT = "Căn cứ Luật Tổ chức chính quyền địa phương và đề nghị của Giám đốc Sở Tư pháp"
Printer = Callable[..., NDArray[np.uint8]]


@pytest.fixture
def printed() -> Printer:
    """Give a printer of gray pages: lines of text at 100 dpi unless told otherwise."""

    def draw(lines: int = 24, dpi: int = 100) -> NDArray[np.uint8]:
        page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
        pen, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, round(10 * dpi / 72))
        for row in range(lines):
            pen.text((dpi, dpi * (1 + row * 0.34)), TEXT, font=font, fill=20)
        return np.array(page)

    return draw
