"""A page read with one engine: once as a whole, and again where the first look failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from digitize.text.engine import Extent, OcrEngine, RawWord
from digitize.text.unread import Region, unread_regions

SURE = 0.6
"""Confidence from which a word counts as read."""
LEAST_WORD = 0.5
"""Confidence that a word of the second look needs: there is no line around it to lean on."""

CLEARLY = 0.15
"""By how much the second look must be surer of a place."""
MOSTLY = 0.4
"""Share of the characters of an upright page that are surely read: at least 0.6 on 95 real pages, upside down at most
0.22."""
FEWEST_SURE = 20
"""Characters that must be surely read before their share means anything."""

OVERLAP = 0.5
"""Share of the smaller word from which two words stand in one place."""
PIECE_EXTENTS = (Extent.SCATTERED, Extent.BLOCK)
"""A piece is read as either; which suits it shows in the reading."""


def complete(
    engine: OcrEngine,
    first: tuple[RawWord, ...],
    gray: NDArray[np.uint8],
    black: Callable[[int, int, int, int], NDArray[np.uint8]],
    dpi: int,
) -> tuple[RawWord, ...]:
    """Complete the reading of a working copy where the first look failed.

    A seal or a signature across the print makes the recogniser's layout analysis give up on whole lines; those
    pieces are cut out and read again by themselves, on a colour page without the coloured ink.

    Args:
        engine: the recogniser.
        first: the words of the first look, at the copy as a whole.
        gray: (height, width), dark on light.
        black: makes a piece (left, top, right, bottom) of the same without coloured ink, to be read again.
        dpi: to tell the recogniser.
    """
    regions = unread_regions(gray, [word for word in first if word.confidence >= SURE])
    if not regions:
        return first
    again = tuple(_read_again(engine, black, dpi, first, regions))
    kept = tuple(word for word in first if not _beaten(word, again))
    return (*kept, *(_in_its_line(word, kept) for word in again))


def _read_again(
    engine: OcrEngine,
    black: Callable[[int, int, int, int], NDArray[np.uint8]],
    dpi: int,
    first: Sequence[RawWord],
    regions: Sequence[Region],
) -> Iterator[RawWord]:
    """Read the regions; of two readings of one place the surer stays."""
    line = max((word.line for word in first), default=0) + 1
    block = max((word.block for word in first), default=0) + 1
    for region in regions:
        piece = black(region.left, region.top, region.right, region.bottom)
        readings = [_in_region(engine.recognise(piece, dpi, extent), region) for extent in PIECE_EXTENTS]
        best = max(readings, key=_weight)
        best = tuple(word for word in best if word.confidence >= LEAST_WORD)
        held = [word for word in first if _touches(word, region) and not _beaten(word, best)]
        for word in best:
            if not any(_overlap(word, other) > OVERLAP for other in held):
                yield replace(word, line=word.line + line, block=word.block + block)
        line += 1 + max((word.line for word in best), default=0)


def _in_region(words: Sequence[RawWord], region: Region) -> tuple[RawWord, ...]:
    """Shift words from a region to the page."""
    return tuple(
        replace(
            word,
            left=word.left + region.left,
            right=word.right + region.left,
            top=word.top + region.top,
            bottom=word.bottom + region.top,
        )
        for word in words
    )


def _touches(word: RawWord, region: Region) -> bool:
    across = word.left < region.right and word.right > region.left
    return across and word.top < region.bottom and word.bottom > region.top


def _weight(words: Sequence[RawWord]) -> float:
    return sum(
        word.confidence * len(word.text)
        for word in words
        if word.confidence >= LEAST_WORD and len(word.text) > 1 and any(letter.isalpha() for letter in word.text)
    )


def _beaten(word: RawWord, again: Sequence[RawWord]) -> bool:
    """Tell whether the second look covered the place of an unsure word, and read it better."""
    if word.confidence >= SURE:
        return False
    over = [other for other in again if _shared(word, other) > 0]
    covered = sum(_shared(word, other) for other in over)
    if covered <= OVERLAP * _area(word):
        return False
    surer = sum(other.confidence * _shared(word, other) for other in over) / covered
    return surer > word.confidence + CLEARLY


def _in_its_line(word: RawWord, kept: Sequence[RawWord]) -> RawWord:
    """Put a word of the second look into the line of the first that it completes."""
    height = word.bottom - word.top
    for other in kept:
        level = min(word.bottom, other.bottom) - max(word.top, other.top)
        near = max(other.left - word.right, word.left - other.right) < height
        if near and level > 0.6 * min(height, other.bottom - other.top) and other.bottom - other.top < 2 * height:
            return replace(word, line=other.line, block=other.block)
    return word


def _overlap(one: RawWord, other: RawWord) -> float:
    """Share of the smaller word that both cover."""
    return _shared(one, other) / min(_area(one), _area(other))


def _area(word: RawWord) -> int:
    return (word.right - word.left) * (word.bottom - word.top)


def _shared(one: RawWord, other: RawWord) -> int:
    """Area that both words cover."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0, width) * max(0, height)


def legibility(engine: OcrEngine, gray: NDArray[np.uint8], dpi: int) -> float:
    """Give how many characters of a picture are surely read: tells upright from upside down.

    Args:
        engine: the recogniser.
        gray: (height, width) strip of a page.
        dpi: dots per inch.
    """
    return _surely_read(engine.recognise(gray, dpi))


def reads_upright(words: Sequence[RawWord]) -> bool:
    """Tell whether the reading of a whole page shows that it stands upright.

    Args:
        words: those of the first look: the second adds only what reads well.
    """
    sure = _surely_read(words)
    return sure >= FEWEST_SURE and sure >= MOSTLY * sum(len(word.text) for word in words)


def _surely_read(words: Sequence[RawWord]) -> float:
    """Count the characters that are expected right in the words that are sure.

    Only words that are wider than high count: the recogniser reads lines that stand on their end, too.
    """
    return sum(
        word.confidence * len(word.text)
        for word in words
        if word.confidence >= SURE
        and len(word.text) > 1
        and any(letter.isalpha() for letter in word.text)
        and word.right - word.left > word.bottom - word.top
    )
