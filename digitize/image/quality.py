"""What a person at the scanner should know while the paper is still there."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.catalogue import reading as catalogue
from digitize.image.ink import as_gray
from digitize.model import Finding, Severity

DARK = 40
"""How much darker than its paper a point of the coarse picture must be to count as ink."""
BLACK = 60
"""Brightness below which a margin is the scanner's lid, not paper."""
EDGE_SHARE = 0.004
"""Depth of the margin that is looked at, as a share of the page."""
EDGE_INK = 0.012
"""Share of the margin's length that ink must cover before the page counts as cut."""
EDGE_RUNS = 4
"""Separate strokes that must touch the margin: a line of print has many, a ruled line or a fold has one."""
_EDGES = {"trên": 0, "phải": 1, "dưới": 2, "trái": 3}


def inspect(pixels: NDArray[np.uint8], ink: NDArray[np.uint8], dpi: int, skew: float, page: int) -> tuple[Finding, ...]:
    """Remark on the quality of a page.

    Args:
        pixels: the faithful page, gray or BGR.
        ink: its coarse ink, see :func:`digitize.image.ink.coarse_ink`.
        dpi: its dots per inch.
        skew: degrees by which its lines run downhill.
        page: its number, 1-based.
    """
    if _is_blank(ink):
        return (_finding("blank_page", page),)
    found = []
    least_dpi = catalogue.threshold("least_dpi")
    if dpi < least_dpi:
        found.append(_finding("low_resolution", page, dpi=dpi, least=round(least_dpi)))
    gray = as_gray(pixels)
    if sharpness(gray, dpi) < catalogue.threshold("least_sharpness"):
        found.append(_finding("blurred", page))
    if abs(skew) > catalogue.threshold("most_skew"):
        found.append(_finding("skewed", page, skew=f"{abs(skew):.1f}".replace(".", ",")))
    dark, cut = _margins(gray, ink)
    if cut:
        found.append(_finding("cut_edge", page, edges=", ".join(cut)))
    if dark:
        found.append(_finding("dark_border", page, edges=", ".join(dark)))
    return tuple(found)


def sharpness(gray: NDArray[np.uint8], dpi: int) -> float:
    """Measure how abruptly ink begins: the steepest steps over a hundredth of an inch, as a share of the contrast.

    Print that is in focus goes from paper to ink within that distance; a blurred page does not.

    Args:
        gray: the faithful page.
        dpi: its dots per inch.

    Returns:
        0.0 (no edge at all) to 1.0 (black and white).
    """
    sample = gray[::5, ::5]
    contrast = _percentile(sample, 99.0) - _percentile(sample, 0.5)
    if contrast < 16:
        return 0.0
    reach = max(1, round(dpi / 100))
    steps = np.asarray(cv2.absdiff(gray[::3, reach:], gray[::3, :-reach]), dtype=np.uint8)
    return float(min(1.0, _percentile(steps, 99.5) / contrast))


def _percentile(values: NDArray[np.uint8], percent: float) -> int:
    """Give the brightness that so many percent do not exceed; counting 256 values is faster than sorting millions."""
    counts = cv2.calcHist([np.ascontiguousarray(values)], [0], None, [256], [0, 256]).ravel()
    return int(np.searchsorted(np.cumsum(counts, dtype=np.float64), percent / 100 * values.size))


def _is_blank(ink: NDArray[np.uint8]) -> bool:
    margin = min(ink.shape) // 20
    inner = ink[margin:-margin, margin:-margin]
    return float(np.mean(inner > DARK)) < catalogue.threshold("blank_ink")


def _margins(gray: NDArray[np.uint8], ink: NDArray[np.uint8]) -> tuple[list[str], list[str]]:
    """Name the edges that are black, and those that print runs into."""
    dark, cut = [], []
    for name, turns in _EDGES.items():
        outer = np.rot90(gray, turns)
        depth = max(2, round(outer.shape[0] * EDGE_SHARE))
        if float(np.mean(np.median(outer[:depth], axis=0) < BLACK)) > catalogue.threshold("border_dark"):
            dark.append(name)
            continue
        touched = (np.rot90(ink, turns)[:2] > DARK).all(axis=0)
        runs = int(np.count_nonzero(np.diff(touched.astype(np.int8)) == 1))
        if runs >= EDGE_RUNS and EDGE_INK < float(touched.mean()) < 0.5:
            cut.append(name)
    return dark, cut


def _finding(code: str, page: int, **measured: object) -> Finding:
    entry = catalogue.findings()[code]
    return Finding(code, Severity(entry.severity), page, entry.message.format(page=page, **measured))
