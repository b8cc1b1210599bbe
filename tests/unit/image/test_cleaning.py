"""The working copy: level, without seals and leaders, and mapped back."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitize.image.cleaning import working_copy
from digitize.image.ink import coarse_ink
from digitize.image.leaders import without_leaders
from digitize.image.seals import without_seals
from digitize.image.skew import measure_skew

Printer = Callable[..., NDArray[np.uint8]]


def skewed(page: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Turn a page clockwise by some degrees."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, matrix, (width, height), borderValue=255.0), dtype=np.uint8)


@pytest.mark.parametrize("degrees", [-5.0, -1.3, 0.0, 0.8, 3.0])
def test_skew_is_measured_to_a_fifth_of_a_degree(printed: Printer, degrees: float) -> None:
    assert measure_skew(coarse_ink(skewed(printed(), degrees), 100)) == pytest.approx(degrees, abs=0.2)


def test_a_blank_page_has_no_skew() -> None:
    assert measure_skew(coarse_ink(np.full((1169, 827), 255, np.uint8), 100)) == 0.0


def test_a_point_of_the_copy_leads_back_to_its_place_on_the_page() -> None:
    page = np.full((1600, 1100), 255, np.uint8)
    page[400:412, 300:312] = 0
    copy = working_copy(page, 2.0, 110)
    rows, columns = np.nonzero(copy.gray < 128)
    a, b, c, d, e, f = copy.to_page
    x, y = float(columns.mean()), float(rows.mean())
    assert (a * x + b * y + c, d * x + e * y + f) == pytest.approx((305.5, 405.5), abs=1.0)


def test_a_fine_level_page_keeps_its_coordinates(printed: Printer) -> None:
    copy = working_copy(printed(dpi=200), 0.1, 200)
    assert copy.to_page == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    assert copy.gray.shape == printed(dpi=200).shape


def test_a_round_seal_fades_and_a_red_line_of_print_stays() -> None:
    page = np.full((1169, 827, 3), 255, np.uint8)
    cv2.circle(page, (500, 800), 70, (40, 40, 220), 3)
    cv2.putText(page, "NGUYEN XUAN HOAN", (300, 300), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (40, 40, 220), 2)
    plain = without_seals(page, 100)
    assert plain[720:880, 420:580].min() > 190
    assert plain[280:310, 300:500].min() < 120


def test_print_under_a_seal_survives_without_the_colour() -> None:
    page = np.full((1169, 827, 3), 255, np.uint8)
    cv2.circle(page, (500, 800), 70, (40, 40, 220), -1)
    cv2.putText(page, "CHU TICH", (450, 805), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (20, 20, 20), 2)
    black = working_copy(page, 0.0, 200).black(0, 0, 827, 1169)
    assert black[780:810, 450:540].min() < 60
    assert black[740:770, 480:520].min() > 200


def test_dotted_leaders_go_and_dots_of_letters_stay(printed: Printer) -> None:
    page = printed(lines=6, dpi=200)
    before = page.copy()
    for x in range(300, 1200, 8):
        page[1500:1502, x : x + 2] = 60
    cleaned = without_leaders(page, 200)
    assert cleaned[1490:1510].min() == 255
    assert np.array_equal(cleaned[:1400], before[:1400])
