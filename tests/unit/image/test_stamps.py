"""A secrecy mark stamped on paper is read in every ink, framed or not, and other stamps are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.image.sheet import EncodedImage, Sheet
from digitize.model import Secrecy
from digitize.route import read_sheet
from digitize.text.engine import OcrEngine, default_engine
from digitize.understand import understand
from digitize.understand.secrecy import secrecy_of
from tests.samples.stamped import stamped_paper

RED, DARK_RED, BLACK, BLUE = (205, 30, 40), (140, 20, 30), (25, 25, 25), (35, 50, 150)


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    """Load the model once."""
    return default_engine()


def secrecy_on(pixels: NDArray[np.uint8], dpi: int, engine: OcrEngine) -> Secrecy | None:
    """Read a page and tell its mark."""
    height, width = pixels.shape[:2]
    image = EncodedImage(b"", width, height, "DCTDecode", "DeviceRGB", 8)
    read = read_sheet(Sheet(1, pixels, dpi, 0, width * 72 / dpi, height * 72 / dpi, image), engine)
    return understand([read.page], read.stamped).secrecy


@pytest.mark.parametrize("mark", Secrecy)
@pytest.mark.parametrize(
    ("dpi", "ink", "framed", "skew"),
    [
        (100, RED, True, 0.0), (100, DARK_RED, True, 3.0), (150, BLACK, True, 0.0), (150, BLUE, True, 0.0),
        (200, RED, True, 3.0), (200, RED, False, 0.0), (300, RED, True, 0.0),
    ],
)  # fmt: skip
def test_a_secrecy_mark_is_read_in_every_ink_at_every_resolution(
    engine: OcrEngine, mark: Secrecy, dpi: int, ink: tuple[int, int, int], *, framed: bool, skew: float
) -> None:
    assert secrecy_on(stamped_paper(mark.value, ink, dpi=dpi, framed=framed, skew=skew), dpi, engine) is mark


@pytest.mark.parametrize("text", ["HỎA TỐC", "KHẨN", "MẬT ONG", "bí mật"])
@pytest.mark.parametrize(("ink", "framed"), [(RED, True), (BLACK, True)])
def test_another_stamp_is_no_secrecy_mark(
    engine: OcrEngine, text: str, ink: tuple[int, int, int], *, framed: bool
) -> None:
    assert secrecy_on(stamped_paper(text, ink, framed=framed), 200, engine) is None


@pytest.mark.parametrize("dpi", [100, 200])
@pytest.mark.parametrize("text", ["ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ * ", "BAN CƠ YẾU * TỔNG CỤC MẬT MÃ * "])
def test_a_round_seal_is_no_secrecy_mark(engine: OcrEngine, dpi: int, text: str) -> None:
    assert secrecy_on(stamped_paper("", RED, dpi=dpi, seal=text), dpi, engine) is None


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("MẬT", Secrecy.MAT), ("| MẬT |", Secrecy.MAT), ("MÂT", Secrecy.MAT), ("TÓI MẬT", Secrecy.TOI_MAT),
        ("TUYỆT MẠI", Secrecy.TUYET_MAT), ("TUYẸLT MẠT", Secrecy.TUYET_MAT), ("BÍ MẬT", None), ("MẬT ONG", None),
        ("mật", None), ("HỎA TỐC", None), ("KHẨN", None), ("", None), ("12 MẬT 2021", None),
    ],
)  # fmt: skip
def test_a_stamp_may_be_misread_as_far_as_no_other_stamp_is_near(text: str, degree: Secrecy | None) -> None:
    assert secrecy_of([], [text]) is degree
