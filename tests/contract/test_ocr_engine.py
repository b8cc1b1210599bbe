"""What every recogniser behind the port must do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitize.errors import Misconfigured
from digitize.text import engine as port
from digitize.text.engine import Extent, OcrEngine, default_engine, tessdata_folder
from digitize.text.pytesseract_engine import PytesseractEngine
from digitize.text.tesserocr_engine import TesserocrEngine

LINES = ("Ủy ban nhân dân thành phố Đà Nẵng", "Quyết định về việc công nhận kết quả")


def drawn(*lines: str) -> NDArray[np.uint8]:
    """Print lines at 200 dpi on a small piece of paper."""
    page = Image.new("L", (1300, 100 + 90 * len(lines)), 255)
    pen, font = ImageDraw.Draw(page), ImageFont.truetype("DejaVuSerif.ttf", 42)
    for row, line in enumerate(lines):
        pen.text((60, 50 + 90 * row), line, font=font, fill=10)
    return np.array(page)


@pytest.fixture(params=[TesserocrEngine, PytesseractEngine], ids=["tesserocr", "pytesseract"], scope="module")
def engine(request: pytest.FixtureRequest) -> OcrEngine:
    """Each adapter in turn."""
    adapter: OcrEngine = request.param(tessdata_folder())
    return adapter


def test_vietnamese_is_read_with_its_marks(engine: OcrEngine) -> None:
    assert " ".join(word.text for word in engine.recognise(drawn(*LINES), 200)) == " ".join(LINES)


def test_words_lie_where_they_are_printed(engine: OcrEngine) -> None:
    gray = drawn(*LINES)
    first, *_, last = engine.recognise(gray, 200)
    assert first.left == pytest.approx(60, abs=8)
    assert 40 < first.top < first.bottom < 110
    assert last.top > first.bottom
    assert last.right <= gray.shape[1]
    assert 0.8 < first.confidence <= 1.0


def test_each_line_has_its_own_number(engine: OcrEngine) -> None:
    words = engine.recognise(drawn(*LINES), 200)
    assert len({word.line for word in words}) == len(LINES)


@pytest.mark.parametrize("extent", list(Extent))
def test_one_line_is_read_whatever_it_is_said_to_be(engine: OcrEngine, extent: Extent) -> None:
    words = engine.recognise(drawn(LINES[0]), 200, extent)
    assert [word.text for word in words] == LINES[0].split()


def test_a_blank_picture_has_no_words(engine: OcrEngine) -> None:
    blank = np.full((400, 600), 255, np.uint8)
    assert not [word for word in engine.recognise(blank, 200) if word.text.isalnum()]


def test_the_name_says_recogniser_version_and_model(engine: OcrEngine) -> None:
    assert len(engine.name.split()) == 3
    assert engine.name.endswith(" vie")


def test_one_picture_leaves_nothing_for_the_next(engine: OcrEngine) -> None:
    before = engine.recognise(drawn(LINES[0]), 200)
    engine.recognise(drawn(LINES[1]), 200)
    assert engine.recognise(drawn(LINES[0]), 200) == before


def test_the_default_is_tesseract_in_process() -> None:
    assert isinstance(default_engine(), TesserocrEngine)


def test_a_missing_model_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port, "TESSDATA_PLACES", ("/nowhere",))
    with pytest.raises(Misconfigured, match="mô hình"):
        tessdata_folder()
