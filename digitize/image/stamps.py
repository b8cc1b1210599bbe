"""Small stamps of one line, cut out to be read by themselves: the layout analysis of a page drops or garbles them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitize.image.cleaning import WorkingCopy
from digitize.image.ink import shrunk
from digitize.image.seals import REDDER

DEEPEST = 0.5
"""Share of the page's height: stamps of degrees stand beside the head (NĐ 30/2020/NĐ-CP, cells 10a and 10b)."""
SLANT = 0.1
"""Share of the page's height by which the lines of a crooked page may climb."""
LOOK_DPI = 75
"""Stamps are looked for on a picture of this resolution: a frame of 8 mm is 24 points high."""
READ_DPI = 250
"""Pieces of coarser pages are enlarged to this."""
INK = 180
"""Brightness below which a point of the small picture is ink; pale red ink lies at 145."""
WIDTH_MM = (7.0, 65.0)
"""Of a stamp; the longest, "TUYỆT MẬT" in its frame, is 40 mm (TT 24/2020/TT-BCA)."""
HEIGHT_MM = (2.5, 18.0)
"""Of a stamp; the frame is 8 mm high, and a stamp is seldom set straight."""
GAP_MM = (3.0, 0.8)
"""Letters of one stamp stand nearer to each other than this, across and down."""
AROUND_MM = 1.5
"""Paper that is cut out around a piece."""
MOST = 3
"""Pieces of one page; reading one takes a hundredth of what the page takes."""
COLOURED = 0.35
"""Share of a piece's ink from which it is a stamp in red."""
FRAME = 0.75
"""Share of a piece's width and height that its frame spans at least."""
HOLLOW = 0.5
"""Share of its rectangle that a frame encloses at least."""
FEWEST_CORNERS = 4
"""Of the hollow of a frame."""
RULE = 0.6
"""Share of a row or column that is ink where a side of the frame runs; stems of letters reach half the height."""
SOFT = 2
"""Rows and columns inside a frame that its blurred edge takes."""
MOST_TILT = 15.0
"""Degrees: a frame that seems to stand steeper was measured wrong."""

_MM_AN_INCH = 25.4

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom in points of the working copy; right and bottom exclusive."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Ink of the size of a stamp."""

    box: Rectangle
    red: bool
    """Its ink is red."""
    framed: bool
    """A frame stands around it."""


def stamps_on(
    copy: WorkingCopy, dpi: int, read: Sequence[Rectangle], doubted: Sequence[Rectangle] = ()
) -> tuple[NDArray[np.uint8], ...]:
    """Cut out the pieces of the upper half of a page that may be stamps, level, without frame and of good size.

    Args:
        copy: the page as recognition gets it.
        dpi: of the faithful page.
        read: where words were read that are no stamp; red ink and frames there are looked at all the same.
        doubted: where words were read that may be a stamp in plain ink.

    Returns:
        Gray pictures of one line each, at most :data:`MOST`, red and framed ones first.
    """
    copy_dpi = dpi / math.hypot(copy.to_page[0], copy.to_page[3])
    scale = LOOK_DPI / copy_dpi
    half = copy.gray[: round(copy.gray.shape[0] * DEEPEST)]
    size = (max(1, round(half.shape[1] * scale)), max(1, round(half.shape[0] * scale)))
    small = shrunk(half, size) if scale < 1 else np.asarray(cv2.resize(half, size), dtype=np.uint8)
    red = _red_ink(copy, dpi, size)
    ink = (small < INK).astype(np.uint8) | red
    found = [*_frames_in(ink, red, scale), *_lines(ink, red, read, scale)]
    pieces = sorted(_worth_reading(found, read, doubted), key=lambda each: (each.red, each.framed), reverse=True)
    return tuple(_cut(half, piece, copy_dpi) for piece in pieces[:MOST])


def _red_ink(copy: WorkingCopy, dpi: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Give the red ink of the page as it lies on the small picture of the working copy: 1 where it is."""
    if copy.pixels.ndim == 2:
        return np.zeros(size[::-1], np.uint8)
    scale = LOOK_DPI / dpi
    # every second point of a fine page tells red from black as well as all do
    step = max(1, dpi // (2 * LOOK_DPI))
    upper = copy.pixels[: round(copy.pixels.shape[0] * (DEEPEST + SLANT))]
    page = (max(1, round(upper.shape[1] * scale)), max(1, round(upper.shape[0] * scale)))
    upper = upper[::step, ::step]
    colours = shrunk(upper, page) if scale < 1 else np.asarray(cv2.resize(upper, page), dtype=np.uint8)
    blue, green, light = cv2.split(colours)
    red = (cv2.subtract(light, cv2.max(blue, green)) > REDDER).astype(np.uint8)
    a, b, c, d, e, f = copy.to_page
    grown = math.hypot(a, d)
    moved = np.array([[a / grown, b / grown, c * scale], [d / grown, e / grown, f * scale]])
    return np.asarray(cv2.warpAffine(red, moved, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP), dtype=np.uint8)


def _points(millimetres: float) -> float:
    """Give the points of the small picture that a length takes."""
    return millimetres / _MM_AN_INCH * LOOK_DPI


def _sized(width: float, height: float) -> bool:
    """Tell whether ink on the small picture is as large as a stamp, and lies."""
    wide = _points(WIDTH_MM[0]) <= width <= _points(WIDTH_MM[1])
    return wide and _points(HEIGHT_MM[0]) <= height <= _points(HEIGHT_MM[1]) and width > height


def _frames_in(ink: NDArray[np.uint8], red: NDArray[np.uint8], scale: float) -> list[_Piece]:
    """Find the frames of the size of a stamp."""
    return [_Piece(_enlarged(box, scale), _is_red(box, ink, red), framed=True) for box in _frames(ink)]


def _lines(ink: NDArray[np.uint8], red: NDArray[np.uint8], read: Sequence[Rectangle], scale: float) -> list[_Piece]:
    """Find lines of the size of a stamp in what is red or was not read."""
    rest = ink.copy()
    for each in read:
        left, top, right, bottom = (max(0, round(edge * scale)) for edge in each)
        there = np.s_[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
        rest[there] &= red[there]
    _wipe_large(rest)
    across, down = (2 * round(_points(gap) / 2) + 1 for gap in GAP_MM)
    joined = cv2.dilate(rest, np.ones((down, across), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for left, top, width, height, _ in stats[1:count].tolist():
        box = (left + across // 2, top + down // 2, left + width - across // 2, top + height - down // 2)
        if _sized(box[2] - box[0], box[3] - box[1]):
            found.append(_Piece(_enlarged(box, scale), _is_red(box, rest, red), framed=False))
    return found


def _worth_reading(
    found: Sequence[_Piece], read: Sequence[Rectangle], doubted: Sequence[Rectangle]
) -> Iterator[_Piece]:
    """Keep frames, red lines outside them, and of the plain lines those that stand alone where a word is doubted."""
    frames = [piece.box for piece in found if piece.framed]
    for piece in found:
        suspected = any(_within(each, piece.box) for each in doubted) and _alone(piece.box, read)
        if piece.framed or ((piece.red or suspected) and not any(_within(piece.box, frame) for frame in frames)):
            yield piece


def _alone(box: Rectangle, read: Sequence[Rectangle]) -> bool:
    """Tell whether no word that was read stands before or after a piece in its line."""
    left, top, right, bottom = box
    near = bottom - top
    return not any(
        each[1] < (top + bottom) / 2 < each[3] and each[0] < right + near and each[2] > left - near for each in read
    )


def _frames(ink: NDArray[np.uint8]) -> list[Rectangle]:
    """Find ink that encloses a hollow of its own size, on the small picture."""
    contours, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = {}
    for number, contour in enumerate(contours):
        around = int(tree[0][number][3])
        if around < 0 or len(contour) < FEWEST_CORNERS:
            continue
        left, top, width, height = cv2.boundingRect(contours[around])
        if _sized(width, height) and cv2.contourArea(contour) >= HOLLOW * width * height:
            found[around] = (left, top, left + width, top + height)
    return list(found.values())


def _wipe_large(ink: NDArray[np.uint8]) -> None:
    """Take out tables, rules and pictures, in place."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = (stats[:, cv2.CC_STAT_WIDTH] > _points(WIDTH_MM[1])) | (
        stats[:, cv2.CC_STAT_HEIGHT] > _points(HEIGHT_MM[1])
    )
    large[0] = False
    if large[:count].any():
        ink[large[labels]] = 0


def _is_red(box: Rectangle, ink: NDArray[np.uint8], red: NDArray[np.uint8]) -> bool:
    left, top, right, bottom = box
    there = np.s_[top:bottom, left:right]
    return bool(np.count_nonzero(red[there]) > COLOURED * np.count_nonzero(ink[there]))


def _enlarged(box: Rectangle, scale: float) -> Rectangle:
    left, top, right, bottom = (round(each / scale) for each in box)
    return left, top, right, bottom


def _within(inner: Rectangle, outer: Rectangle) -> bool:
    """Tell whether the middle of a rectangle lies in another."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _cut(gray: NDArray[np.uint8], piece: _Piece, dpi: float) -> NDArray[np.uint8]:
    """Cut a piece out, make it large enough to read and take its frame off."""
    around = round(AROUND_MM / _MM_AN_INCH * dpi)
    left, top, right, bottom = piece.box
    cut = gray[max(0, top - around) : bottom + around, max(0, left - around) : right + around]
    if dpi < READ_DPI:
        cut = np.asarray(
            cv2.resize(cut, None, fx=READ_DPI / dpi, fy=READ_DPI / dpi, interpolation=cv2.INTER_CUBIC), dtype=np.uint8
        )
    return _unframed(cut) if piece.framed else np.ascontiguousarray(cut)


def _unframed(cut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Set a framed piece level and give what stands inside its frame."""
    ink = (cut < INK).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    frame = 1 + int(np.argmax(stats[1:count, cv2.CC_STAT_WIDTH])) if count > 1 else 0
    if not frame or stats[frame, cv2.CC_STAT_WIDTH] < FRAME * cut.shape[1]:
        return np.ascontiguousarray(cut)
    middle, sides, tilt = cv2.minAreaRect(cv2.findNonZero((labels == frame).astype(np.uint8)))
    # the corner from which OpenCV measures differs from release to release
    width, height, tilt = float(max(sides)), float(min(sides)), (float(tilt) + 45) % 90 - 45
    if abs(tilt) > MOST_TILT:
        tilt = 0.0
    turn = cv2.getRotationMatrix2D(middle, tilt, 1.0)
    turn[:, 2] += np.array([width / 2 - middle[0], height / 2 - middle[1]])
    size = (max(1, round(width)), max(1, round(height)))
    return _inside(
        np.asarray(cv2.warpAffine(cut, turn, size, flags=cv2.INTER_CUBIC, borderValue=255.0), dtype=np.uint8)
    )


def _inside(level: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give what stands inside the frame of a level piece, on white; letters that touch the frame stay."""
    ink = level < INK
    across, down = ink.mean(axis=1) > RULE, ink.mean(axis=0) > RULE
    top, bottom = _side(across), len(across) - _side(across[::-1])
    left, right = _side(down), len(down) - _side(down[::-1])
    inside = level[top:bottom, left:right]
    paper = max(1, level.shape[0] // 6)
    return np.asarray(
        cv2.copyMakeBorder(inside, paper, paper, paper, paper, cv2.BORDER_CONSTANT, value=255.0), dtype=np.uint8
    )


def _side(ruled: NDArray[np.bool_]) -> int:
    """Give how many rows or columns from the edge the first side of a frame takes, 0 without one."""
    begins = np.flatnonzero(ruled[: len(ruled) // 6])
    if not begins.size:
        return 0
    ends = np.flatnonzero(~ruled[begins[0] :])
    return int(begins[0] + ends[0]) + SOFT if ends.size else 0
