"""The invisible layer: words of a page as text that a viewer can select and search.

All words of a printed line share one baseline and one font size, so that a selection runs evenly; each word is
stretched to the width of its box. A page whose lines run downhill gets its text along them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from digitize.archive.glyphless import ADVANCE, DESCENT, Glyphless
from digitize.model import Box, Line, Page

FONT = "F"
"""The font's name among the resources of a page."""

SMALLEST_SIZE = 1.0
"""Points; a degenerate box must not give text of no height."""

SMALLEST_GAP = 0.2
"""Ems between two words; poppler joins words that stand closer than 0.15, whatever blank lies between them."""

_ESCAPED = {ord("("): b"\\(", ord(")"): b"\\)", ord("\\"): b"\\\\", 13: b"\\r", 10: b"\\n"}


@dataclass(frozen=True, slots=True)
class _LevelWord:
    """A word in the frame of its line: points along the line and across it, downward."""

    text: str
    start: float
    length: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """From pixels of the faithful page to points, and to the frame in which its lines are level."""

    across: float
    """Points per pixel, horizontally."""
    down: float
    """Points per pixel, vertically."""
    height: float
    """Of the upright page: points."""
    cosine: float
    sine: float

    def level(self, text: str, box: Box) -> _LevelWord:
        """Undo the skew of a box that was drawn around a sloping word."""
        width, height = box.width * self.across, box.height * self.down
        x, y = (box.left + box.right) / 2 * self.across, (box.top + box.bottom) / 2 * self.down
        slope, double = abs(self.sine), self.cosine**2 - self.sine**2
        length = max((width * self.cosine - height * slope) / double, width / 2)
        tall = max((height * self.cosine - width * slope) / double, height / 3)
        along, below = x * self.cosine + y * self.sine, y * self.cosine - x * self.sine
        return _LevelWord(text, along - length / 2, length, below - tall / 2, below + tall / 2)

    def upright(self, along: float, below: float) -> tuple[float, float]:
        """Return the place of a point of the level frame on the upright page, origin bottom-left."""
        x, y = along * self.cosine - below * self.sine, along * self.sine + below * self.cosine
        return x, self.height - y


def text_layer(page: Page, width_pt: float, height_pt: float, font: Glyphless) -> bytes:
    """Write the content stream of the invisible text, in the frame of the upright page; empty for a blank page.

    Args:
        page: what was read.
        width_pt: of the upright page.
        height_pt: of the upright page.
        font: gives the codes.
    """
    angle = math.radians(max(-40.0, min(40.0, page.skew)))
    frame = _Frame(width_pt / page.width, height_pt / page.height, height_pt, math.cos(angle), math.sin(angle))
    lines = [_line(line, frame, font) for block in page.blocks for line in block.lines]
    return b"BT 3 Tr\n" + b"\n".join(lines) + b"\nET\n" if lines else b""


def _line(line: Line, frame: _Frame, font: Glyphless) -> bytes:
    """Write one line: its place and slope once, then word after word with a blank behind each.

    Without the last blank a viewer may take words that stand one below the other for one word.
    """
    words = [frame.level(word.text, word.box) for word in line.words]
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    size = max(SMALLEST_SIZE, round(bottom - top, 2))
    x, y = frame.upright(words[0].start, bottom + DESCENT / 1000 * size)
    slope = f"{_number(frame.cosine, 5)} {_number(-frame.sine, 5)} {_number(frame.sine, 5)} {_number(frame.cosine, 5)}"
    parts = [f"/{FONT} {_number(size)} Tf {slope} {_number(x)} {_number(y)} Tm".encode()]
    pen = words[0].start
    for word, following in pairwise(words):
        stretch = _stretch(word, size, following.start - SMALLEST_GAP * size)
        unit = size * stretch / 100
        pen += (len(word.text) + 1) * ADVANCE / 1000 * unit
        back = round((pen - following.start) / unit * 1000)
        pen -= back / 1000 * unit
        codes = _literal(font.encode(word.text + " "))
        parts.append(f"{_number(stretch)} Tz[".encode() + codes + f"{back}]TJ".encode())
    last = words[-1]
    stretch = _stretch(last, size, math.inf)
    parts.append(f"{_number(stretch)} Tz".encode() + _literal(font.encode(last.text + " ")) + b"Tj")
    return b"\n".join(parts)


def _stretch(word: _LevelWord, size: float, latest_end: float) -> float:
    """Return the horizontal scaling that makes a word fill its box: percent, at least 1.

    Args:
        word: the word.
        size: of the font.
        latest_end: where the word should end at the latest, so that a gap remains.
    """
    length = max(min(word.length, latest_end - word.start), word.length / 2)
    return max(1.0, round(100 * length / (len(word.text) * ADVANCE / 1000 * size), 1))


def _literal(codes: bytes) -> bytes:
    """Write bytes as a literal string (ISO 32000-1, 7.3.4.2)."""
    return b"(" + b"".join(_ESCAPED.get(code, bytes((code,))) for code in codes) + b")"


def _number(value: float, places: int = 2) -> str:
    """Write a number as short as it can be, never with an exponent."""
    text = f"{value:.{places}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short in ("-0", "") else short
