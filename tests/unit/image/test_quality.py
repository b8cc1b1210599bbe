"""What is said about the quality of a scan."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.image.ink import coarse_ink
from digitize.image.quality import inspect
from digitize.model import Severity

Printer = Callable[..., NDArray[np.uint8]]


def codes(pixels: NDArray[np.uint8], dpi: int = 200, skew: float = 0.0) -> set[str]:
    """Codes of the findings."""
    return {finding.code for finding in inspect(pixels, coarse_ink(pixels, dpi), dpi, skew, 1)}


def test_a_good_page_gets_no_remark(printed: Printer) -> None:
    assert codes(printed(dpi=200)) == set()


def test_a_coarse_page_must_be_scanned_again(printed: Printer) -> None:
    (finding,) = inspect(printed(dpi=100), coarse_ink(printed(dpi=100), 100), 100, 0.0, 3)
    assert finding.code == "low_resolution"
    assert finding.severity is Severity.RESCAN
    assert finding.page == 3
    assert "100 dpi" in finding.message


def test_a_blurred_page_is_remarked(printed: Printer) -> None:
    blurred = np.asarray(cv2.GaussianBlur(printed(dpi=200), (0, 0), 4.0), dtype=np.uint8)
    assert "blurred" in codes(blurred)


def test_a_skewed_page_is_remarked(printed: Printer) -> None:
    assert codes(printed(dpi=200), skew=-3.5) == {"skewed"}


def test_a_blank_page_gets_that_one_remark() -> None:
    assert codes(np.full((2338, 1654), 250, np.uint8)) == {"blank_page"}


def test_print_that_runs_off_the_edge_is_remarked(printed: Printer) -> None:
    page = printed(dpi=200)
    assert "cut_edge" in codes(np.ascontiguousarray(page[:, 240:]))


def test_a_black_border_is_remarked(printed: Printer) -> None:
    page = printed(dpi=200)
    page[:, -25:] = 10
    assert codes(page) == {"dark_border"}
