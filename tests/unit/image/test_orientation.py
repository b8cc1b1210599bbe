"""A sheet is turned upright, and an upright one costs no recognition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.image.ink import coarse_ink
from digitize.image.orientation import find_turn, stand_upright, turn
from digitize.image.sheet import EncodedImage, Sheet
from digitize.text.engine import default_engine
from digitize.text.recognition import legibility

Printer = Callable[..., NDArray[np.uint8]]


def test_of_an_upright_page_two_lines_are_read_to_be_sure(printed: Printer) -> None:
    engine = default_engine()
    asked: list[float] = []

    def judge(strip: NDArray[np.uint8], dpi: int) -> float:
        asked.append(strip.shape[0] / printed().shape[0])
        return legibility(engine, strip, dpi)

    assert find_turn(printed(), coarse_ink(printed(), 100), 100, judge) == 0
    assert asked == [pytest.approx(0.05, abs=0.01)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_turned_back(printed: Printer, degrees: int) -> None:
    engine = default_engine()
    lying = turn(printed(), degrees)
    found = find_turn(lying, coarse_ink(lying, 100), 100, lambda strip, dpi: legibility(engine, strip, dpi))
    assert found == 360 - degrees


def test_the_containers_turn_counts_into_the_rotation(printed: Printer) -> None:
    stored = turn(printed(), 270)
    image = EncodedImage(b"", stored.shape[1], stored.shape[0], "FlateDecode", "DeviceGray", 8)
    sheet = Sheet(1, stored, 100, 90, 595.0, 842.0, image)
    upright = stand_upright(sheet, lambda *_: 0.0)
    assert upright.rotation == 90
    assert np.array_equal(upright.pixels, printed())


def test_no_page_is_turned_unless_it_reads_better(printed: Printer) -> None:
    page = turn(printed(), 180)
    assert find_turn(page, coarse_ink(page, 100), 100, lambda *_: 1.0) == 0
