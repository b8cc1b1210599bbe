"""Which way is up: the 90° turn of a sheet, cheap for the page that stands upright already.

Lines of print make a strong rhythm across their direction and none along it, which tells upright or upside-down from
lying on a side. Up from down no cheap sign tells surely (the fray of ascenders and tone marks above a line was tried on
90 real pages and failed on a third), so two lines of print are read; only when they do not read well is a larger
piece read in every direction that is left. No page is turned against its container's word unless the recogniser
reads it much better that way.

A page with little print costs hardly more to read whole than two of its lines do, and its few lines make no sure
rhythm: it is left as its container says, and only if that reading, which is wanted anyway, turns out poor is its turn
proved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.image.ink import coarse_ink
from digitize.image.sheet import Sheet

Legibility = Callable[[NDArray[np.uint8], int], float]
"""How much of a picture (gray or BGR, with its dpi) the recogniser can read: expected right characters."""

STRIPS = 8
"""The page is judged in upright strips, so that a skew of some degrees does not wash the lines out."""
CLEAR_RHYTHM = 2.0
"""Rhythm across the lines over rhythm along them: above, the direction of the lines is certain (90 real pages)."""
GLANCE_SHARE = 0.05
"""Height of the strip that is read first, as a share of the page: two lines of print."""
READABLE = 45.0
"""Surely read characters of that strip from which the page stands upright; upside down it has some 20."""
PROBE_SHARE = 0.16
"""Height of the strip that is read for proof, as a share of the page."""
LITTLE_PRINT = 30_000
"""Edges of ink that the rows of a page with little print cross at most: some 200 words (95 real pages: 115 to 150 edges
a word); two lines of such a page cost a sixth to two fifths of all of it."""
EDGE_DARK = 60
"""How much darker than the paper a point of the coarse picture must be to lie on the inner side of such an edge."""
PROOF_FACTOR = 1.5
"""A turn must be that much more legible than the container's word to be believed."""

_CLOCKWISE = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class Upright:
    """A sheet after the turn: the faithful page."""

    rotation: int
    """Clockwise degrees by which the stored picture was turned: 0, 90, 180 or 270."""
    pixels: NDArray[np.uint8]
    """The turned picture, gray or BGR."""
    ink: NDArray[np.uint8]
    """Its coarse ink, see :func:`digitize.image.ink.coarse_ink`."""
    proved: bool
    """False when only the container says so: if the page then reads poorly, see :func:`prove_upright`."""


def turn(pixels: NDArray[np.uint8], degrees: int) -> NDArray[np.uint8]:
    """Turn a picture clockwise by a multiple of 90°."""
    degrees %= 360
    return pixels if degrees == 0 else np.asarray(cv2.rotate(pixels, _CLOCKWISE[degrees]), dtype=np.uint8)


def stand_upright(sheet: Sheet, legibility: Legibility) -> Upright:
    """Turn a sheet so that its text can be read.

    Args:
        sheet: as stored; what its container says about the turn is a prior, not the truth.
        legibility: the recogniser's judgement of a strip, asked only when the cheap signs are not clear.

    Returns:
        The page upright, as a person has said if one has; with little print on it, the page as its container says, not
        proved.
    """
    claimed = turn(sheet.pixels, sheet.turned)
    ink = coarse_ink(claimed, sheet.dpi)
    standing = Upright(sheet.turned % 360, claimed, ink, proved=sheet.turn_is_told)
    if sheet.turn_is_told or _has_little_print(ink):
        return standing
    return _turned(standing, find_turn(claimed, ink, sheet.dpi, legibility))


def prove_upright(standing: Upright, dpi: int, legibility: Legibility) -> Upright:
    """Turn a page upright whose turn nothing but its container tells, and which reads poorly as it stands.

    Args:
        standing: the page as its container says.
        dpi: its dots per inch.
        legibility: the recogniser's judgement of a strip.
    """
    return _turned(standing, _most_legible(standing.pixels, standing.ink, dpi, (0, 90, 270, 180), legibility))


def _turned(standing: Upright, further: int) -> Upright:
    rotation = (standing.rotation + further) % 360
    return Upright(rotation, turn(standing.pixels, further), turn(standing.ink, further), proved=True)


def find_turn(pixels: NDArray[np.uint8], ink: NDArray[np.uint8], dpi: int, legibility: Legibility) -> int:
    """Find the clockwise degrees that bring a picture upright: 0, 90, 180 or 270.

    Args:
        pixels: the picture, gray or BGR.
        ink: its coarse ink.
        dpi: its dots per inch.
        legibility: the recogniser's judgement of a strip.
    """
    rows, columns = _rhythm(ink), _rhythm(np.ascontiguousarray(ink.T))
    if rows == 0 or (columns < CLEAR_RHYTHM * rows and _reads_well(pixels, ink, dpi, legibility)):
        return 0
    candidates: tuple[int, ...]
    if rows > CLEAR_RHYTHM * columns:
        candidates = (0, 180)
    elif columns > CLEAR_RHYTHM * rows:
        candidates = (0, 90, 270)
    else:
        candidates = (0, 90, 270, 180)
    return _most_legible(pixels, ink, dpi, candidates, legibility)


def _has_little_print(ink: NDArray[np.uint8]) -> bool:
    """Tell whether a page has so few words that reading them all costs little; noise counts as print."""
    height, width = ink.shape
    dark = ink[height // 20 : height - height // 20, width // 20 : width - width // 20] > EDGE_DARK
    return int(np.count_nonzero(dark[:, 1:] != dark[:, :-1])) <= LITTLE_PRINT


def _rhythm(ink: NDArray[np.uint8]) -> float:
    """Give the strength of the alternation from row to row."""
    height, width = ink.shape
    margin = height // 40
    steps = np.concatenate(
        [
            np.diff(ink[margin : height - margin, left * width // STRIPS : (left + 1) * width // STRIPS].mean(axis=1))
            for left in range(STRIPS)
        ]
    )
    if not steps.size or not np.any(steps):
        return 0.0
    # a ruled line or the edge of a seal is one huge step; clipping keeps it from outweighing the text
    ceiling = float(np.percentile(np.abs(steps), 97)) or float(np.abs(steps).max())
    clipped = np.clip(steps, -ceiling, ceiling)
    return float(np.square(clipped).sum())


def _reads_well(pixels: NDArray[np.uint8], ink: NDArray[np.uint8], dpi: int, legibility: Legibility) -> bool:
    return legibility(_strip(pixels, ink, 0, GLANCE_SHARE), dpi) >= READABLE


def _most_legible(
    pixels: NDArray[np.uint8],
    ink: NDArray[np.uint8],
    dpi: int,
    candidates: tuple[int, ...],
    legibility: Legibility,
) -> int:
    """Read a strip in each candidate direction; the first candidate keeps the place unless clearly beaten."""
    scores = {degrees: legibility(_strip(pixels, ink, degrees, PROBE_SHARE), dpi) for degrees in candidates}
    best = max(candidates, key=lambda degrees: scores[degrees])
    return best if scores[best] > PROOF_FACTOR * scores[candidates[0]] else candidates[0]


def _strip(pixels: NDArray[np.uint8], ink: NDArray[np.uint8], degrees: int, share: float) -> NDArray[np.uint8]:
    """Cut the strip with the most ink out of the page as it looks after a turn."""
    turned_ink, turned = turn(ink, degrees), turn(pixels, degrees)
    height = turned_ink.shape[0]
    reach = max(8, round(height * share))
    margin = height // 20
    weight = np.convolve(turned_ink.mean(axis=1)[margin : height - margin], np.ones(reach), mode="valid")
    top = margin + int(weight.argmax()) if weight.size else 0
    scale = turned.shape[0] / height
    return np.ascontiguousarray(turned[round(top * scale) : round((top + reach) * scale)])
