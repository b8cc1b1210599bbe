"""Words of the working copy, put back where they stand on the faithful page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from digitize.model import Box, Line, Word
from digitize.text.engine import RawWord

Affine = tuple[float, float, float, float, float, float]
"""``(a, b, c, d, e, f)``: x' = a x + b y + c, y' = d x + e y + f."""

NOISE_CONFIDENCE = 0.3
"""A word without a letter or digit below this is dust, a rule or the edge of a seal."""


def lines_on_page(words: Sequence[RawWord], to_page: Affine, width: int, height: int) -> tuple[Line, ...]:
    """Give the engine's lines in coordinates of the faithful page, words from left to right.

    Args:
        words: as recognised on the working copy.
        to_page: from the working copy to the faithful page.
        width: pixels of the faithful page; what lies beyond is cut off.
        height: pixels of the faithful page.
    """
    by_line: dict[int, list[Word]] = {}
    for raw in words:
        box = _placed(raw, to_page, width, height)
        if box is not None and not _is_noise(raw):
            by_line.setdefault(raw.line, []).append(Word(raw.text, box, round(raw.confidence, 4)))
    return tuple(line_of(sorted(group, key=lambda word: word.box.left)) for group in by_line.values())


def line_of(words: Iterable[Word]) -> Line:
    """Join words, given from left to right, to a line."""
    together = tuple(words)
    box = together[0].box
    for word in together[1:]:
        box = box.union(word.box)
    return Line(together, box)


def _is_noise(raw: RawWord) -> bool:
    return raw.confidence < NOISE_CONFIDENCE and not any(letter.isalnum() for letter in raw.text)


def _placed(raw: RawWord, to_page: Affine, width: int, height: int) -> Box | None:
    xs, ys = zip(*_corners(raw, to_page), strict=True)
    left, right = max(0, round(min(xs))), min(width, round(max(xs)))
    top, bottom = max(0, round(min(ys))), min(height, round(max(ys)))
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _corners(raw: RawWord, to_page: Affine) -> Iterator[tuple[float, float]]:
    """Map the ends of the word's middle line, and keep its height: a turned word stays as flat as it is."""
    a, b, c, d, e, f = to_page
    middle = (raw.top + raw.bottom) / 2
    reach = (raw.bottom - raw.top) / 2 * (e * e + b * b) ** 0.5
    for x in (raw.left, raw.right):
        page_x, page_y = a * x + b * middle + c, d * x + e * middle + f
        yield page_x, page_y - reach
        yield page_x, page_y + reach
