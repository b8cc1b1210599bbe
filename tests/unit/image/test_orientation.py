"""A sheet is turned upright, and an upright one costs no recognition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.image.ink import coarse_ink
from digitize.image.orientation import find_turn, prove_upright, stand_upright, turn
from digitize.image.sheet import EncodedImage, Sheet
from digitize.route import read_sheet
from digitize.text.engine import Extent, RawWord, default_engine
from digitize.text.recognition import legibility

Printer = Callable[..., NDArray[np.uint8]]

FEW = 6
"""Lines of print on a page with little of it."""


class CountingEngine:
    """The real recogniser; remembers how high each picture was that it read."""

    def __init__(self) -> None:
        """Load the model."""
        self._engine = default_engine()
        self.heights: list[int] = []

    @property
    def name(self) -> str:
        return self._engine.name

    def recognise(self, gray: NDArray[np.uint8], dpi: int, extent: Extent = Extent.PAGE) -> tuple[RawWord, ...]:
        self.heights.append(gray.shape[0])
        return self._engine.recognise(gray, dpi, extent)


def sheet_of(stored: NDArray[np.uint8], turned: int = 0) -> Sheet:
    image = EncodedImage(b"", stored.shape[1], stored.shape[0], "FlateDecode", "DeviceGray", 8)
    return Sheet(1, stored, 100, turned, 595.0, 842.0, image)


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
    upright = stand_upright(sheet_of(stored, turned=90), lambda *_: 0.0)
    assert upright.rotation == 90
    assert np.array_equal(upright.pixels, printed())


def test_no_page_is_turned_unless_it_reads_better(printed: Printer) -> None:
    page = turn(printed(), 180)
    assert find_turn(page, coarse_ink(page, 100), 100, lambda *_: 1.0) == 0


def test_an_upright_page_with_little_print_is_read_once_and_nothing_of_it_twice(printed: Printer) -> None:
    engine = CountingEngine()
    page = read_sheet(sheet_of(printed(FEW)), engine).page
    assert page.rotation == 0
    assert len(engine.heights) == 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_with_little_print_is_turned_back_all_the_same(printed: Printer, degrees: int) -> None:
    read = read_sheet(sheet_of(turn(printed(FEW), degrees)), default_engine())
    page, picture = read.page, read.pixels
    assert page.rotation == 360 - degrees
    assert np.array_equal(picture, printed(FEW))
    assert "chính quyền địa phương" in " ".join(
        word.text for block in page.blocks for line in block.lines for word in line.words
    )


def test_a_page_with_little_print_stays_as_it_is_when_no_direction_reads_better(printed: Printer) -> None:
    standing = stand_upright(sheet_of(turn(printed(FEW), 180)), lambda *_: 1.0)
    assert not standing.proved
    assert prove_upright(standing, 100, lambda *_: 1.0).rotation == 0
